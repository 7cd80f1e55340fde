"""The JSON API over a real server, and that it says what its description says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jsonschema
import msgspec
import pytest
from kept_site import OFFICE, PAPER, Answer, Visitor
from made_reports import run

from pipelines.web.endpoints import ENDPOINTS
from pipelines.web.openapi import description

SEARCH = "/api/search?q=" + quote("chuyển đổi số")


def found(visitor: Visitor, words: str, portal: str = PAPER) -> str:
    """The id of the first article of a portal with these words."""
    answer = visitor.ask(f"/api/search?q={quote(words)}&portal={portal}")
    identity: str = answer.json["results"][0]["id"]
    return identity


@pytest.fixture(scope="session")
def edited(visitor: Visitor) -> str:
    return found(visitor, "chuyển đổi số")


@pytest.fixture(scope="session")
def village(visitor: Visitor) -> str:
    return found(visitor, "làng nghề", OFFICE)


def on(visitor: Visitor, address: str) -> str:
    """The path and query of an address of the site."""
    assert address.startswith(visitor.base)
    return address.removeprefix(visitor.base)


def checked(answer: Answer, path: str, status: int = 200) -> Any:
    """The JSON of an answer, which is as the description of the API says."""
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    told = description("http://tin.example")
    said = told["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
    schema = {**said, "components": told["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer.json)
    name = said["$ref"].rpartition("/")[2]
    assert set(answer.json) == set(told["components"]["schemas"][name]["properties"])
    return answer.json


def test_a_search_says_what_was_found_and_where(visitor: Visitor) -> None:
    told = checked(visitor.ask(SEARCH), "/api/search")
    first = told["results"][0]
    assert first["title"] == "Ban Chỉ đạo chuyển đổi số họp phiên thứ hai"
    assert "".join(piece["text"] for piece in first["title_pieces"]) == first["title"]
    assert "chuyển đổi số" in " ".join(piece["text"] for piece in first["title_pieces"] if piece["hit"])
    assert (first["version"], first["portal"], first["province"]) == (2, PAPER, "Tân Sơn")
    assert visitor.ask(on(visitor, first["api"])).json["article"]["id"] == first["id"]
    assert visitor.ask(on(visitor, first["page"])).status == 200


def test_every_filter_of_the_page_is_one_of_the_api(visitor: Visitor) -> None:
    def titles(query: str) -> list[str]:
        return [one["title"] for one in checked(visitor.ask(f"/api/search?{query}"), "/api/search")["results"]]

    everything = titles("")
    assert len(everything) == 6
    village = ["Công nhận làng nghề miến dong Bản Chiềng"]
    assert titles("files=1") == village
    assert titles(f"author={quote('Lò Thị Mây')}") == village
    assert titles("gone=1") == ["Cầu treo Nà Phường thông xe"]
    assert titles(f"section={quote('Xã hội')}") == ["Nước sông Khe Trúc tràn vào bốn thôn"]
    assert titles("month=2022-10") == [*village, "Ban Chỉ đạo chuyển đổi số họp phiên thứ hai"]
    assert titles("month=2022-10&from=2022-10-10") == titles("from=2022-10-10&to=2022-10") == village
    assert titles("year=2021") == []
    assert len(titles(f"portal={OFFICE}")) == 3  # a copy's portal finds its original
    assert titles("sort=oldest")[0] == "Nước sông Khe Trúc tràn vào bốn thôn"


def test_pages_of_results_follow_each_other_to_the_end(visitor: Visitor) -> None:
    seen, address = [], "/api/search?limit=2&sort=oldest"
    while address:
        told = visitor.ask(address).json
        seen += [one["id"] for one in told["results"]]
        address = on(visitor, told["next"]) if told["next"] else ""
    assert len(seen) == len(set(seen)) == told["total"] == 6
    assert told["cursor"] is None


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/api/search?limit=0", "1 to 100"),
        ("/api/search?limit=101", "1 to 100"),
        ("/api/search?limit=ten", "1 to 100"),
        ("/api/search?limit=%D9%A1", "1 to 100"),  # a digit, but not of ours
        ("/api/search?portals=x", "takes q, portal"),
        ("/api/search?from=2024-13", "It is a day"),
        ("/api/search?month=June", "It is a day"),
        ("/api/search?sort=size", "newest"),
        ("/api/search?files=yes", "It is 1"),
        ("/api/search?q=" + "x" * 301, "300"),
        ("/api/search?cursor=none", "egin"),
        ("/api/search?cursor=" + "x" * 201, "begin without"),
        ("/api/search?q=%3F%21", "no letter"),
        ("/api/articles?since=yesterday", "2024-06-30"),
        ("/api/articles?cursor=7", "begin without"),
        ("/api/articles?cursor=1-0123456789abcdef", "built anew"),
        ("/api/captures", "either url="),
        ("/api/captures?url=http://a.example/&prefix=http://", "either url="),
        ("/api/captures?prefix=http://&cursor=99999", "begin without"),
        ("/api/captures?prefix=http://&cursor=99999999999999999999999", "begin without"),
        ("/api/captures?prefix=http://&cursor=-1", "begin without"),
        ("/api/portals?x=1", "takes none"),
    ],
)
def test_what_cannot_be_asked_is_explained(visitor: Visitor, path: str, says: str) -> None:
    told = checked(visitor.ask(path), urlsplit(path).path, 400)
    assert told["error"]["status"] == 400
    assert says in told["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/articles/0123456789abcdef",
        "/api/articles/..%2f..%2farchive.db",
        "/api/articles/0123456789abcdef/versions",
        "/api/articles/0123456789abcdef/versions/99999999999999999999999999",
        "/api/portals/none",
        "/api/runs?portal=none",
        "/api/portals/%00",
        "/api/runs/..%2F..%2Farchive",
        "/api/runs/%00",
        "/api/runs/" + "x" * 4000,
        "/api/none",
        "/api/search/",
        "/api/",
    ],
)
def test_what_is_not_there_is_said_in_json(visitor: Visitor, path: str) -> None:
    answer = visitor.ask(path)
    assert answer.status == 404, answer.text
    assert answer.json["error"]["status"] == 404
    assert answer.json["error"]["message"]


def test_an_article_comes_with_all_there_is_of_it(visitor: Visitor, edited: str) -> None:
    told = checked(visitor.ask(f"/api/articles/{edited}"), "/api/articles/{id}")
    assert "hai trăm mười thủ tục" in told["article"]["body"]
    assert [(one["number"], one["change"]) for one in told["versions"]] == [(1, "first"), (2, "edited")]
    assert told["relatives"]["original"] == edited
    capture = visitor.ask(on(visitor, told["links"]["capture"]) + "/content")
    assert "Ban Chỉ đạo chuyển đổi số" in capture.text
    for link in ("page", "bibtex", "ris", "citation", "versions"):
        assert visitor.ask(on(visitor, told["links"][link])).status == 200, link


def test_a_duplicate_says_where_its_text_is_and_what_else_says_it(visitor: Visitor) -> None:
    original = found(visitor, "Khe Trúc")
    lines = visitor.ask("/api/articles").json["articles"]
    copy = next(one["id"] for one in lines if one["duplicate_of"] == original)
    told = checked(visitor.ask(f"/api/articles/{copy}"), "/api/articles/{id}")
    assert told["article"]["body"] == ""
    assert "bốn thôn ven sông" in visitor.ask(on(visitor, told["links"]["text"])).json["article"]["body"]
    assert told["relatives"]["duplicates"] == [copy]
    assert [one["kind"] for one in told["relatives"]["copies"]] == ["edited"]


def test_attachments_are_had_where_they_are_kept(visitor: Visitor, village: str) -> None:
    told = visitor.ask(f"/api/articles/{village}").json
    ((url, address),) = told["files"].items()
    assert url == told["article"]["attachments"][0]["url"]
    answer = visitor.ask(on(visitor, address))
    assert "làng nghề miến dong" in answer.text
    assert answer.headers["content-disposition"].startswith("attachment")


def test_versions_are_each_had(visitor: Visitor, edited: str) -> None:
    told = checked(visitor.ask(f"/api/articles/{edited}/versions"), "/api/articles/{id}/versions")
    texts = []
    for one in told["versions"]:
        answer = visitor.ask(on(visitor, one["api"]))
        texts.append(checked(answer, "/api/articles/{id}/versions/{number}")["article"]["body"])
        assert visitor.ask(on(visitor, one["page"])).status == 200
    assert ["hai trăm mười" in text for text in texts] == [False, True]


def test_all_lines_are_had_in_the_order_they_were_stored(visitor: Visitor, kept: Path) -> None:
    seen, address = [], "/api/articles?limit=3"
    while address:
        told = checked(visitor.ask(address), "/api/articles")
        seen += [(one["id"], one["version"]) for one in told["articles"]]
        address = on(visitor, told["next"]) if told["next"] else ""
    with sqlite3.connect(kept / "archive.db") as db:
        assert seen == db.execute("SELECT id, version FROM articles ORDER BY nth").fetchall()
    last = visitor.ask(f"/api/articles?cursor={told['cursor']}")  # nothing was stored since
    assert checked(last, "/api/articles") == {"articles": [], "cursor": told["cursor"], "next": None}


def test_what_was_stored_since_a_time_is_had(visitor: Visitor, kept: Path) -> None:
    everything = visitor.ask("/api/articles").json["articles"]
    seen = []
    with closing(sqlite3.connect(kept / "archive.db")) as db:
        times = [at for (at,) in db.execute("SELECT stored_at FROM articles ORDER BY nth")]
    assert len(set(times)) == len(everything)
    for line, stored in zip(everything, times, strict=True):
        at = f"{stored[:19]}Z"
        seen = checked(visitor.ask(f"/api/articles?since={at}"), "/api/articles")["articles"]
        assert line in seen
        assert seen == everything[-len(seen) :]
    assert len(seen) < len(everything)
    assert visitor.ask("/api/articles?since=2199-01-01").json["articles"] == []
    first = visitor.ask("/api/articles?since=2000-01-01&limit=2").json
    assert first["articles"] == everything[:2]
    assert visitor.ask(on(visitor, first["next"])).json["articles"] == everything[2:4]


def test_portals_and_runs_are_told(visitor: Visitor) -> None:
    told = checked(visitor.ask("/api/portals"), "/api/portals")["portals"]
    assert [(one["name"], one["title"], one["articles"], one["last_run"] is None) for one in told] == [
        (PAPER, "Báo Tân Sơn", 4, False),
        (OFFICE, "Sở Nội vụ Tân Sơn", 3, True),
    ]
    one = checked(visitor.ask(f"/api/portals/{PAPER}"), "/api/portals/{name}")
    assert one["portal"] == told[0]
    assert sum(month["count"] for month in one["months"]) == 3  # one is undated
    runs = checked(visitor.ask("/api/runs"), "/api/runs")["runs"]
    assert runs == one["runs"] == checked(visitor.ask(f"/api/runs?portal={PAPER}&limit=5"), "/api/runs")["runs"]
    report = checked(visitor.ask(on(visitor, runs[0]["api"])), "/api/runs/{run}")["report"]
    assert report["outcomes"] == runs[0]["outcomes"] == run(0).outcomes


def test_captures_are_found_by_url_and_by_how_it_begins(visitor: Visitor) -> None:
    url = "http://bao-tanson.example/lu-khe-truc.html"
    (one,) = checked(visitor.ask(f"/api/captures?url={url}"), "/api/captures")["captures"]
    assert (one["url"], one["status"], one["revisit"]) == (url, 200, False)
    assert visitor.ask(on(visitor, one["page"])).status == 200
    assert visitor.ask(f"/api/captures?url={url}x").json["captures"] == []
    seen, address = [], "/api/captures?prefix=http://&limit=2"
    while address:
        told = checked(visitor.ask(address), "/api/captures")
        seen += [(one["portal"], one["url"], one["at"]) for one in told["captures"]]
        address = on(visitor, told["next"]) if told["next"] else ""
    assert seen == sorted(set(seen))
    assert len(seen) == 9
    assert {portal for portal, _, _ in seen} == {PAPER, OFFICE}


def test_answers_are_open_to_any_page_and_not_sent_twice(visitor: Visitor) -> None:
    first = visitor.ask(SEARCH, Origin="https://nghiencuu.example")
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    again = visitor.ask(SEARCH, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["access-control-allow-origin"] == "*"
    head = visitor.ask(SEARCH, "HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", first.headers["content-length"])
    refused = visitor.ask("/api/none")
    assert refused.headers["access-control-allow-origin"] == "*"


def test_the_description_is_whole(visitor: Visitor) -> None:
    told = visitor.ask("/openapi.json").json
    assert told["openapi"] == "3.1.0"
    assert len(told["paths"]) == len(ENDPOINTS)
    jsonschema.Draft202012Validator.check_schema({"$defs": told["components"]["schemas"]})
    used = set(_references(told))
    assert used == {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}
    names = [operation["get"]["operationId"] for operation in told["paths"].values()]
    assert len(set(names)) == len(names)
    for path, operation in told["paths"].items():
        places = {one["name"] for one in operation["get"]["parameters"] if one["in"] == "path"}
        assert places == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_what_an_endpoint_is_said_to_take_it_takes(visitor: Visitor) -> None:
    for endpoint in ENDPOINTS:
        for parameter in endpoint.parameters:
            path = endpoint.path.replace("{id}", "x").replace("{name}", "x").replace("{run}", "x")
            answer = visitor.ask(f"{path}?{parameter.name}=")
            assert "no such parameter" not in answer.text, (path, parameter.name)


def test_the_types_are_those_that_are_encoded() -> None:
    for endpoint in ENDPOINTS:
        assert issubclass(endpoint.answers, msgspec.Struct)
        assert endpoint.handler.__annotations__["return"] == endpoint.answers.__name__


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [one for part in value.values() for one in _references(part)]
    return [one for part in value for one in _references(part)] if isinstance(value, list) else []
