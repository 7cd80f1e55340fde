"""What a search finds, in which order, and what is told of it."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from bulletins import OTHER, text
from hypothesis import given
from hypothesis import strategies as st
from searched import PORTAL, name_of
from stored_articles import Folder

from pipelines.errors import BadQuery
from pipelines.search import searcher as searching
from pipelines.search.index import catch_up
from pipelines.search.query import MAX_BEGINNINGS, MAX_PHRASES, parse
from pipelines.search.results import Asked, Count, Found, Hit
from pipelines.search.searcher import Searcher

HANOI = timezone(timedelta(hours=7))


def names(searcher: Searcher, words: str = "", **asked: Any) -> list[str]:
    return [name_of(hit.article) for hit in searcher.search(Asked(words=words, **asked)).hits]


def pages(searcher: Searcher, **asked: Any) -> Iterator[Found]:
    found = searcher.search(Asked(**asked))
    yield found
    while found.cursor is not None:
        found = searcher.search(Asked(**asked, cursor=found.cursor))
        yield found


class Shelf:
    """A few articles, each a title and a text."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, **articles: tuple[str, str]) -> Searcher:
        with Folder(self.path) as folder:
            for day, (name, (title, body)) in enumerate(articles.items()):
                folder.store("bao_a", name, title, body, day)
        catch_up(self.path)
        return Searcher(self.path)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "output")


# -- words -------------------------------------------------------------------------------------------------


def test_marks_decide_the_order_but_hide_nothing(shelf: Shelf) -> None:
    searcher = shelf(
        bare=("Thong bao tuyen sinh", "Truong trung cap nghe thong bao tuyen sinh lop dieu duong khoa muoi hai."),
        other=("Thông báo tuyến sinh", "Trường trung cấp nghề thông báo về tuyến sinh hoạt ngoài trời của lớp y tá."),
        exact=("Thông báo tuyển sinh", "Trường trung cấp nghề thông báo tuyển sinh lớp hộ sinh khóa mười hai năm nay."),
    )
    assert names(searcher, "tuyển sinh") == ["exact", "bare", "other"]
    assert set(names(searcher, "tuyen sinh")) == {"exact", "bare", "other"}


def test_where_many_have_a_word_as_typed_those_with_other_marks_are_none_of_them(shelf: Shelf) -> None:
    told = {
        f"dang{n}": ("Đảng bộ xã họp", f"Kỳ họp thứ {n} của đảng bộ xã Nà Phặc bàn việc {n * 7}.") for n in range(12)
    }
    searcher = shelf(**told, khac=("Cây đang ra hoa", "Rừng mơ đang nở trắng."), bare=("Dang bo xa", "Dang bo hop."))
    assert set(names(searcher, "đảng", limit=50)) == {*told, "bare"}
    assert set(names(searcher, "dang", limit=50)) == {*told, "bare", "khac"}


@pytest.mark.parametrize(
    "typed", ["hòa giải", "hoà giải", "HOÀ GIẢI", "hoa giai", "hoà giai", unicodedata.normalize("NFD", "hòa giải")]
)
def test_one_word_is_found_however_it_is_typed(shelf: Shelf, typed: str) -> None:
    searcher = shelf(
        old=("Tổ hòa giải Bản Pục", "Ba vụ tranh chấp bờ ruộng được tổ hòa giải của bản xử trong một buổi sáng."),
        new=(
            "Thi hoà giải viên giỏi",
            "Mười đội dự thi; phần chào hỏi và tiểu phẩm kéo dài hơn dự kiến của ban tổ chức.",
        ),
        none=("Chợ phiên", "Chợ họp năm ngày một lần, bán trâu, ngựa và vải lanh."),
    )
    assert set(names(searcher, typed)) == {"old", "new"}


def test_the_old_letter_for_d_is_found(shelf: Shelf) -> None:
    searcher = shelf(eth=("Ðường tỉnh 258 thông xe", "Xe khách chạy lại từ sáng nay."), no=("Mưa lớn", "Suối dâng."))
    assert names(searcher, "đường tỉnh") == names(searcher, "duong tinh") == names(searcher, "ÐƯỜNG") == ["eth"]


def test_all_words_are_wanted_and_where_no_article_has_all_that_is_said(shelf: Shelf) -> None:
    searcher = shelf(
        one=("Mưa đá ở Ngân Sơn", "Mưa đá làm dập nát hai mươi héc-ta thuốc lá."),
        two=("Giá thuốc lá lá vàng", "Thương lái trả năm mươi nghìn một cân."),
    )
    found = searcher.search(Asked(words="mưa thuốc lá"))
    assert ([name_of(hit.article) for hit in found.hits], found.loosened) == (["one"], False)
    found = searcher.search(Asked(words="thuốc lá ngoại"))
    assert (name_of(found.hits[0].article), found.loosened) == ("two", True)
    found = searcher.search(Asked(words="ngoại tệ"))
    assert (found.hits, found.total, found.loosened) == ([], 0, False)


