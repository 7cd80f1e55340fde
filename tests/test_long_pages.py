"""Pages that take long to read: in a thread of their own, and yet in their place among the others."""

from __future__ import annotations

from conftest import CommandLine
from made_portal import MadePortal, article, frame, rows

from crawler.reading import ASIDE_ELEMENTS

PARAGRAPHS = ASIDE_ELEMENTS // 2 + 100
LONG = "".join(
    f"<p>Thửa số {n} của hộ ông <b>Lý Văn Chài</b>, thôn Nà Mạ: {n * 7} m² đất ở.</p>" for n in range(PARAGRAPHS)
)


def test_a_long_article_is_read_in_its_place(luutin: CommandLine) -> None:
    def answer(path: str, _: bytes) -> str | None:
        if path in ("/", "/muc?id=1"):
            return frame(rows(range(1, 5)))
        number = path.removeprefix("/tin?id=")
        page = article(int(number)) if number in ("1", "2", "3", "4") else None
        return page.replace("<p>", LONG + "<p>", 1) if page and number in ("2", "3") else page

    with MadePortal(answer) as made:
        done = luutin("crawl", "portal", "-a", f"url={made.url}", "--debug")
        assert done.code == 0, done.err
        assert done.err.count("a long page, read aside") == 2
        lines = luutin.lines(made.name)
        assert [line["url"][-1] for line in lines][:4] == ["1", "2", "3", "4"]
        assert lines[1]["body"].count("Lý Văn Chài") == PARAGRAPHS
        before = (luutin.output / "articles" / f"{made.name}.jsonl").read_bytes()
        done = luutin("reparse")
        assert "0 changed, 0 added, 0 removed" in done.out, done.out
        assert (luutin.output / "articles" / f"{made.name}.jsonl").read_bytes() == before
