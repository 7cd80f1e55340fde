"""Citations that programs read: BibTeX and RIS of whatever a title has in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipelines.items import Article
from pipelines.web.citations import bibtex, plain, ris

Maker = Callable[..., Article]
ADDRESS = "https://luutin.example/articles/0123456789abcdef"
PUBLISHED = datetime(2024, 3, 4, 0, 30, tzinfo=timezone(timedelta(hours=7)))


def test_a_plain_citation_says_who_what_where_and_when(make_article: Maker) -> None:
    article = make_article(
        title="Họp giao ban tháng ba",
        authors=["Lò Thị Mây", "Hà Văn Khoan"],
        published_at=PUBLISHED,
        captured_at=datetime(2025, 6, 2, 1, 12, tzinfo=UTC),
        warc_digest="sha256:ab",
    )
    assert plain(article, "Sở Nội vụ", ADDRESS) == (
        "Lò Thị Mây; Hà Văn Khoan. “Họp giao ban tháng ba”. Sở Nội vụ, 2024-03-04. "
        f"{article.url}. Captured 2025-06-02 01:12 UTC, Lưu Tin, {ADDRESS}, record sha256:ab."
    )


def test_what_is_not_known_is_not_cited(make_article: Maker) -> None:
    article = make_article(title="Ai đã xây cầu?", captured_at=None)
    assert plain(article, "Báo", ADDRESS) == f"“Ai đã xây cầu?” Báo, n.d. {article.url}. Kept, Lưu Tin, {ADDRESS}."
    assert "date" not in bibtex(article, "Báo", ADDRESS)
    assert "author" not in bibtex(article, "Báo", ADDRESS)
    assert "DA  - " not in ris(article, "Báo", ADDRESS)


@pytest.mark.parametrize("title", ["50% & {hơn} $5 #1 a_b ~ ^ \\input{x}", "}}, note = {", "\\", "{", "%"])
def test_no_title_breaks_out_of_bibtex(make_article: Maker, title: str) -> None:
    text = bibtex(make_article(title=title, authors=[title], url="http://a.example/{x}\\y", id="ab"), title, ADDRESS)
    assert text.startswith("@online{luutin-ab,\n")
    assert text.endswith("\n}\n")
    depth = 0
    for at, sign in enumerate(text):
        escaped = text[at - 1 : at] == "\\"
        depth += (sign == "{" and not escaped) - (sign == "}" and not escaped)
        assert depth > 0 or at < text.index("{") or at >= len(text) - 2, text[:at]
    assert depth == 0
    fields = [line.strip().partition(" = ")[0] for line in text.splitlines()[1:-1]]
    assert fields == ["author", "title", "organization", "url", "urldate", "langid", "note"]


def test_ris_is_a_line_a_field_whatever_is_in_it(make_article: Maker) -> None:
    article = make_article(
        title="Họp\r\nER  - \nTY  - BOOK", authors=["Mây", "Khoan"], tags=["họp"], published_at=PUBLISHED, id="ab"
    )
    lines = ris(article, "Sở", ADDRESS).split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert lines[-2:] == ["ER  - ", ""]
    assert [line[:6] for line in lines].count("ER  - ") == 1
    assert "TI  - Họp ER - TY - BOOK" in lines
    assert [line for line in lines if line.startswith(("AU", "KW", "DA"))] == [
        "AU  - Mây",
        "AU  - Khoan",
        "DA  - 2024/03/04",
        "KW  - họp",
    ]