def test_the_title_the_order_and_nearness_rank(shelf: Shelf) -> None:
    filler = "Cuối buổi, đoàn thăm hỏi các hộ dân quanh vùng và trao quà cho học sinh vượt khó."
    searcher = shelf(
        far=("Tin trong ngày", f"Trại giống mở cửa. {filler} {filler} {filler} Vụ mùa năm nay lúa tốt."),
        reverse=("Tin cuối ngày", f"Trạm cấp lúa, giống và phân. {filler} {filler} {filler} Mỗi hộ một suất."),
        near=("Tin sáng nay", f"Trạm cấp giống lúa và phân. {filler} {filler} {filler} Hộ nghèo được ưu tiên."),
        title=("Cấp giống lúa cho dân", f"Buổi cấp phát diễn ra từ sáng sớm. {filler} {filler} {filler} Ai cũng vui."),
    )
    assert names(searcher, "giống lúa") == ["title", "near", "reverse", "far"]


def test_a_phrase_is_found_in_its_order_only_and_not_across_texts(shelf: Shelf) -> None:
    searcher = shelf(
        right=("Xe đạp điện vào trường", "Học sinh đi xe đạp điện phải đội mũ."),
        wrong=("Điện và đạp xe", "Câu lạc bộ đạp xe tắt đèn tiết kiệm điện."),
        across=("Hỏng xe", "Đạp điện không chạy, phải dắt bộ."),
    )
    assert names(searcher, '"xe đạp điện"') == names(searcher, '"xe dap dien"') == ["right"]
    assert names(searcher, '"xe đạp điện') == names(searcher, "«xe đạp điện»") == ["right"]


def test_what_is_excluded_is_in_none(shelf: Shelf) -> None:
    searcher = shelf(
        cake=("Bánh chưng gù", "Bánh chưng gù của người Tày gói bằng lá dong rừng."),
        pie=("Bánh khảo", "Bánh khảo làm từ bột nếp rang."),
        both=("Hội thi bánh", "Các đội thi gói bánh chưng và in bánh khảo."),
    )
    assert set(names(searcher, "bánh -khảo")) == {"cake"}
    assert set(names(searcher, 'banh -"bánh chưng"')) == {"pie"}
    assert set(names(searcher, "-khảo")) == {"cake"}
    assert set(names(searcher, "bánh - khảo")) == {"pie", "both"}


def test_a_beginning_finds_all_words_that_begin_so(shelf: Shelf) -> None:
    searcher = shelf(
        one=("Nghiệm thu đường", "Nghiệm thu xong."),
        two=("Nghi lễ cấp sắc", "Thầy cúng chủ trì."),
        three=("Ngựa thồ", "Chợ ngựa."),
    )
    assert set(names(searcher, "ngh*")) == {"one", "two"}
    assert set(names(searcher, "nghiệ*")) == {"one"}
    assert names(searcher, '"nghi lễ cấ*"') == names(searcher, "le ca*") == ["two"]
    with pytest.raises(BadQuery, match="at least 2 letters"):
        searcher.search(Asked(words="n*"))


@pytest.mark.parametrize("typed", ["123/QĐ-UBND", "123/qd-ubnd", "số 123/QĐ-UBND", "123/QĐ*", "“123/QĐ-UBND”"])
def test_the_number_of_a_document_is_found_as_that(shelf: Shelf, typed: str) -> None:
    searcher = shelf(
        right=("Giao dự toán", "Quyết định số 123/QĐ-UBND giao dự toán chi."),
        wrong=("Bãi bỏ quy định", "Quyết định số 124/QĐ-UBND bãi bỏ 123 thủ tục."),
    )
    assert names(searcher, typed) == ["right"]


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "​"])
def test_without_words_everything_is_there_the_newest_first(searcher: Searcher, typed: str) -> None:
    found = searcher.search(Asked(words=typed, limit=100))
    days = [hit.article.published_at for hit in found.hits]
    assert found.total == len(found.hits) > 50
    dated = [day for day in days if day]
    assert dated == sorted(dated, reverse=True)
    assert dated == days[: len(dated)]


