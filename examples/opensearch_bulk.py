"""Load exported articles into OpenSearch (or Elasticsearch) by its bulk API, with nothing but Python.

    luutin export --jsonl - | python examples/opensearch_bulk.py http://127.0.0.1:9200/tin
    python examples/opensearch_bulk.py https://search.example.org/tin articles.jsonl

and later only what is new, and what is none any more:

    luutin export --jsonl new.jsonl --since-run RUN
    python examples/opensearch_bulk.py http://127.0.0.1:9200/tin new.jsonl --removed new.jsonl.removed.jsonl

The last part of the address is the index; it is made with a mapping where there is none. A document is the exported
line, under the article's id: loading it again replaces it. Title, lead and body are found with and without diacritics.
`OPENSEARCH_AUTH=user:password` signs in. (`luutin index --into` does this from the archive itself, and keeps in step.)
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

BATCH_BYTES = 8 * 1024 * 1024
"""OpenSearch's documentation finds 5 to 15 MB good for a bulk request."""
ATTEMPTS = 6
SECONDS = 120
FOLDED = {"type": "text", "analyzer": "folded"}
INDEX = {
    "settings": {
        "analysis": {"analyzer": {"folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}}}
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            **{name: {"type": "text", "fields": {"folded": FOLDED}} for name in ("title", "lead", "body")},
            **{name: {"type": "keyword"} for name in ("id", "portal", "province", "section", "tags", "authors", "url")},
            **{name: {"type": "keyword"} for name in ("language", "cluster", "series", "near_duplicate_of", "also_at")},
            **{name: {"type": "date"} for name in ("published_at", "captured_at", "gone_at")},
        },
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Load exported articles into OpenSearch.")
    parser.add_argument("index", help="address of the index, e.g. http://127.0.0.1:9200/tin")
    parser.add_argument("articles", nargs="?", type=Path, help="what `luutin export --jsonl` wrote; else stdin")
    parser.add_argument("--removed", type=Path, help="what an export with --since-run lists as removed")
    asked = parser.parse_args()
    index = asked.index.rstrip("/")
    if ask("HEAD", index, missing=True) is None:
        ask("PUT", index, INDEX)
    with asked.articles.open("rb") if asked.articles else sys.stdin.buffer as lines:
        loaded, refused = send(index, indexing(lines))
    removed = 0
    if asked.removed and asked.removed.exists():
        with asked.removed.open("rb") as lines:
            removed, more = send(index, deleting(lines))
            refused += more
    ask("POST", f"{index}/_refresh")
    sys.stderr.write(f"{loaded} articles loaded, {removed} removed, {refused} refused\n")
    sys.exit(1 if refused else 0)


def indexing(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The two lines that the bulk API wants of each document: what to do, and the document."""
    for line in lines:
        yield json.dumps({"index": {"_id": json.loads(line)["id"]}}).encode() + b"\n" + line.rstrip(b"\n") + b"\n"


def deleting(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield json.dumps({"delete": {"_id": json.loads(line)["id"]}}).encode() + b"\n"


def send(index: str, actions: Iterable[bytes]) -> tuple[int, int]:
    """Send them in batches; how many were done, and how many refused, which are told on stderr."""
    done = refused = 0
    for body in batches(actions):
        answer = ask("POST", f"{index}/_bulk", body)
        for item in answer["items"]:
            [result] = item.values()
            if "error" in result:
                refused += 1
                sys.stderr.write(f"{result['_id']}: {json.dumps(result['error'], ensure_ascii=False)}\n")
            else:
                done += 1
    return done, refused


def batches(actions: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for action in actions:
        if held and size + len(action) > BATCH_BYTES:
            yield b"".join(held)
            held, size = [], 0
        held.append(action)
        size += len(action)
    if held:
        yield b"".join(held)


def ask(method: str, url: str, body: Any = None, *, missing: bool = False) -> Any:
    """The engine's answer; None of what is not there. A busy engine (429, 503) is asked again, later and later."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/x-ndjson" if isinstance(body, bytes) else "application/json"}
    if auth := os.environ.get("OPENSEARCH_AUTH"):
        headers["Authorization"] = "Basic " + base64.b64encode(auth.encode()).decode()
    for attempt in range(ATTEMPTS):
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the user's own address
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - as above
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            if error.code == 404 and missing:
                return None
            if error.code not in (429, 503) or attempt == ATTEMPTS - 1:
                sys.exit(f"{method} {url}: {error.code} {error.read().decode(errors='replace')[:1000]}")
        except urllib.error.URLError as error:
            sys.exit(f"{method} {url}: {error.reason}. Is the engine there, and the address right?")
        time.sleep(float(2**attempt))
    raise AssertionError("not reached")


if __name__ == "__main__":
    main()
