"""Which section an article stands in, by the lists that name it."""

from __future__ import annotations

from crawler.labelling import Labelling
from crawler.parse.listing import Entry, Listing

LIST, SIDE = ("a", "li.tin"), ("a", "div.doc-nhieu")


def entries(box: tuple[str, ...], *numbers: int) -> list[Entry]:
    return [Entry(f"http://so.tinhthu.example/tin/{number}", box=box) for number in numbers]


def test_a_box_that_stands_beside_lists_gives_no_section() -> None:
    labelling = Labelling()
    labelling.note(Listing(entries(SIDE, 1, 8), [], None), "/lien-he", "Liên hệ")
    labelling.note(Listing(entries(LIST, 1, 2), entries(SIDE, 8, 9), None), "/kinh-te", "Kinh tế")
    labelling.note(Listing(entries(LIST, 3, 4), entries(SIDE, 1, 2), None), "/xa-hoi", "Xã hội")
    found = [labelling.section(f"https://so.tinhthu.example/tin/{number}") for number in (1, 3, 8, 9)]
    assert found == ["Kinh tế", "Xã hội", None, None]


def test_on_a_last_page_the_list_is_known_by_its_first() -> None:
    labelling = Labelling()
    labelling.note(Listing(entries(LIST, 1, 2, 3), entries(SIDE, 9), None), "/kinh-te", "Kinh tế")
    labelling.note(Listing(entries(SIDE, 8, 9), entries(LIST, 4), None), "/kinh-te", "Kinh tế")
    assert labelling.section("http://so.tinhthu.example/tin/4") == "Kinh tế"
    assert labelling.section("http://so.tinhthu.example/tin/8") is None


def test_what_is_added_to_a_list_need_not_be_built_as_its_first_page() -> None:
    labelling = Labelling()
    labelling.note(Listing(entries(LIST, 1, 2, 3), entries(SIDE, 9), None), "/kinh-te", "Kinh tế")
    labelling.note(Listing(entries(("a", "li"), 4, 5), [], None), "/kinh-te", "Kinh tế")
    assert labelling.section("http://so.tinhthu.example/tin/5") == "Kinh tế"
