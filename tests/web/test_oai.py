"""OAI-PMH 2.0 over a real server, by the rules of its specification (the numbers are those of its sections)."""

from __future__ import annotations

import re
import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from kept_site import OFFICE, PAPER, Visitor, visited
from lxml import etree

from pipelines.web import oai

SPACES = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SET = re.compile(r"[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*")
DC = {"metadataPrefix": "oai_dc"}


def asked(visitor: Visitor, verb: str, method: str = "GET", /, **arguments: str) -> etree._Element:
    """What is answered; its form is that of every answer (3.2)."""
    told = urlencode({"verb": verb, **arguments})
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = visitor.ask("/oai", "POST", told.encode(), **form) if method == "POST" else visitor.ask(f"/oai?{told}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.body)
    assert root.tag == f"{{{SPACES['o']}}}OAI-PMH"
    assert [etree.QName(child).localname for child in root[:2]] == ["responseDate", "request"]
    assert INSTANT.fullmatch(str(root[0].text))
    assert root[1].text == f"{visitor.base}/oai"
    assert len(root) == 3
    return root


def many(root: etree._Element, path: str) -> list[str]:
    return [str(one) for one in root.xpath(f"{path}/text()", namespaces=SPACES)]


def one(root: etree._Element, path: str) -> str:
    (said,) = many(root, path)
    return said


def code(root: etree._Element) -> str:
    return str(root.xpath("string(o:error/@code)", namespaces=SPACES))


def harvested(visitor: Visitor, verb: str = "ListIdentifiers", **arguments: str) -> list[list[str]]:
    """The identifiers of a list, by answer, to its end."""
    found: list[list[str]] = []
    root = asked(visitor, verb, **{**DC, **arguments})
    while True:
        assert not code(root)
        cursor = root.xpath("string(//o:resumptionToken/@cursor)", namespaces=SPACES)
        assert cursor == (str(sum(len(part) for part in found)) if found or many(root, "//o:resumptionToken") else "")
        found.append(many(root, "//o:identifier"))
        if not (token := many(root, "//o:resumptionToken")):
            return found
        root = asked(visitor, verb, resumptionToken=token[0])


def test_the_archive_says_who_it_is(visitor: Visitor) -> None:
    root = asked(visitor, "Identify")
    told = root[2]
    assert [etree.QName(child).localname for child in told] == [
        "repositoryName",
        "baseURL",
        "protocolVersion",
        "adminEmail",
        "earliestDatestamp",
        "deletedRecord",
        "granularity",
        "compression",
    ]
    assert one(told, "o:baseURL") == f"{visitor.base}/oai"
    assert one(told, "o:adminEmail") == "postmaster@127.0.0.1"
    stamps = many(asked(visitor, "ListIdentifiers", **DC), "//o:datestamp")
    assert one(told, "o:earliestDatestamp") <= min(stamps)


def test_whoever_runs_it_is_named(kept: Path) -> None:
    hosts = ["127.0.0.1"]
    with visited(kept, contact="thuvien@luutin.example", base_url="https://luutin.example", hosts=hosts) as visitor:
        text = visitor.ask("/oai?verb=Identify").text
        assert "<adminEmail>thuvien@luutin.example</adminEmail>" in text
        assert "<baseURL>https://luutin.example/oai</baseURL>" in text
        assert "oai:luutin.example:" in visitor.ask("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").text


def test_records_are_had_by_their_identifiers(visitor: Visitor) -> None:
    (identifiers,) = harvested(visitor)
    assert len(set(identifiers)) == len(identifiers) == 7
    records = asked(visitor, "ListRecords", **DC)
    assert many(records, "//o:identifier") == identifiers
    for number, identifier in enumerate(identifiers):
        single = asked(visitor, "GetRecord", identifier=identifier, **DC)
        assert etree.tostring(single[2][0]) == etree.tostring(records[2][number])


def test_an_article_is_told_in_dublin_core(visitor: Visitor) -> None:
    root = asked(visitor, "ListRecords", set=f"portal:{OFFICE}", **DC)
    record = root.xpath("//o:record[.//dc:creator]", namespaces=SPACES)[0]
    told = {name: many(record, f".//dc:{name}") for name in ("title", "creator", "subject", "date", "identifier")}
    identifier = one(record, ".//o:identifier").rpartition(":")[2]
    assert told == {
        "title": ["Công nhận làng nghề miến dong Bản Chiềng"],
        "creator": ["Lò Thị Mây", "Hà Văn Khoan"],
        "subject": ["làng nghề", "miến dong"],
        "date": ["2022-10-24T08:00:00Z"],
        "identifier": [f"{visitor.base}/articles/{identifier}", "http://so-nv-tanson.example/lang-nghe.html"],
    }
    assert many(record, ".//dc:publisher") == ["Sở Nội vụ Tân Sơn"]
    assert many(record, ".//dc:coverage") == ["Tân Sơn"]
    assert many(record, ".//dc:rights") == ["Văn bản của các cổng; dữ liệu dẫn xuất: CC BY 4.0"]
    relations = many(root, "//dc:relation")
    assert len(relations) == 2  # a duplicate, and a near one, of the same
    assert len(set(relations)) == 1


def test_a_newer_version_takes_the_place_of_the_older(visitor: Visitor, kept: Path) -> None:
    lines = visitor.ask("/api/articles").json["articles"]
    assert len(lines) > 7
    edited = next(line for line in lines if line["version"] == 2 and not line["gone_at"])
    record = asked(visitor, "GetRecord", identifier=f"oai:127.0.0.1:{edited['id']}", **DC)
    with closing(sqlite3.connect(kept / "archive.db")) as db:
        (at,) = db.execute("SELECT stored_at FROM articles WHERE id = ? AND version = 2", (edited["id"],)).fetchone()
    assert one(record, "//o:datestamp") == f"{at[:19]}Z"


def test_lists_go_on_by_tokens(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    (whole,) = harvested(visitor)
    monkeypatch.setattr(oai, "PAGE_RECORDS", 3)
    for verb in ("ListIdentifiers", "ListRecords"):
        parts = harvested(visitor, verb)
        assert [len(part) for part in parts] == [3, 3, 1]
        assert [*parts[0], *parts[1], *parts[2]] == whole
    monkeypatch.setattr(oai, "PAGE_RECORDS", 7)  # just as many as there are
    assert harvested(visitor) == [whole]


def test_sets_part_the_records(visitor: Visitor) -> None:
    root = asked(visitor, "ListSets")
    sets = dict(zip(many(root, "//o:setSpec"), many(root, "//o:setName"), strict=True))
    assert sets == {
        "portal": "Portals",
        f"portal:{PAPER}": "Báo Tân Sơn",
        f"portal:{OFFICE}": "Sở Nội vụ Tân Sơn",
        "province": "Provinces",
        "province:tan-son": "Tân Sơn",
    }
    assert all(SET.fullmatch(spec) for spec in sets)
    (whole,) = harvested(visitor)
    (paper,), (office,) = harvested(visitor, set=f"portal:{PAPER}"), harvested(visitor, set=f"portal:{OFFICE}")
    assert sorted(paper + office) == sorted(whole)
    assert harvested(visitor, set="province:tan-son") == harvested(visitor, set="portal") == [whole]
    headers = asked(visitor, "ListIdentifiers", set=f"portal:{PAPER}", **DC)
    assert set(many(headers, "//o:setSpec")) == {f"portal:{PAPER}", "province:tan-son"}


def test_what_came_in_a_time_is_had_alone(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """2.7.1: both ends are included, so that a harvester goes on from where it was."""
    root = asked(visitor, "ListIdentifiers", **DC)
    stamps, names = many(root, "//o:datestamp"), many(root, "//o:identifier")
    assert stamps == sorted(stamps)
    for stamp in stamps:
        until = [name for name, at in zip(names, stamps, strict=True) if at <= stamp]
        since = [name for name, at in zip(names, stamps, strict=True) if at >= stamp]
        assert harvested(visitor, until=stamp) == [until]
        assert harvested(visitor, **{"from": stamp}) == [since]
        same = [name for name in names if name in until and name in since]
        assert harvested(visitor, until=stamp, **{"from": stamp}) == [same]
    day = stamps[0][:10]
    assert harvested(visitor, until=day, **{"from": day}) == [
        [name for name, at in zip(names, stamps, strict=True) if at[:10] == day]
    ]
    assert harvested(visitor, until="9999-12-31") == [names]
    monkeypatch.setattr(oai, "PAGE_RECORDS", 2)
    parts = harvested(visitor, **{"from": stamps[1]})
    assert [name for part in parts for name in part] == names[1:]


def test_no_record_before_the_first_and_after_the_last(visitor: Visitor) -> None:
    first = datetime.fromisoformat(one(asked(visitor, "Identify"), "//o:earliestDatestamp"))
    before = f"{first - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    assert code(asked(visitor, "ListRecords", until=before, **DC)) == "noRecordsMatch"
    assert code(asked(visitor, "ListRecords", **DC, **{"from": "2199-01-01"})) == "noRecordsMatch"


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Nothing%00%01%EF%BF%BE", "badVerb"),
        ("verb=Identify&a=b", "badArgument"),
        ("verb=Identify&%00=%01", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-13-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01T00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01&until=2024-01-01T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-02&until=2024-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=a:", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai%20dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=portal:none", "noRecordsMatch"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=%00%01", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=" + "x" * 5000, "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:0123456789abcdef", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + "x" * 3000, "badArgument"),
        ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist"),
        ("&".join(["verb=Identify"] * 40), "badVerb"),
    ],
)
def test_each_error_has_its_code(visitor: Visitor, told: str, says: str) -> None:
    answer = visitor.ask(f"/oai?{told}")
    assert answer.status == 200
    root = etree.fromstring(answer.body)
    assert code(root) == says
    assert root.find("o:error", SPACES).text  # type: ignore[union-attr]
    if says in ("badVerb", "badArgument"):  # 3.2
        assert not root[1].attrib
    else:
        assert root[1].get("verb")


def test_a_token_is_of_its_list_and_of_its_archive(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai, "PAGE_RECORDS", 2)
    token = one(asked(visitor, "ListRecords", **DC), "//o:resumptionToken")
    assert code(asked(visitor, "ListIdentifiers", resumptionToken=token)) == "badResumptionToken"
    said = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    forged = re.sub(rb'"(\d+)-([0-9a-f]{16})"', rb'"\1-0000000000000000"', said)
    assert forged != said
    again = urlsafe_b64encode(forged).decode()
    assert code(asked(visitor, "ListRecords", resumptionToken=again)) == "badResumptionToken"
    times = urlsafe_b64encode(said.replace(b"null,null]", b'"soon",null]')).decode()
    assert code(asked(visitor, "ListRecords", resumptionToken=times)) == "badResumptionToken"


def test_formats_are_told_of_all_and_of_one(visitor: Visitor) -> None:
    root = asked(visitor, "ListMetadataFormats")
    assert one(root, "//o:metadataPrefix") == "oai_dc"
    identifier = many(asked(visitor, "ListIdentifiers", **DC), "//o:identifier")[0]
    assert one(asked(visitor, "ListMetadataFormats", identifier=identifier), "//o:metadataPrefix") == "oai_dc"


def test_a_request_may_be_posted(visitor: Visitor) -> None:
    """3.1.1.2"""
    posted = asked(visitor, "ListRecords", "POST", set=f"portal:{PAPER}", **DC)
    gotten = asked(visitor, "ListRecords", set=f"portal:{PAPER}", **DC)
    assert etree.tostring(posted[2]) == etree.tostring(gotten[2])
    assert code(asked(visitor, "None", "POST")) == "badVerb"
