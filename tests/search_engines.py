"""What behaves as the documentation of OpenSearch and of Meilisearch says, on loopback, with all it was told."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
MAX_BYTES = 100 * 1024 * 1024


class Server:
    """`documents` by id, `configured` as the index was made, `asked` as (method, path); `answers` replaces a path's."""

    def __init__(self) -> None:
        self.documents: dict[str, Json] = {}
        self.configured: Json | None = None
        self.asked: list[tuple[str, str]] = []
        self.keys: set[str | None] = set()
        self.answers: dict[str, Callable[[], tuple[int, Any, dict[str, str]]]] = {}
        self.sizes: list[int] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.asked.append((self.command, self.path))
                server.keys.add(self.headers.get("Authorization"))
                server.sizes.append(len(body))
                headers: dict[str, str] = {}
                if replaced := server.answers.get(urlsplit(self.path).path):
                    status, answer, headers = replaced()
                elif len(body) > MAX_BYTES:
                    status, answer = 413, {"message": "too large"}
                else:
                    status, answer = server.answer(self.command, self.path, self.headers.get("Content-Type"), body)
                data = b"" if self.command == "HEAD" else answer if isinstance(answer, bytes) else _json(answer)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_HEAD = _answer  # noqa: N815 - http.server's names

            def log_message(self, *args: object) -> None:
                """Nothing on the terminal."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/tin"

    def answer(self, method: str, path: str, kind: str | None, body: bytes) -> tuple[int, Any]:
        raise NotImplementedError

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def _json(answer: Any) -> bytes:
    return json.dumps(answer).encode()


class OpenSearch(Server):
    """What a bulk request brings is searched, and so found by a removal, only after a refresh."""

    def __init__(self) -> None:
        super().__init__()
        self._fresh: dict[str, Json | None] = {}
        self.refuses: Callable[[Json], Json | None] = lambda _: None
        """What is wrong with a document: status and error of its item."""

    def answer(self, method: str, path: str, kind: str | None, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(path)
        match method, parts.path:
            case "HEAD", "/tin":
                return (200 if self.configured is not None else 404), {}
            case "PUT", "/tin":
                self.configured = json.loads(body)
                return 200, {"acknowledged": True}
            case "PUT", "/tin/_mapping":
                assert self.configured is not None
                self.configured["mappings"] = json.loads(body)
                return 200, {"acknowledged": True}
            case "POST", "/tin/_bulk":
                return self._bulk(kind, body)
            case "POST", "/tin/_refresh":
                told = self.documents | self._fresh
                self.documents = {key: document for key, document in told.items() if document is not None}
                self._fresh = {}
                return 200, {}
            case "POST", "/tin/_delete_by_query":
                return self._delete(json.loads(body)["query"]["bool"])
        return 404, {"error": {"reason": f"no such route {method} {path}"}}

    def _bulk(self, kind: str | None, body: bytes) -> tuple[int, Any]:
        if kind != "application/x-ndjson" or not body.endswith(b"\n"):
            return 406, {"error": "the bulk request must be terminated by a newline"}
        lines = map(json.loads, body.splitlines())
        items: list[Json] = []
        for action in lines:
            [(verb, meta)] = action.items()
            if verb == "delete":
                there = self._fresh.get(meta["_id"], self.documents.get(meta["_id"])) is not None
                self._fresh[meta["_id"]] = None
                items.append({"delete": {"_id": meta["_id"], "status": 200 if there else 404}})
                continue
            assert verb == "index"
            document = next(lines)
            if wrong := self.refuses(document):
                items.append({"index": {"_id": meta["_id"], **wrong}})
                continue
            self._fresh[meta["_id"]] = document
            items.append({"index": {"_id": meta["_id"], "result": "created", "status": 201}})
        failed = any("error" in result for item in items for result in item.values())
        return 200, {"took": 1, "errors": failed, "items": items}

    def _delete(self, query: Json) -> tuple[int, Any]:
        def holds(document: Json, term: Json) -> bool:
            return all(document.get(name) == value for name, value in term["term"].items())

        stale = [
            key
            for key, document in self.documents.items()
            if all(holds(document, term) for term in query["filter"])
            and not any(holds(document, term) for term in query["must_not"])
        ]
        for key in stale:
            del self.documents[key]
        return 200, {"deleted": len(stale), "failures": [], "timed_out": False, "version_conflicts": 0}


class Meilisearch(Server):
    """Everything is a task: enqueued, processing when first looked at, then done."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: list[Json] = []
        self.refuses: Callable[[Json], Json | None] = lambda _: None
        """What is wrong with a document: the error of its task."""

    def answer(self, method: str, path: str, kind: str | None, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(path)
        if found := re.fullmatch(r"/tasks/(\d+)", parts.path):
            return 200, self._look(self._tasks[int(found[1])])
        match method, parts.path:
            case "PATCH", "/indexes/tin/settings":
                settings = json.loads(body)

                def configure() -> Json:
                    self.configured = {**(self.configured or {}), **settings}
                    return {}

                return self._enqueue(configure)
            case "POST", "/indexes/tin/documents":
                assert parse_qs(parts.query) == {"primaryKey": ["id"]}
                if kind != "application/x-ndjson":
                    return 415, {"message": f"{kind} is no NDJSON", "code": "invalid_content_type"}
                return self._enqueue(lambda: self._add([json.loads(line) for line in body.splitlines()]))
            case "POST", "/indexes/tin/documents/delete":
                return self._enqueue(lambda: self._delete(json.loads(body)["filter"]))
        return 404, {"message": f"no such route {method} {path}", "code": "not_found"}

    def _enqueue(self, act: Callable[[], Json]) -> tuple[int, Any]:
        self._tasks.append({"uid": len(self._tasks), "status": "enqueued", "act": act})
        return 202, {"taskUid": len(self._tasks) - 1, "status": "enqueued"}

    def _look(self, task: Json) -> Json:
        if task["status"] == "enqueued":
            task["status"] = "processing"
        elif task["status"] == "processing":
            details = task["act"]()
            task |= {"status": "failed" if "error" in details else "succeeded", "details": details}
            task["error"] = details.pop("error", None)
        return {name: value for name, value in task.items() if name != "act"}

    def _add(self, documents: list[Json]) -> Json:
        if wrong := next(filter(None, map(self.refuses, documents)), None):
            return {"receivedDocuments": len(documents), "indexedDocuments": 0, "error": wrong}
        self.documents |= {document["id"]: document for document in documents}
        return {"receivedDocuments": len(documents), "indexedDocuments": len(documents)}

    def _delete(self, asked: str) -> Json:
        terms = re.findall(r'(\w+) (=|!=) "(\w+)"', asked)
        assert " AND ".join(f'{name} {sign} "{value}"' for name, sign, value in terms) == asked
        if missing := {name for name, _, _ in terms} - set((self.configured or {})["filterableAttributes"]):
            return {"deletedDocuments": 0, "error": {"message": f"{missing} not filterable"}}
        stale = [
            key
            for key, document in self.documents.items()
            if all((document.get(name) == value) is (sign == "=") for name, sign, value in terms)
        ]
        for key in stale:
            del self.documents[key]
        return {"deletedDocuments": len(stale)}
