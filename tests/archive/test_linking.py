"""What articles are of each other: in their lines, in those of others that turn up before them, and after a failure."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive import database as schema
from pipelines.archive import folder as folder_module
from pipelines.archive import held
from pipelines.archive.database import Database
from pipelines.archive.files import GrowingFile
from pipelines.archive.folder import Archive
from pipelines.archive.held import Held
from pipelines.archive.journal import Page, Read, journal_path, read_journal
from pipelines.archive.linking import compare_all, make_ready
from pipelines.archive.verify import verify
from pipelines.dedup import Dedup
from pipelines.errors import Dropped, OutputUnwritable
from pipelines.items import Article
from pipelines.near.comparison import Comparison
from pipelines.normalise import Normalise
from pipelines.store import Store

AT = datetime(2025, 6, 2, 1, 2, 3, tzinfo=UTC)
DAY = timedelta(days=1)
ONE, OTHER = "so_thu", "so_kia"
LINKS = ("duplicate_of", "near_duplicate_of", "near_duplicate_kind", "series")

OPENING = (
    "Sáng nay, đoàn kiểm tra liên ngành của tỉnh do bà Lò Thị Mai làm trưởng đoàn làm việc tại xã Mường Tranh về tiến "
    "độ xây dựng tuyến kênh mương nội đồng phục vụ vụ đông xuân."
)
MIDDLE = (
    "Theo báo cáo của chủ đầu tư, đến nay đơn vị thi công đã hoàn thành 7 km trên tổng số 12 km kênh, kè xong hai bờ "
    "đoạn chảy qua bản Nà Phiêng và lắp đặt 4 cửa điều tiết. Phần còn lại vướng mặt bằng của một số hộ dân chưa nhận "
    "tiền bồi thường, địa phương đã tổ chức đối thoại nhiều lần."
)
CLOSING = (
    "Trưởng đoàn đề nghị huyện tập trung tháo gỡ vướng mắc trước mùa mưa, nhà thầu tăng thêm máy móc và nhân lực, thi "
    "công cuốn chiếu để nước về kịp cho bà con gieo cấy, đồng thời bảo đảm an toàn lao động trên công trường."
)
WHOLE = f"{OPENING}\n\n{MIDDLE}\n\n{CLOSING}"
MARKET = (
    "Theo Ban quản lý chợ trung tâm, trong tuần qua giá một số mặt hàng nông sản trên địa bàn thị trấn ổn định. Gạo tẻ "
    "thơm bán lẻ {rice} đồng một ki-lô-gam, thịt lợn nạc vai {pork} đồng, cá chép sông {fish} đồng, trứng gà ta {egg} "
    "đồng một chục. Sức mua của người dân không biến động nhiều so với tuần trước, nguồn cung rau xanh từ các hợp tác "
    "xã trong vùng dồi dào. Ban quản lý khuyến cáo tiểu thương niêm yết giá đầy đủ và bán đúng giá niêm yết."
)
PRICES = (
    {"rice": "18.500", "pork": "125.000", "fish": "92.000", "egg": "38.000"},
    {"rice": "19.200", "pork": "131.000", "fish": "88.000", "egg": "41.500"},
    {"rice": "17.900", "pork": "118.000", "fish": "97.500", "egg": "36.000"},
)


class Portals:
    """Articles stored in one folder, by portal, as pipelines and archives do it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self.held = self._stack.enter_context(closing(Held(folder)))
        self._archives: dict[str, Archive] = {}
        self.number = 0

    def archive(self, portal: str) -> Archive:
        if portal not in self._archives:
            self._archives[portal] = self._stack.enter_context(Archive(self.folder, portal, "luutin/test", self.held))
        return self._archives[portal]

    def store(self, portal: str, name: str, day: float | None, body: str, title: str = "Kiểm tra tuyến kênh") -> str:
        """Store an article that was published on a day, captured in the order of the calls; its id."""
        self.number += 1
        article = Article(
            portal=portal,
            url=f"https://{portal.replace('_', '-')}.example/{name}/",
            title=title,
            body=body,
            published_at=None if day is None else AT + day * DAY,
            published_precision=None if day is None else "minute",
            captured_at=AT + 30 * DAY + timedelta(minutes=self.number),
        )
        archive = self.archive(portal)
        page = Page(f"{portal}-00001.warc.gz", self.number, AT)
        archive.reading(article, Read(article.url, "live", (page,)))
        for step in (Normalise(), Dedup(archive), Store(archive)):
            article = step.process_item(article)
        return article.id

    def close(self) -> None:
        self._stack.close()
        self._archives.clear()