@pytest.mark.parametrize("typed", ["!!!", "-", '""', "…", '-"', "🙂", "***"])
def test_what_has_nothing_to_look_for_is_refused_in_words(searcher: Searcher, typed: str) -> None:
    with pytest.raises(BadQuery, match="no letter and no number"):
        searcher.search(Asked(words=typed))


@given(st.text() | st.lists(st.sampled_from([*'"*-/.()“”', "hội", "nghi", "ba", "bể", "-", " ", "123"])).map("".join))
def test_whatever_is_typed_has_an_answer(searcher: Searcher, typed: str) -> None:
    with suppress(BadQuery):
        found = searcher.search(Asked(words=typed, limit=3))
        assert len(found.hits) <= 3
        assert found.total >= len(found.hits)


@pytest.mark.parametrize(
    "typed", ["hội nghị " * 1000, '"' * 300, "-a " * 200, "a" * 5000, "ab* " * 100, '"a b" ' * 90, "́" * 300, "a\ud800b"]
)
def test_what_is_much_too_long_is_cut(searcher: Searcher, typed: str) -> None:
    with suppress(BadQuery):
        assert len(searcher.search(Asked(words=typed)).hits) <= 10


def test_too_many_phrases_and_beginnings_are_taken_for_words() -> None:
    typed = " ".join(f'"một hai{number}"' for number in range(9))
    lengths = [len(term.words) for term in parse(typed).terms]
    assert lengths == [2] * MAX_PHRASES + [1] * (9 - MAX_PHRASES + 1)
    with pytest.raises(BadQuery, match=f"At most {MAX_PHRASES} phrases"):
        parse("-" + typed.replace(' "', ' -"'))
    begun = [term.beginning for term in parse("aa* bb* cc* dd* ee*").terms]
    assert begun == [True] * MAX_BEGINNINGS + [False] * (5 - MAX_BEGINNINGS)
    assert [term.beginning for term in parse('"a bb*" "c dd*" ee*').terms] == [True, False, True]


# -- filters, facets, pages --------------------------------------------------------------------------------


def test_filters_narrow_and_facets_count_what_is_left(searcher: Searcher) -> None:
    everything = searcher.search(Asked(limit=100))
    for name in ("portal", "section", "author"):
        for count in everything.facets[name]:
            bound: dict[str, Any] = {name: count.value}
            found = searcher.search(Asked(**bound, limit=100))
            assert found.total == count.count
    found = searcher.search(Asked(words="đầu tư", author="Minh Tú", limit=100))
    assert {"Minh Tú"} <= {count.value for count in found.facets["author"]}
    assert all("Minh Tú" in hit.article.authors for hit in found.hits)
    assert 0 < found.total < searcher.search(Asked(words="đầu tư")).total
    assert searcher.search(Asked(portal="khong_co")).total == 0


def test_days_bound_what_is_dated(searcher: Searcher) -> None:
    found = searcher.search(Asked(since=date(2021, 3, 9), until=date(2021, 7, 28), limit=100))
    days = {hit.article.published_at.date() for hit in found.hits if hit.article.published_at}
    assert min(days) == date(2021, 3, 9)
    assert max(days) < date(2021, 7, 28)
    whole = searcher.search(Asked(since=date(2021, 1, 1), until=date(2022, 1, 1), limit=100))
    assert Count("2021", whole.total) in searcher.search(Asked()).facets["year"]
    month = searcher.search(Asked(since=date(2021, 7, 1), until=date(2021, 8, 1)))
    assert month.facets["month"] == [Count("2021-07", month.total)]
    months = searcher.search(Asked()).facets["month"]
    assert [count.value for count in months] == sorted(count.value for count in months)


def test_an_evening_belongs_to_the_day_it_was_where_it_was_published(shelf: Shelf) -> None:
    with Folder(shelf.path) as folder:
        at = datetime(2024, 7, 1, 0, 30, tzinfo=HANOI)  # in UTC it is June still
        folder.store("bao_a", "dem", "Chợ đêm", text(*OTHER), published_at=at, published_precision="minute")
        folder.store("bao_a", "khong", "Không rõ ngày", "Bài này không đề ngày nào cả.")
    catch_up(shelf.path)
    searcher = Searcher(shelf.path)
    assert names(searcher, since=date(2024, 7, 1), until=date(2024, 7, 2)) == ["dem"]
    assert names(searcher, until=date(2024, 7, 1)) == []
    assert searcher.search(Asked()).facets["month"] == [Count("2024-07", 1)]
    assert names(searcher, sort="newest") == names(searcher, sort="oldest") == ["dem", "khong"]


