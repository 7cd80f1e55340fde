"""An existing search engine is filled from an archive: against servers that do as their documentation says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CommandLine
from search_engines import Meilisearch, OpenSearch, Server
from stored_articles import FIRST_DAY, Folder

from crawler.errors import BadArgument, NotIndexed
from crawler.search_engines import ENGINES, Engine, Filled, engine_at, fill
from pipelines.dedup import Dedup
from pipelines.errors import ArchiveError
from pipelines.items import Article, Attachment
from pipelines.normalise import Normalise
from pipelines.search.engines import OPENSEARCH_INDEX, TEXTS, batches, documents
from pipelines.store import Store

HIEU = "Hội nghị triển khai nhiệm vụ năm 2023 tại huyện Ba Bể"
BODY = "Sáng 12/01/2023, Sở tổ chức hội nghị triển khai nhiệm vụ. " * 12
SERVERS: dict[str, type[OpenSearch | Meilisearch]] = {"opensearch": OpenSearch, "meilisearch": Meilisearch}


@pytest.fixture(params=SERVERS)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def server(kind: str) -> Iterator[Any]:
    with SERVERS[kind]() as server:
        yield server


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Folder]:
    with Folder(tmp_path) as folder:
        yield folder


def engine(server: Server, kind: str, key: str | None = None) -> Engine:
    return engine_at(server.url, kind, key, sleep=lambda _: None)


def store_three(folder: Folder) -> list[str]:
    """Two originals, one of them published by two portals and then edited; the ids of the originals."""
    first = folder.store("so_mot", "hoi-nghi", HIEU, BODY, day=1.5)
    folder.store("so_hai", "hoi-nghi-dang-lai", HIEU, BODY, day=2)
    second = folder.store("so_hai", "thong-bao", "Thông báo lịch tiếp công dân", "Lãnh đạo Sở tiếp công dân ngày 15.")
    return [first.id, second.id]


def test_all_originals_are_sent_and_what_no_longer_is_one_is_removed(stored: Folder, server: Any, kind: str) -> None:
    ids = store_three(stored)
    server.documents |= {
        "cu": {"id": "cu", "made_by": "luutin", "run": "x"},
        "khac": {"id": "khac", "title": "của người khác"},
    }
    assert fill(engine(server, kind), stored.path) == Filled(sent=2, removed=1)
    assert set(server.documents) == {*ids, "khac"}
    hall = server.documents[ids[0]]
    assert (hall["title"], hall["body"], hall["portal"]) == (HIEU, BODY.strip(), ["so_mot", "so_hai"])
    assert (hall["published"], hall["year"], hall["month"]) == ("2022-09-15T20:00:00Z", "2022", "2022-09")
    assert not {"published", "published_seconds", "year", "month", "has"} & set(server.documents[ids[1]])
    stored.gone("so_hai", "thong-bao")
    assert fill(engine(server, kind), stored.path) == Filled(sent=2, removed=0)
    assert server.documents[ids[1]]["has"] == ["gone"]
    assert server.keys == {None}


def test_what_is_filtered_by_is_said_before_anything_is_sent(stored: Folder, server: Any, kind: str) -> None:
    store_three(stored)
    fill(engine(server, kind), stored.path)
    sent = set().union(*server.documents.values()) - {"id"}
    configured = server.configured
    if kind == "opensearch":
        assert configured == json.loads(json.dumps(OPENSEARCH_INDEX))
        assert sent <= set(configured["mappings"]["properties"])
        server.configured["mappings"] = {}
        fill(engine(server, kind), stored.path)
        assert server.configured == json.loads(json.dumps(OPENSEARCH_INDEX))
    else:
        assert configured["searchableAttributes"] == list(TEXTS)
        assert {"portal", "province", "section", "author", "has", "month"} <= set(configured["filterableAttributes"])
    first = next(at for at, (_, path) in enumerate(server.asked) if "_bulk" in path or path.endswith("primaryKey=id"))
    assert first > 0


def test_a_document_that_is_refused_is_an_error_though_the_answer_is_200(
    stored: Folder, server: Any, kind: str
) -> None:
    ids = store_three(stored)
    why = {"type": "mapper_parsing_exception", "reason": "field [body] is broken", "message": "field [body] is broken"}
    item = {"status": 400, "error": why} if kind == "opensearch" else why
    server.refuses = lambda document: item if document["id"] == ids[1] else None
    with pytest.raises(NotIndexed, match=r"field \[body\] is broken"):
        fill(engine(server, kind), stored.path)


def test_documents_are_sent_again_when_opensearch_is_too_busy(stored: Folder) -> None:
    ids = store_three(stored)
    left = [2, 1]
    with OpenSearch() as server:

        def busy(document: dict[str, Any]) -> dict[str, Any] | None:
            if document["id"] == ids[0] and left:
                left.pop()
                return {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "full"}}
            return None

        server.refuses = busy
        assert fill(engine(server, "opensearch"), stored.path).sent == 2
        assert set(server.documents) == set(ids)


def test_a_busy_server_is_asked_again_and_then_given_up(stored: Folder, server: Any, kind: str) -> None:
    store_three(stored)
    path = "/tin/_bulk" if kind == "opensearch" else "/indexes/tin/documents"
    pauses: list[float] = []
    server.answers[path] = lambda: (503, {"message": "no room"}, {})
    with pytest.raises(NotIndexed, match="HTTP 503: no room"):
        fill(engine_at(server.url, kind, None, sleep=pauses.append), stored.path)
    assert pauses[-6:] == [1, 2, 4, 8, 16, 32]


def test_only_a_server_of_this_machine_is_told_the_key_unencrypted(stored: Folder, server: Any, kind: str) -> None:
    store_three(stored)
    fill(engine(server, kind, "may:mat-khau"), stored.path)
    assert server.keys == {"Basic bWF5Om1hdC1raGF1"}
    server.keys.clear()
    fill(engine(server, kind, "chia-khoa"), stored.path)
    assert server.keys == {"Bearer chia-khoa"}
    with pytest.raises(BadArgument, match="unencrypted"):
        engine_at("http://tim.tinhthu.example/tin", kind, "chia-khoa")
    assert "chia-khoa" not in repr(engine_at("https://tim.tinhthu.example/tin", kind, "chia-khoa").wire)


def test_redirects_are_not_followed(stored: Folder, server: Any, kind: str) -> None:
    store_three(stored)
    with SERVERS[kind]() as other:
        for path in ("/tin", "/indexes/tin/settings"):
            server.answers[path] = lambda: (307, {}, {"Location": other.url})
        with pytest.raises(NotIndexed, match=r"HTTP 307.*not followed"):
            fill(engine(server, kind, "chia-khoa"), stored.path)
        assert not other.asked


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((401, {"error": "security_exception"}, {}), r"401: security_exception\. Put the key.*LUUTIN_ENGINE_KEY"),
        ((200, b"<html>router</html>", {}), "no JSON: is that the engine"),
        ((200, b"[1]", {}), "documents were not taken|task None"),
        ((500, b"<html>\x1b[31mloi</html>", {}), r"HTTP 500: <html> \[31mloi"),
    ],
)
def test_what_answers_otherwise_is_said(
    stored: Folder, server: Any, kind: str, answer: tuple[int, Any, dict[str, str]], told: str
) -> None:
    store_three(stored)
    for path in ("/tin/_bulk", "/indexes/tin/documents", "/tasks/None"):
        server.answers[path] = lambda: answer
    with pytest.raises(NotIndexed, match=told):
        fill(engine(server, kind), stored.path)


def test_where_nothing_answers_that_is_said(stored: Folder, kind: str) -> None:
    with SERVERS[kind]() as server:
        pass
    with pytest.raises(NotIndexed, match="Is the engine running there"):
        fill(engine(server, kind), stored.path)


def test_an_archive_that_cannot_be_read_touches_no_index(tmp_path: Path, server: Any, kind: str) -> None:
    with pytest.raises(ArchiveError, match=r"holds no archive\.db"):
        fill(engine(server, kind), tmp_path)
    with Folder(tmp_path) as folder:
        store_three(folder)
    (tmp_path / "articles" / "so_mot.jsonl").write_bytes(b"{}\n")
    with pytest.raises(ArchiveError, match="verify"):
        fill(engine(server, kind), tmp_path)
    assert not server.asked


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/tin",
        "http://a.example/",
        "http://a.example/Tin",
        "http://a.example/_all",
        "http://a.example/tin?x=1",
        "http://a.example:x/tin",
        "http://a.example/tin,khac",
        "tin",
    ],
)
def test_an_address_that_names_no_index_is_refused(url: str) -> None:
    with pytest.raises(BadArgument, match="--into"):
        engine_at(url, "opensearch", None)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadArgument) as refused:
        engine_at("https://may:mat-khau@a.example/tin", "opensearch", None)
    assert "mat-khau" not in str(refused.value)


def test_batches_are_bounded_and_lose_nothing() -> None:
    sizes = [40, 300, 10, 10, 60, 31]
    made = list(batches(({"n": size} for size in sizes), lambda one: b"x" * one["n"], most=100))
    assert [(len(batch.body), batch.count) for batch in made] == [(40, 1), (300, 1), (80, 3), (31, 1)]
    assert list(batches([], lambda _: b"x")) == []


def test_documents_are_those_of_the_beginning_though_a_crawl_goes_on(stored: Folder) -> None:
    ids = store_three(stored)
    found = documents(stored.path, "mot")
    first = next(found)
    stored.store("so_ba", "moi", "Khởi công cầu Làng Thúy", "Chiều nay, tỉnh khởi công cầu mới qua sông Lăng.")
    assert [document["id"] for document in (first, *found)] in (ids, ids[::-1])


def test_the_text_of_attachments_is_sent_too(stored: Folder) -> None:
    archive = stored.archive("so_mot")
    files = [
        Attachment("http://so-mot.example/a.pdf", "a.pdf", text="Phân công"),
        Attachment("http://b/b.zip", "b.zip"),
    ]
    article = Article(portal="so_mot", url="http://so-mot.example/a", title=HIEU, body=BODY, attachments=files)
    article.captured_at = FIRST_DAY
    for step in (Normalise(), Dedup(archive), Store(archive)):
        article = step.process_item(article)
    [document] = documents(stored.path, "mot")
    assert (document["files"], document["has"]) == (["Phân công"], ["files"])


class TestCommand:
    def test_it_fills_an_engine_and_says_what_it_did(self, luutin: CommandLine, server: Any, kind: str) -> None:
        with Folder(luutin.output) as folder:
            ids = store_three(folder)
        luutin.env["LUUTIN_ENGINE_KEY"] = "chia-khoa"
        done = luutin("index", "--into", server.url, "--engine", kind)
        assert (done.code, done.out) == (0, "")
        assert f"{server.url}: 2 articles sent, 0 that are none any more removed" in done.err
        assert set(server.documents) == set(ids)
        assert server.keys == {"Bearer chia-khoa"}
        assert not (luutin.output / "index").exists()

    def test_what_goes_wrong_is_said_with_an_exit_code(self, luutin: CommandLine) -> None:
        with Folder(luutin.output) as folder:
            store_three(folder)
        with OpenSearch() as server:
            server.refuses = lambda _: {"status": 400, "error": {"reason": "hỏng"}}
            refused = luutin("index", "--into", server.url, "--engine", "opensearch")
        assert refused.code == 1
        assert "2 of 2 documents were not taken" in refused.err
        assert luutin("index", "--into", server.url).code == 2
        assert luutin("index", "--into", "nowhere", "--engine", "opensearch").code == 2


def test_every_engine_has_its_form() -> None:
    write: Callable[[dict[str, Any]], bytes]
    for name, lines in (("opensearch", 2), ("meilisearch", 1)):
        write = ENGINES[name].write
        assert write({"id": "a1", "title": "một\nhai"}).count(b"\n") == lines