def lines(folder: Path) -> list[dict[str, Any]]:
    """All lines, portal by portal."""
    paths = sorted((folder / "articles").glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]


def states(folder: Path) -> dict[str, dict[str, Any]]:
    """The last line of each article, after the rows and links of all were found to say the same."""
    last = {line["id"]: line for line in sorted(lines(folder), key=lambda line: line["version"])}
    return {one: {name: line.get(name) for name in (*LINKS, "version", "body")} for one, line in last.items()}


def links(folder: Path) -> dict[str, tuple[Any, ...]]:
    return {one: tuple(state[name] for name in LINKS) for one, state in states(folder).items()}


@pytest.fixture
def portals(tmp_path: Path) -> Iterator[Portals]:
    one = Portals(tmp_path)
    yield one
    one.close()


def sound(folder: Path) -> list[str]:
    """What `luutin verify` finds in what articles say of each other; there are no captures here."""
    told = (str(problem) for problem in verify(folder, [path.stem for path in (folder / "articles").glob("*.jsonl")]))
    return [one for one in told if "capture" not in one and ".cdxj" not in one]


def test_the_one_published_first_is_the_original_though_it_is_read_last(portals: Portals) -> None:
    newer = portals.store(ONE, "dang-lai", 5, WHOLE)
    older = portals.store(ONE, "goc", 1, WHOLE)
    told = [(line["id"], line["version"], line["duplicate_of"], line["body"]) for line in lines(portals.folder)]
    assert told == [(newer, 1, None, WHOLE), (older, 1, None, WHOLE), (newer, 2, older, "")]
    first, _, correction = lines(portals.folder)
    assert correction == {**first, "body": "", "version": 2, "previous_digest": first["digest"], "duplicate_of": older}
    assert portals.archive(ONE).count() == 1
    outcomes = {row["article"]: row["outcome"] for row in portals.held.db.rows("SELECT article, outcome FROM urls")}
    assert outcomes == {newer: "duplicate", older: "article"}
    assert sound(portals.folder) == []


def test_another_portals_line_is_corrected_in_its_own_file(portals: Portals) -> None:
    newer = portals.store(ONE, "dang-lai", 5, WHOLE)
    portals.close()
    later = Portals(portals.folder)
    older = later.store(OTHER, "goc", 1, WHOLE)
    later.close()
    assert [line["portal"] for line in lines(portals.folder)] == [OTHER, ONE, ONE]
    assert links(portals.folder) == {newer: (older, None, None, None), older: (None, None, None, None)}
    assert sound(portals.folder) == []


def test_while_both_portals_are_crawled_each_line_is_where_its_row_says(portals: Portals) -> None:
    for number in range(4):
        portals.store(ONE, f"a{number}", 9, f"{WHOLE} Lần thứ {number}.")
        portals.store(OTHER, f"b{number}", 9, f"Bản {number}. {MARKET}")
        portals.store(OTHER, f"a{number}", 1, f"{WHOLE} Lần thứ {number}.")
        portals.store(ONE, f"b{number}", 1, f"Bản {number}. {MARKET}")
    for row in portals.held.db.rows("SELECT * FROM articles"):
        line = json.loads(portals.held.read(row))
        assert (line["id"], line["version"], line["duplicate_of"]) == (row["id"], row["version"], row["duplicate_of"])
    nth = [row["nth"] for row in portals.held.db.rows("SELECT nth FROM articles ORDER BY nth")]
    assert nth == list(range(1, len(lines(portals.folder)) + 1))
    assert sound(portals.folder) == []