def test_only_those_with_attachments(searcher: Searcher) -> None:
    found = searcher.search(Asked(files=True))
    assert {name_of(hit.article) for hit in found.hits} == {"quyet-dinh-123", "van-ban-dinh-kem"}
    assert found.facets["files"] == [Count("1", 2)]


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("words", ["", "đầu tư", "hoi nghi"])
def test_pages_follow_each_other_without_gaps_or_repeats(searcher: Searcher, sort: Any, words: str) -> None:
    whole = [hit.article.id for hit in searcher.search(Asked(words=words, sort=sort, limit=100)).hits]
    paged = list(pages(searcher, words=words, sort=sort, limit=7))
    assert [hit.article.id for found in paged for hit in found.hits] == whole
    assert len(set(whole)) == len(whole) == paged[0].total
    assert {len(found.hits) for found in paged[:-1]} == {7}


def test_pages_by_date_go_on_where_articles_are_of_one_moment(shelf: Shelf) -> None:
    with Folder(shelf.path) as folder:
        for number in range(9):
            folder.store("bao_a", f"b{number}", f"Bản tin số {number}", f"Nội dung bản tin số {number * 111}.", 3)
    catch_up(shelf.path)
    searcher = Searcher(shelf.path)
    for sort in ("newest", "oldest"):
        found = [name_of(hit.article) for page in pages(searcher, sort=sort, limit=2) for hit in page.hits]
        assert sorted(found) == [f"b{number}" for number in range(9)]


def test_by_relevance_pages_end_at_a_depth(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MAX_DEPTH", 10)
    found = list(pages(searcher, words="đầu tư", limit=4))
    assert [len(page.hits) for page in found] == [4, 4, 2]
    assert found[0].total > 10


def test_a_cursor_leads_on_in_its_own_search_only(searcher: Searcher) -> None:
    cursor = searcher.search(Asked(words="đầu tư")).cursor
    assert cursor is not None
    assert searcher.search(Asked(words="đầu tư", cursor=cursor, limit=5)).hits
    for asked in (
        Asked(words="hội nghị", cursor=cursor),
        Asked(words="đầu tư", portal=PORTAL, cursor=cursor),
        Asked(words="đầu tư", sort="newest", cursor=cursor),
    ):
        with pytest.raises(BadQuery, match="another search"):
            searcher.search(asked)
    for bad in ("", "x", "k", "é", cursor[:-3], f"{cursor}AAAA", "A" * 10_000):
        with pytest.raises(BadQuery, match="anew"):
            searcher.search(Asked(words="đầu tư", cursor=bad))


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_page_has_a_bounded_size(searcher: Searcher, limit: int) -> None:
    with pytest.raises(BadQuery, match="1 to 100"):
        searcher.search(Asked(limit=limit))


def test_any_number_of_threads_may_search(searcher: Searcher) -> None:
    found: list[int] = []

    def search() -> None:
        for words in ("đầu tư", "hoi nghi", '"doanh nghiệp"', "ngh*"):
            found.append(searcher.search(Asked(words=words)).total)
            searcher.reload()

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 32
    assert len(set(found)) == 4


# -- what is shown -----------------------------------------------------------------------------------------


def marked(hit: Hit) -> list[str]:
    return [piece.text for piece in hit.snippet if piece.hit]


def test_what_was_looked_for_is_marked_as_it_is_written(searcher: Searcher) -> None:
    hit = searcher.search(Asked(words="hoi nghi ba be")).hits[0]
    assert [piece.text for piece in hit.title if piece.hit] == ["Hội nghị", "Ba Bể"]
    assert "".join(piece.text for piece in hit.title) == hit.article.title
    assert "Ba Bể" in marked(hit)
    assert hit.file is None


def test_a_snippet_is_of_the_attachment_where_only_that_has_it(searcher: Searcher) -> None:
    hit = searcher.search(Asked(words="cam dot vang ma")).hits[0]
    assert (hit.file, marked(hit)) == ("123-qd-ubnd.pdf", ["Cấm đốt vàng mã"])
    hit = searcher.search(Asked(words="quy định chợ")).hits[0]
    assert hit.file is None


def test_without_words_the_beginning_is_shown(searcher: Searcher) -> None:
    for hit in searcher.search(Asked(limit=100)).hits:
        shown = "".join(piece.text for piece in hit.snippet)
        assert not any(piece.hit for piece in [*hit.title, *hit.snippet])
        assert (hit.article.lead or hit.article.body).startswith(shown.removesuffix(" …"))


def test_what_may_have_been_meant_is_told_where_few_is_found(searcher: Searcher) -> None:
    assert searcher.search(Asked(words="hoi ngị ba be")).suggestion == "hội nghị ba bể"
    assert searcher.search(Asked(words="hoi nghi ba be")).suggestion is None
