"""What CDX servers answer, in each of their forms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.origins.cdx import BadIndex, Row, read_index, says_none, settled

AT = datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
ROW = Row(AT, "http://so.tinhthu.example/tin?id=1", "text/html", 200, "AB2C")
TABLE = (
    '[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],\n'
    '["example,tinhthu,so)/tin?id=1","20190304050607","http://so.tinhthu.example/tin?id=1","text/html","200","AB2C","99"]'
)
COLUMNS = "example,tinhthu,so)/tin?id=1 20190304050607 http://so.tinhthu.example/tin?id=1 text/html 200 AB2C"


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (f'{TABLE},\n[],\n["example,tinhthu,so)/tin 2019!"]]', "example,tinhthu,so)/tin 2019!"),
        (f"{TABLE}]", None),
        (f"{COLUMNS} 99\n\nnoi tiep", "noi tiep"),
        (f"{COLUMNS} - - 99 1234 a.warc.gz\n", None),
    ],
)  # fmt: skip
def test_tables_and_columns_with_and_without_a_resume_key(answer: str, key: str | None) -> None:
    assert read_index(answer.encode()) == ([ROW], key)


def test_json_lines_say_where_the_record_lies() -> None:
    line = (
        '{"urlkey": "x", "timestamp": "20190304050607", "url": "http://so.tinhthu.example/tin?id=1",'
        ' "mime": "text/plain",'
        ' "mime-detected": "text/html", "status": "200", "digest": "AB2C", "length": "99", "offset": "1234",'
        ' "filename": "a.warc.gz"}'
    )
    rows, key = read_index(f"{line}\n{line}\n".encode())
    assert rows == [Row(AT, ROW.url, "text/html", 200, "AB2C", ("a.warc.gz", 1234, 99))] * 2
    assert key is None


@pytest.mark.parametrize(
    "answer",
    [TABLE, TABLE[:-30], COLUMNS[:40], '{"timestamp": "2019', "<html>Too Many Requests</html>", '{"error": "x"}'],
)
def test_what_is_cut_or_is_no_index_is_refused(answer: str) -> None:
    with pytest.raises(BadIndex):
        read_index(answer.encode())


def test_nothing_is_nothing_and_only_words_say_so() -> None:
    assert read_index(b"") == read_index(b"[]") == ([], None)
    assert not says_none(b"[]")
    assert says_none(b'{"message": "No Captures found for: so.tinhthu.example/*"}')


def test_a_revisit_has_the_status_of_what_it_repeats() -> None:
    again = Row(AT.replace(year=2020), ROW.url, "warc/revisit", 0, "AB2C")
    elsewhere = Row(AT.replace(year=2021), "http://so.tinhthu.example/khac", "warc/revisit", 0, "AB2C")
    lost = Row(AT.replace(year=2022), ROW.url, "warc/revisit", 0, "ZZZZ")
    rows = settled([ROW, again, elsewhere, lost])
    assert [(row.at.year, row.status, row.mime) for row in rows] == [
        (2019, 200, "text/html"), (2020, 200, "text/html"), (2021, 200, "text/html"),
    ]  # fmt: skip