def test_of_a_family_the_last_to_turn_up_may_be_the_original(portals: Portals) -> None:
    cut = portals.store(ONE, "trich", 6, f"{OPENING}\n\n{MIDDLE}")
    again = portals.store(OTHER, "dau-de-khac", 7, WHOLE, title="Đẩy nhanh tiến độ tuyến kênh Mường Tranh")
    first = portals.store(ONE, "goc", 1, WHOLE)
    assert links(portals.folder) == {
        cut: (None, first, "excerpt", None),
        again: (None, first, "headline", None),
        first: (None, None, None, None),
    }
    assert states(portals.folder)[cut]["body"]
    similarities = [line["similarity"] for line in lines(portals.folder) if line["near_duplicate_of"]]
    assert all(0.5 < one <= 1 for one in similarities)
    assert sound(portals.folder) == []


def test_bulletins_of_one_form_are_a_series_and_keep_their_text(portals: Portals) -> None:
    ids = [portals.store(ONE, f"gia-{n}", n, MARKET.format(**p), f"Giá cả tuần {n}") for n, p in enumerate(PRICES)]
    assert links(portals.folder) == dict.fromkeys(ids, (None, None, None, ids[0]))
    assert all(state["body"] for state in states(portals.folder).values())
    assert sound(portals.folder) == []


def test_an_original_that_is_edited_beyond_recognition_has_its_copies_no_more(portals: Portals) -> None:
    first = portals.store(ONE, "goc", 1, WHOLE)
    copy = portals.store(OTHER, "trich", 2, f"{OPENING}\n\n{MIDDLE}")
    assert links(portals.folder)[copy] == (None, first, "excerpt", None)
    portals.store(ONE, "goc", 1, MARKET.format(**PRICES[0]), "Giá cả tuần này")
    assert set(links(portals.folder).values()) == {(None, None, None, None)}
    assert sound(portals.folder) == []


def test_an_article_that_is_an_original_again_has_its_text_again(portals: Portals) -> None:
    newer = portals.store(ONE, "dang-lai", 5, WHOLE)
    portals.store(OTHER, "goc", 1, WHOLE)
    assert states(portals.folder)[newer]["body"] == ""
    assert compare_all(portals.held, by_portal=True).corrected == 1
    assert (links(portals.folder)[newer], states(portals.folder)[newer]["body"]) == ((None, None, None, None), WHOLE)
    assert portals.archive(ONE).count() == 1
    assert sound(portals.folder) == []


def test_what_is_gone_and_back_repeats_what_it_was_of_others(portals: Portals) -> None:
    first = portals.store(OTHER, "goc", 1, WHOLE)
    copy = portals.store(ONE, "trich", 2, f"{OPENING}\n\n{MIDDLE}")
    assert portals.archive(ONE).gone("http://so-thu.example/trich/", "http-404")
    portals.store(ONE, "trich", 2, f"{OPENING}\n\n{MIDDLE}")
    told = [(line["version"], bool(line["gone_at"]), line["near_duplicate_of"]) for line in lines(portals.folder)]
    assert told == [(1, False, None), (1, False, first), (2, True, first), (3, False, first)]
    assert links(portals.folder)[copy] == (None, first, "excerpt", None)
    assert sound(portals.folder) == []


def test_a_gone_article_is_corrected_as_a_gone_one(portals: Portals) -> None:
    newer = portals.store(ONE, "dang-lai", 5, WHOLE)
    portals.archive(ONE).gone("http://so-thu.example/dang-lai/", "http-404")
    older = portals.store(OTHER, "goc", 1, WHOLE)
    last = max((line for line in lines(portals.folder) if line["id"] == newer), key=lambda line: line["version"])
    assert (last["version"], last["duplicate_of"], bool(last["gone_at"])) == (3, older, True)
    assert sound(portals.folder) == []


