"""`luutin crawl portal -a url=…` on portals of no known make: every way they page, link and hide their articles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import CommandLine
from made_portal import MadePortal, article, frame, rows, title

from pipelines.archive.journal import Began, journal_path, read_journal

HOME = frame(rows(range(3)))
ABOUT = frame(
    f"<h3>Giới thiệu</h3><div><p>{'Sở có chức năng tham mưu, giúp việc về ngành trên địa bàn. ' * 6}</p></div>"
)


def portal(section: str | None = None, **pages: str) -> MadePortal:
    """A portal of thirty articles, whose section is `section`; `pages` are further ones by path."""

    def answer(path: str, form: bytes) -> str | None:
        if match := re.fullmatch(r"/tin\?id=(\d+)", path):
            return article(int(match[1]))
        return {"/": HOME, "/muc?id=1": section, "/gioi-thieu": ABOUT, **pages}.get(path)

    return MadePortal(answer)


def numbers(luutin: CommandLine, name: str) -> list[int]:
    """Which of the articles were stored."""
    return sorted(int(line["url"].rpartition("=")[2]) for line in luutin.versions(name))


def crawl(luutin: CommandLine, made: MadePortal, *args: str) -> list[int]:
    assert luutin("crawl", "portal", "-a", f"url={made.url}", *args).code == 0
    return numbers(luutin, made.name)


def test_an_article_is_read_and_what_is_none_is_named(luutin: CommandLine) -> None:
    album = frame(
        "<h2>Hình ảnh lễ hội Lồng Tồng xã Nà Mạ</h2>" + "".join(f"<img src=/{n}.jpg>" for n in range(6)),
        "Hình ảnh lễ hội Lồng Tồng xã Nà Mạ",
    )
    labels = {"Số hiệu": "12/KH", "Ngày ban hành": "12/03/2024", "Trích yếu": "Kế hoạch", "Người ký": "Hà Thị N"}
    record = frame("<h2>Kế hoạch số 12</h2>" + "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in labels.items()))
    extra = (
        "<div class=ds><a href='/album/9'>Hình ảnh lễ hội Lồng Tồng xã Nà Mạ</a></div>"
        "<p class=vb><a href='/van-ban/12'>Kế hoạch phát triển kinh tế - xã hội</a></p>"
        "<p class=t><a href='/tag/nuoc-sach-nong-thon'>nước sạch nông thôn mới</a></p>"
    )
    pages = {
        "/album/9": album,
        "/van-ban/12": record.replace("<tr>", "<table><tr>", 1),
        "/tag/nuoc-sach-nong-thon": frame(rows(range(6))),
    }
    with portal(frame(rows(range(12)) + extra), **pages) as made:
        assert crawl(luutin, made) == list(range(12))
        reasons = luutin.report()["reasons"]
        assert reasons["skipped:static-page"] == 1
        assert reasons["skipped:gallery"] == 1
        assert reasons["skipped:document-page"] == 1
        assert not [path for path in made.asked if path == "/dang-nhap" or path.endswith("in=1")]
        line = luutin.lines(made.name)[0]
        assert (line["title"], line["published_at"], line["section"]) == (
            title(0), "2024-03-01T08:30:00+07:00", "Kinh tế",
        )  # fmt: skip


@pytest.mark.no_cover
def test_a_second_run_asks_only_for_what_lists_articles(luutin: CommandLine) -> None:
    with portal(frame(rows(range(12)))) as made:
        crawl(luutin, made)
        before = luutin.lines(made.name)
        made.asked.clear()
        crawl(luutin, made)
        assert luutin.lines(made.name) == before
        assert not [path for path in made.asked if path.startswith("/tin?") or path == "/gioi-thieu"]


def test_a_page_only_menus_link_to_is_no_article_though_it_is_dated(luutin: CommandLine) -> None:
    dated = article(28).replace("Ngày đăng", "Cập nhật")
    with portal(frame(rows(range(12))), **{"/gioi-thieu": dated}) as made:
        assert crawl(luutin, made) == list(range(12))
        assert luutin.report()["reasons"]["skipped:static-page"] == 1


def test_an_article_in_the_menu_is_one_where_a_list_names_it_too(luutin: CommandLine) -> None:
    pinned = "<b><a href='/tin?id=4'>Nước sạch</a></b>"
    with portal(frame(rows(range(12))), **{"/": frame(pinned + rows(range(3)))}) as made:
        assert crawl(luutin, made) == list(range(12))
        report = luutin.report()
        assert report["reasons"]["skipped:article-in-menu"] == 1
        assert sum(report["outcomes"].values()) == report["pages"] - 1  # robots.txt is no page


def test_a_start_page_with_a_pager_is_walked_like_a_section(luutin: CommandLine) -> None:
    def pager(at: int) -> str:
        return "<p>" + "".join(f"<a href='/trang/{n}/'>{n}</a> " for n in range(1, 5) if n != at) + "</p>"

    home = frame(rows(range(5)) + pager(1))
    pages = {f"/trang/{n}/": frame(rows(range(n * 5 - 5, n * 5)) + pager(n)) for n in range(2, 5)}
    with portal(None, **{"/": home}, **pages) as made:
        assert crawl(luutin, made) == list(range(20))


def test_a_pager_that_repeats_its_last_page_for_ever_ends(luutin: CommandLine) -> None:
    def answer(path: str, form: bytes) -> str | None:
        if match := re.fullmatch(r"/muc\?id=1(?:&tr=(\d+))?", path):
            at = int(match[1] or 1)
            first = min(at - 1, 2) * 5
            links = "".join(f"<a href='/muc?id=1&tr={n}'>{n}</a>" for n in range(1, at + 3) if n != at)
            return frame(rows(range(first, first + 5)) + f"<div>{links}</div>")
        return {"/": HOME, **{f"/tin?id={n}": article(n) for n in range(30)}}.get(path)

    with MadePortal(answer) as made:
        assert crawl(luutin, made) == list(range(15))
        assert "/muc?id=1&tr=4" in made.asked
        assert "/muc?id=1&tr=5" not in made.asked


def test_a_button_for_more_is_pressed_until_nothing_comes(luutin: CommandLine) -> None:
    more = "<button class=them data-url='/muc/1/them?page=2'>Xem thêm</button>"
    pages = {"/muc/1/them?page=2": rows(range(5, 10)), "/muc/1/them?page=3": rows(range(10, 13))}
    with portal(frame(rows(range(5)) + more), **pages, **{"/muc/1/them?page=4": "<p></p>"}) as made:
        assert crawl(luutin, made) == list(range(13))


def test_a_link_for_more_whose_address_is_a_scripts_is_pressed_too(luutin: CommandLine) -> None:
    more = "<a href='javascript:void(0)' data-url='/them?muc=1&trang=2'>Xem thêm tin</a>"
    with portal(frame(rows(range(5)) + more), **{"/them?muc=1&trang=2": rows(range(5, 9))}) as made:
        assert crawl(luutin, made) == list(range(9))
        assert {line["section"] for line in luutin.versions(made.name)[3:]} == {"Kinh tế"}


def test_a_door_of_one_link_is_gone_through(luutin: CommandLine) -> None:
    door = "<html><body><a href='/vi/trang-chu'><img src=/chao.jpg></a></body></html>"
    home = HOME.replace("'/'>Trang chủ", "'/vi/?trang=chu'>Trang chủ")
    pages = {"/": door, "/vi/trang-chu": home, "/vi/?trang=chu": frame(rows(range(3, 6)))}
    with portal(frame(rows(range(3))), **pages) as made:
        assert crawl(luutin, made) == list(range(6))
        sections = {line["title"]: line["section"] for line in luutin.lines(made.name)}
        assert (sections[title(0)], sections[title(5)]) == ("Kinh tế", None)


def test_of_several_frames_the_first_tells_the_platform_in_the_crawl_and_in_a_reparse(luutin: CommandLine) -> None:
    frames = "<html><frameset cols='20%,*'><frame src='/trai'><frame src='/phai'></frameset></html>"
    made_by = "<meta name=generator content='NukeViet v4.5'>"
    right = frame(rows(range(3, 6))).replace("<head>", f"<head>{made_by}")
    assert made_by in right
    with portal(None, **{"/": frames, "/trai": frame(rows(range(3))), "/phai": right}) as made:
        assert crawl(luutin, made) == list(range(6))
    lines = luutin.output / "articles" / f"{made.name}.jsonl"
    stored = lines.read_bytes()
    began = [event for event in read_journal(journal_path(luutin.output, made.name)) if isinstance(event, Began)]
    assert [event.url.rpartition("/")[2] for event in began] in (["trai"], ["phai"])
    (luutin.output / "archive.db").unlink()
    lines.unlink()
    assert luutin("reparse", "--workers", "1").code == 0
    assert lines.read_bytes() == stored


def test_sections_are_found_under_sections_and_lists_among_articles(luutin: CommandLine) -> None:
    menu = "<b><a href='/muc?id=2'>Nông nghiệp</a></b>"
    listed = "<p class=x><a href='/chuyen-de/nuoc-sach'>Chuyên đề nước sạch nông thôn</a></p>"
    pages = {"/muc?id=2": frame(rows(range(8, 16)) + listed), "/chuyen-de/nuoc-sach": frame(rows(range(16, 22)))}
    with portal(frame(rows(range(8)) + menu), **pages) as made:
        assert crawl(luutin, made) == list(range(22))


def test_what_only_sitemaps_and_feeds_name_is_found(luutin: CommandLine) -> None:
    def urls(*paths: str) -> str:
        return "<?xml version='1.0'?><urlset>" + "".join(f"<url><loc>{p}</loc></url>" for p in paths) + "</urlset>"

    def answer(path: str, form: bytes) -> str | None:
        root = made.url.rstrip("/")
        feeds = frame("<h3>Kênh RSS</h3><a href='/rss/kinh-te.rss'>Kinh tế</a>")
        item = f"<item><title>x</title><link>{root}/tin?id=20</link></item>"
        maps = "".join(f"<sitemap><loc>{root}/{name}.xml</loc></sitemap>" for name in ("sitemap-cat", "sitemap-2024"))
        return {
            "/": frame(rows(range(3)) + "<a href='/rss.html'>RSS</a>"),
            "/rss.html": feeds,
            "/rss/kinh-te.rss": f"<?xml version='1.0'?><rss><channel>{item}</channel></rss>",
            "/robots.txt": f"User-agent: *\nSitemap: {root}/maps.xml\n",
            "/maps.xml": f"<?xml version='1.0'?><sitemapindex>{maps}</sitemapindex>",
            "/sitemap-cat.xml": urls(f"{root}/an/9"),
            "/sitemap-2024.xml": urls(f"{root}/tin?id=21"),
            "/an/9": frame(rows(range(10, 15))),
            **{f"/tin?id={n}": article(n) for n in range(30)},
        }.get(path)

    with MadePortal(answer) as made:
        assert crawl(luutin, made) == [0, 1, 2, 10, 11, 12, 13, 14, 20, 21]


class TestPostedPagers:
    """ASP.NET lists whose pages exist only as answers to a form."""

    @staticmethod
    def answer(path: str, form: bytes) -> str | None:
        if path == "/muc?id=1":
            match = re.search(rb"__VIEWSTATE=trang(\d).*__EVENTARGUMENT=Page%24(\d)", form)
            at = int(match[2]) if match else 1
            link = "<a href=\"javascript:__doPostBack('ctl00$gv','Page${0}')\">{0}</a>"
            pager = "".join(f"<td>{n if n == at else link.format(n)}</td>" for n in (1, 2, 3))
            state = f"<input type=hidden name=__VIEWSTATE value=trang{at}>"
            main = f"{rows(range(at * 6 - 6, at * 6))}<table><tr>{pager}</tr></table>"
            return frame(f"<form method=post action='/muc?id=1'>{state}{main}{'<a href=/></a>' * 12}</form>")
        return {"/": HOME, **{f"/tin?id={n}": article(n) for n in range(30)}}.get(path)

    def test_every_page_is_posted_for_once_and_counted(self, luutin: CommandLine) -> None:
        with MadePortal(self.answer) as made:
            assert crawl(luutin, made) == list(range(18))
            assert len(made.posted) == 2
            report = luutin.report()
            assert sum(report["outcomes"].values()) == report["pages"] - 1  # robots.txt is no page
            crawl(luutin, made)
            assert len(made.posted) == 2  # the section was walked to its end, and nothing is new

    @pytest.mark.no_cover
    def test_the_captures_replay_page_by_page(self, luutin: CommandLine, tmp_path: Path) -> None:
        with MadePortal(self.answer) as made:
            crawl(luutin, made)
        folder = luutin.output / "captures" / made.name
        posted = [
            line for line in (folder / f"{made.name}.cdxj").read_text().splitlines() if "__wb_method=post" in line
        ]
        assert len(posted) == len({line.split(" ")[0] for line in posted}) == 2
        assert all('"method":"POST"' in line for line in posted)
        again = CommandLine(tmp_path / "again")
        warc = next(folder.glob("*.warc.gz"))
        assert crawl(again, made, "-a", f"origin={warc}") == list(range(18))
        third = CommandLine(tmp_path / "third")
        warc = next((again.output / "captures" / made.name).glob("*.warc.gz"))
        assert crawl(third, made, "-a", f"origin={warc}") == list(range(18))


def test_the_frames_of_a_start_page_are_walked(luutin: CommandLine) -> None:
    frameset = "<html><frameset cols='20,80'><frame src=/trai><frame src=/chinh></frameset></html>"
    pages = {"/": frameset, "/trai": frame(""), "/chinh": frame(rows(range(3)))}
    with portal(frame(rows(range(3, 6))), **pages) as made:
        assert crawl(luutin, made) == list(range(6))


def test_a_date_that_only_lists_show_is_taken_from_there(luutin: CommandLine) -> None:
    def answer(path: str, form: bytes) -> str | None:
        if match := re.fullmatch(r"/tin\?id=(\d+)", path):
            return re.sub("<div class=ng>.*?</div>", "", article(int(match[1])))
        return HOME if path == "/" else None

    with MadePortal(answer) as made:
        assert crawl(luutin, made) == [0, 1, 2]
        line = luutin.lines(made.name)[0]
        assert (line["published_at"], line["published_precision"]) == ("2024-03-01T00:00:00+07:00", "day")
        assert (line["published_raw"], line["evidence"]["published_at"]) == ("01/03/2024", "listing")


@pytest.mark.no_cover
@pytest.mark.parametrize("url", ["/tin?id=5&amp;amp;x=1", "/tin?x=1&id=5", "/tin?id=5&x=1&PHPSESSID=9af"])
def test_one_article_under_many_addresses_is_asked_for_once(luutin: CommandLine, url: str) -> None:
    def answer(path: str, form: bytes) -> str | None:
        if path.startswith("/tin?"):
            return article(5)
        link = f"<div class=tin><a href='{url}'>{title(5)}</a></div>"
        return {"/": frame(f"{link}<p><a href='/tin?id=5&x=1'>{title(5)}</a></p>")}.get(path)

    with MadePortal(answer) as made:
        assert luutin("crawl", "portal", "-a", f"url={made.url}").code == 0
        assert len([path for path in made.asked if path.startswith("/tin?")]) == 1