TALE: tuple[tuple[str, str, float | None, str, str], ...] = (
    (ONE, "dang-lai", 9, WHOLE, "Kiểm tra tuyến kênh"),
    (OTHER, "trich", 8, f"{OPENING}\n\n{MIDDLE}", "Kiểm tra tuyến kênh"),
    (ONE, "gia-1", None, MARKET.format(**PRICES[0]), "Giá cả tuần 1"),
    (OTHER, "gia-2", None, MARKET.format(**PRICES[1]), "Giá cả tuần 2"),
    (ONE, "dau-de-khac", 7, WHOLE, "Đẩy nhanh tiến độ tuyến kênh Mường Tranh"),
    (OTHER, "goc", 1, WHOLE, "Kiểm tra tuyến kênh"),
    (ONE, "gia-3", None, MARKET.format(**PRICES[2]), "Giá cả tuần 3"),
    (ONE, "gia-3", None, MARKET.format(**PRICES[1]), "Giá cả tuần 2"),
    (OTHER, "goc", 1, MARKET.format(**PRICES[2]), "Giá cả tuần 3"),
)
"""Newest first, across portals; two articles are edited into something else."""


def tell(portals: Portals, begin: int = 0, then: Callable[[], object] = lambda: None) -> None:
    """Store what is not stored yet of the tale, from one article on; `then` before each."""
    portals.number = begin
    for part in TALE[begin:]:
        then()
        with suppress(Dropped):
            portals.store(*part)


def everything(folder: Path) -> dict[str, object]:
    """Lines, and rows that are made with them."""
    found: dict[str, object] = {path.name: path.read_bytes() for path in (folder / "articles").iterdir()}
    db = sqlite3.connect(folder / "archive.db")
    db.row_factory = sqlite3.Row
    for table in ("articles", "texts", "holders", "text_keys", "urls", "comparison"):
        rows = db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        found[table] = [{name: row[name] for name in row.keys() if name != "stored_at"} for row in rows]  # noqa: SIM118
    db.close()
    events = [event for one in (ONE, OTHER) for event in read_journal(journal_path(folder, one))]
    found["events"] = [event.pages for event in events if isinstance(event, Read)]
    return found


@pytest.mark.no_cover
def test_killed_between_any_two_writes_the_links_are_those_of_an_undisturbed_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed leaves files as they are just then: they are copied before and after every write."""
    undisturbed = Portals(tmp_path / "whole")
    tell(undisturbed)
    undisturbed.close()
    want = everything(tmp_path / "whole")
    copies: list[tuple[int, Path]] = []
    told = -1

    def begin() -> None:
        nonlocal told
        told += 1

    def copy() -> None:
        if told >= 0:
            copies.append((told, tmp_path / f"{len(copies)}"))
            shutil.copytree(tmp_path / "killed", copies[-1][1])

    def around(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def write(*args: Any) -> Any:
            result = real(*args)
            copy()
            return result

        monkeypatch.setattr(owner, name, write)

    around(GrowingFile, "append")
    around(folder_module, "correct")
    for name in ("record_end", "write_article"):
        around(held, name)
    around(Database, "__exit__")
    around(Comparison, "place")
    crawl = Portals(tmp_path / "killed")
    tell(crawl, 0, begin)
    crawl.close()
    monkeypatch.undo()
    assert len(copies) > 80
    for number, folder in copies:
        later = Portals(folder)
        later.archive(ONE)
        tell(later, number)
        later.close()
        assert everything(folder) == want, f"killed while storing article {number}, in {folder}"
        shutil.rmtree(folder)


class Broken(Exception):
    """The disk, as it fails here."""


def scene(portals: Portals) -> None:
    """Stores what corrects two lines in two files."""
    portals.store(ONE, "goc", 1, WHOLE)


@pytest.mark.parametrize("kind", [OSError(28, "No space left on device"), Broken()])
@pytest.mark.parametrize("write", range(1, 5))
def test_a_write_that_fails_takes_all_of_its_step_back(
    portals: Portals, monkeypatch: pytest.MonkeyPatch, write: int, kind: Exception
) -> None:
    portals.store(ONE, "trich", 6, f"{OPENING}\n\n{MIDDLE}")
    portals.store(OTHER, "dau-de-khac", 7, WHOLE, title="Đẩy nhanh tiến độ tuyến kênh Mường Tranh")
    before = lines(portals.folder), list(portals.held.db._db.iterdump())
    real, left = GrowingFile.append, write

    def append(self: GrowingFile, data: bytes) -> int:
        nonlocal left
        left -= 1
        if not left:
            self._stream.write(data[: len(data) // 2])  # a disk that fills up takes a part
            raise kind
        return real(self, data)

    monkeypatch.setattr(GrowingFile, "append", append)
    if write < 4:
        with pytest.raises((OutputUnwritable, Broken)):
            scene(portals)
        assert (lines(portals.folder), list(portals.held.db._db.iterdump())) == before
    scene_left = left
    monkeypatch.setattr(GrowingFile, "append", real)
    if write < 4:
        scene(portals)
    else:
        assert scene_left == 4, "the scene writes three lines"
        scene(portals)
    assert len(lines(portals.folder)) == 5
    assert sound(portals.folder) == []


def test_what_was_in_flight_in_another_portals_file_is_cut_off_it(portals: Portals) -> None:
    portals.store(ONE, "dang-lai", 5, WHOLE)
    portals.store(OTHER, "gia", 5, MARKET.format(**PRICES[0]), "Giá cả tuần này")
    portals.close()
    path = portals.folder / "articles" / f"{ONE}.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id":"half')
    later = Portals(portals.folder)
    older = later.store(OTHER, "goc", 1, WHOLE)
    later.close()
    assert path.read_bytes().startswith(whole)
    assert [line["duplicate_of"] for line in map(json.loads, path.read_text("utf-8").splitlines())] == [None, older]
    assert sound(portals.folder) == []


def test_lines_that_are_lost_are_compared_no_more(portals: Portals) -> None:
    newer = portals.store(ONE, "dang-lai", 5, WHOLE)
    portals.store(OTHER, "goc", 1, WHOLE)
    portals.close()
    path = portals.folder / "articles" / f"{OTHER}.jsonl"
    path.write_bytes(path.read_bytes()[:-10])
    later = Portals(portals.folder)
    later.archive(ONE)
    later.close()
    assert (links(portals.folder)[newer], states(portals.folder)[newer]["body"]) == ((None, None, None, None), WHOLE)
    assert sound(portals.folder) == []


def test_without_database_and_journal_the_lines_tell_it(portals: Portals) -> None:
    portals.store(ONE, "dang-lai", 5, WHOLE)
    portals.store(ONE, "goc", 1, WHOLE)
    portals.store(ONE, "trich", 6, f"{OPENING}\n\n{MIDDLE}")
    portals.store(ONE, "lan-ba", 7, WHOLE)
    portals.close()
    before = lines(portals.folder)
    for path in portals.folder.glob("archive.db*"):
        path.unlink()
    later = Portals(portals.folder)
    assert later.archive(ONE).count() == 2
    found = {row["article"]: row["outcome"] for row in later.held.db.rows("SELECT article, outcome FROM urls")}
    later.close()
    assert lines(portals.folder) == before
    assert found == {one: "duplicate" if state[0] else "article" for one, state in links(portals.folder).items()}
    assert sound(portals.folder) == []


def downgrade(folder: Path) -> None:
    """Make the database what the luutin before this one left."""
    db = sqlite3.connect(folder / "archive.db")
    old = sqlite3.connect(":memory:")
    old.executescript(schema._SCHEMA + schema._LEARNT + schema._UNATTENDED)
    named = "SELECT name, type FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    for name, kind in sorted(set(db.execute(named)) - set(old.execute(named)), key=lambda one: one[1]):
        db.execute(f"DROP {kind} IF EXISTS {name}")  # indexes first: they go with their table
    for column in ("near_duplicate_of", "series", "nth", "stored_at"):
        db.execute(f"ALTER TABLE articles DROP COLUMN {column}")
    db.execute("CREATE INDEX articles_folded ON articles (folded)")
    db.execute("PRAGMA user_version = 3")
    db.commit()
    assert db.execute(named).fetchall() == old.execute(named).fetchall()
    old.close()
    db.close()


def test_an_archive_of_before_is_compared_when_it_is_opened(portals: Portals, caplog: pytest.LogCaptureFixture) -> None:
    portals.store(ONE, "goc", 1, WHOLE)
    portals.store(OTHER, "trich", 2, f"{OPENING}\n\n{MIDDLE}")
    for n, prices in enumerate(PRICES):
        portals.store(ONE, f"gia-{n}", n, MARKET.format(**prices), f"Giá cả tuần {n}")
    want = links(portals.folder)
    portals.close()
    downgrade(portals.folder)
    for path in (portals.folder / "articles").glob("*.jsonl"):
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for row in rows:
            for name in ("near_duplicate_kind", "series"):
                del row[name]
            row["near_duplicate_of"] = row["similarity"] = None
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        db, offset = sqlite3.connect(portals.folder / "archive.db"), 0
        for line in path.read_bytes().splitlines(keepends=True):
            row = json.loads(line)
            values = (offset, len(line), row["id"], row["version"])
            db.execute("UPDATE articles SET offset = ?, length = ? WHERE id = ? AND version = ?", values)
            offset += len(line)
        db.execute("UPDATE files SET bytes = ? WHERE path = ?", (offset, f"articles/{path.name}"))
        db.commit()
        db.close()
    later = Portals(portals.folder)
    later.archive(ONE)
    assert "compared all 5 articles anew" in caplog.text
    caplog.clear()
    later.archive(OTHER)
    assert not caplog.text
    later.close()
    assert links(portals.folder) == want
    assert sound(portals.folder) == []


def test_what_an_old_luutin_stored_is_put_in_its_order(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "archive.db")
    db.executescript(schema._SCHEMA + schema._LEARNT + schema._UNATTENDED + "PRAGMA user_version = 3;")
    rows = [("b", 0, 3), ("b", 9, 1), ("a", 0, 2), ("a", 9, 4), ("c", 0, 3)]  # file, offset, day of capture
    for number, (file, offset, day) in enumerate(rows):
        values = (f"{number:016x}", f"articles/{file}.jsonl", offset, f"2025-06-0{day}T00:00:00Z")
        db.execute(
            "INSERT INTO articles VALUES (?1, 1, 'p', 'u', 'u', 't', NULL, NULL, ?4, 'd', 'f', NULL, ?2, ?3, 9, NULL)",
            values,
        )
    db.commit()
    db.close()
    with closing(Database(tmp_path / "archive.db")) as new:
        query = "SELECT file, offset, stored_at FROM articles ORDER BY nth"
        found = [(row["file"][9], row["offset"], row["stored_at"]) for row in new.rows(query)]
    days = (2, 3, 3, 3, 4)  # no line was stored before an earlier one
    told = [f"2025-06-0{day}T00:00:00.000000Z" for day in days]
    assert found == list(zip("abbca", (0, 0, 9, 0, 9), told, strict=True))


def test_the_way_of_comparing_outlives_a_comparison_anew(portals: Portals) -> None:
    portals.store(ONE, "goc", 1, WHOLE)
    portals.store(OTHER, "dang-lai", 5, WHOLE)
    compare_all(portals.held, by_portal=True)
    portals.held.db.execute("UPDATE comparison SET scheme = 0")
    make_ready(portals.held)
    assert portals.held.comparison.by_portal is True
