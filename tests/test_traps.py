"""What is worth asking: forms no page has, addresses that name one page, and what a run has seen yield."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.settings import Settings

from crawler.traps import Limits, Traps, is_same_page, refusal, shapes
from pipelines.urls import fold_url

HOST = "http://so.example.gov.vn"
SEGMENT = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
HEADLINE = "Huyện Lâm Sơn bàn giao nhà đại đoàn kết"


class TestForms:
    @pytest.mark.parametrize(
        ("path", "reason"),
        [
            ("/tin-tuc/tin-tuc/bai-12.html", None),
            ("/a/b/a/b/a/b/", "repeating-path"),
            ("/2024/12/12/12/hop.html", None),
            ("/" + "/".join(f"s{n}" for n in range(17)), "deep-path"),
            ("/tin?" + "&".join(f"p{n}=1" for n in range(25)), "many-parameters"),
            ("/tin?x=" + "a" * 2_100, "url-length"),
            ("/portal/web/guest/tin?p_p_id=101&p_p_lifecycle=0&p_p_state=normal&_101_cur=2", None),
        ],
    )
    def test_what_no_page_is_called_is_refused(self, path: str, reason: str | None) -> None:
        assert refusal(HOST + path, Limits()) == reason

    @given(st.lists(SEGMENT, min_size=1, max_size=4), st.integers(3, 40))
    def test_a_link_relative_to_itself_is_left_within_two_steps(self, path: list[str], times: int) -> None:
        path[0] = f"x{path[0]}"
        assert refusal(f"{HOST}/{'/'.join(path * times)}/", Limits()) is not None

    def test_every_limit_is_a_documented_setting(self) -> None:
        text = (Path(__file__).parents[1] / "crawler" / "settings.py").read_text("utf-8")
        named = {name.lower(): int(value) for name, value in re.findall(r"^WALK_(\w+) = ([\d_]+)", text, re.MULTILINE)}
        assert named == {name: getattr(Limits(), name) for name in Limits.__dataclass_fields__}
        assert Limits.of(Settings({"WALK_REDIRECTS": 1})).redirects == 1


class TestOnePage:
    @pytest.mark.parametrize(
        ("said", "plain"),
        [
            ("/tin?id=5&r=0.482913", "/tin?id=5"),
            ("/tin?_=1700000000123&id=5", "/tin?id=5"),
            ("/tin?id=5&replytocom=88#respond", "/tin?id=5"),
            ("/tin-5.html?share=facebook", "/tin-5.html"),
            ("/tin-5.html?tmpl=component&skin=xanh", "/tin-5.html"),
            ("/kinh-te?limitstart=0", "/kinh-te"),
            ("/kinh-te?limitstart=10", "/kinh-te?limitstart=10"),
            ("/tin-5/amp/", "/tin-5"),
            ("/tin.jsp;jsessionid=0A1B?aid=5", "/tin.jsp?aid=5"),
            ("/tin?sid=ab12cd34&id=5", "/tin?id=5"),
            ("/index.php?option=com_content&view=category&layout=blog&id=8", None),
            ("/tin?r=5&t=2024", None),
            ("/?lang=vi&nv=news", None),
        ],
    )
    def test_what_tells_nothing_is_taken_off(self, said: str, plain: str | None) -> None:
        assert Traps().plain(HOST + said) == HOST + (said if plain is None else plain)

    @given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60))
    def test_what_is_plain_stays_as_it_is(self, tail: str) -> None:
        traps = Traps()
        once = traps.plain(f"{HOST}/{tail}")
        assert traps.plain(once) == once

    def test_a_parameter_that_only_varies_is_learnt_and_one_that_identifies_is_not(self) -> None:
        traps = Traps()
        for page in range(2):
            links = [(f"{HEADLINE} số {n}", f"{HOST}/tin?id=10000000{n}&zx={page}{n}ab34cd56ef") for n in range(8)]
            learnt = traps.observe(links)
        assert learnt
        assert traps.plain(f"{HOST}/tin?id=100000003&zx=99ab34cd56ef") == f"{HOST}/tin?id=100000003"

    def test_headlines_that_return_under_other_ids_do_not_make_the_id_noise(self) -> None:
        traps = Traps()
        links = [(f"Lịch tiếp công dân định kỳ của xã {n % 5}", f"{HOST}/tin?id=10000000{n}") for n in range(40)]
        assert not traps.observe(links)

    def test_a_session_in_the_path_is_held_to_the_first_one(self) -> None:
        traps = Traps()
        for visit in ("ab12cd34ef56", "99aa88bb77cc"):
            traps.observe([(f"{HEADLINE} số {n}", f"{HOST}/s/{visit}/tin-{n}.html") for n in range(4)])
        one, other = (traps.plain(f"{HOST}/s/{visit}/tin-9.html") for visit in ("0102030405aa", "ffeeddccbb11"))
        assert one == other
        assert traps.plain(f"{HOST}/(S(abc1))/tin-9.aspx") == traps.plain(f"{HOST}/(S(xyz2))/tin-9.aspx")

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("/kinh-te/bai-12.html", "/kinh-te/xa-hoi/bai-12.html", True),
            ("/kinh-te/bai-12.html", "/KINH-TE/Bai-12.html", True),
            ("/tin?id=5", "/tin?cat=2&id=5", True),
            ("/tin?id=5", "/tin?id=6", False),
            ("/2023/01/thong-bao-lich-tiep-dan", "/2023/02/thong-bao-lich-tiep-dan", False),
            ("/kinh-te/thong-bao", "/xa-hoi/thong-bao", False),
            ("/kinh-te/bai-12.html", "/kinh-te/bai-13.html", False),
        ],
    )
    def test_one_headline_under_two_addresses(self, one: str, other: str, same: bool) -> None:
        assert is_same_page(HOST + one, HOST + other) is same
        assert is_same_page(HOST + other, HOST + one) is same
        traps = Traps()
        traps.one_address(HEADLINE, HOST + one)
        assert traps.one_address(HEADLINE, HOST + other) == HOST + (one if same else other)
        assert traps.one_address("Tin vắn", HOST + other) == HOST + other

    def test_sections_that_differ_in_letter_case_are_one(self) -> None:
        traps = Traps()
        traps.one_section("Kinh tế", f"{HOST}/kinh-te")
        assert traps.one_section("Kinh tế", f"{HOST}/Kinh-Te") == f"{HOST}/kinh-te"
        assert traps.one_section("Xã hội", f"{HOST}/xa-hoi") == f"{HOST}/xa-hoi"


class TestYield:
    def test_a_shape_that_brings_nothing_is_left_and_one_that_does_goes_on(self) -> None:
        traps = Traps()
        asked = sum(traps.admits(f"{HOST}/lich?y={n}&m=5", "section") for n in range(500))
        assert asked == Limits().fruitless_shape
        for n in range(500):
            assert traps.admits(f"{HOST}/chuyen-muc/muc-{n}", "section")
            if n % 3 == 0:
                traps.bore(f"{HOST}/chuyen-muc/muc-{n}", "section")

    @given(st.lists(st.booleans(), max_size=400))
    def test_what_is_asked_in_vain_is_bounded_by_what_was_found(self, fruits: list[bool]) -> None:
        traps, asked = Traps(), 0
        for n, fruit in enumerate(fruits):
            if traps.admits(f"{HOST}/the-loai/x{n}", "section"):
                asked += 1
                if fruit:
                    traps.bore(f"{HOST}/the-loai/x{n}", "section")
        found = sum(fruits)
        assert asked <= (found + 1) * (Limits().fruitless_shape + found)

    def test_lists_by_tag_or_day_have_less_room_among_articles(self) -> None:
        traps = Traps()
        assert sum(traps.admits(f"{HOST}/tag/{n}", "article") for n in range(50)) == Limits().fruitless_shape // 4

    @pytest.mark.no_cover
    @given(st.lists(SEGMENT, max_size=5), st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), SEGMENT))
    def test_a_shape_does_not_depend_on_numbers_or_order(self, path: list[str], query: dict[str, str]) -> None:
        pairs = [f"{name}={value}" for name, value in query.items()]
        base = f"{HOST}/{'/'.join(path)}"
        assert shapes(f"{base}?{'&'.join(pairs)}") == shapes(f"{base}?{'&'.join(reversed(pairs))}")
        assert shapes(f"{HOST}/tin/{len(path)}?id=1") == shapes(f"{HOST}/tin/77?id=29")

    def test_a_list_that_repeats_itself_out_of_order_is_left(self) -> None:
        traps, ended = Traps(), None
        shown: set[str] = set()
        for number in range(1, 60):
            rows = {f"{HOST}/tin-{n}" for n in (range(number * 8, number * 8 + 8) if number < 4 else _dealt(number))}
            ended = traps.turns("muc", rows, set(shown), {f"tin số {row}" for row in rows})
            shown |= rows
            if ended:
                break
        assert (ended, number) == ("repeated-pages", 6)

    def test_a_list_within_another_is_walked_past_what_is_known(self) -> None:
        traps = Traps()
        known = {f"{HOST}/tin-{n}" for n in range(200)}
        traps.turns("con", known, set(), {f"tin {url}" for url in known})
        pages = [{f"{HOST}/tin-{n}" for n in range(at, at + 8)} for at in range(0, 216, 8)]
        shown: set[str] = set()
        for page in pages:
            assert traps.turns("me", page, set(shown), {f"tin {url}" for url in page}) is None
            shown |= page

    def test_a_list_that_shows_only_what_is_known_ends(self) -> None:
        traps = Traps(Limits(fruitless_pages=5))
        known = {f"{HOST}/tin-{n}" for n in range(400)}
        traps.turns("con", known, set(), {f"tin {url}" for url in known})
        ends = [traps.turns("me", {f"{HOST}/tin-{n}"}, {"x"}, {f"tin {HOST}/tin-{n}"}) for n in range(5)]
        assert ends == [None] * 4 + ["fruitless-pages"]

    def test_the_same_list_under_another_address_is_told_unless_it_leads_further(self) -> None:
        traps, rows = Traps(), frozenset(("a", "b"))
        assert not traps.is_again("/", rows, paged=False)
        assert not traps.is_again("/tin-tuc", rows, paged=True)
        assert traps.is_again("/tin-tuc?xem=luoi", rows, paged=True)
        assert not traps.is_again("/xa-hoi", frozenset("c"), paged=True)

    def test_what_is_left_is_counted_once(self) -> None:
        traps = Traps()
        assert [traps.is_news(fold_url(f"{HOST}/x?b=1&a={n % 2}")) for n in range(4)] == [True, True, False, False]


def _dealt(number: int) -> list[int]:
    return [(number * 7 + n * 5) % 32 + 8 for n in range(6)]


def test_a_server_in_trouble_costs_a_shape_no_room_unless_it_always_is() -> None:
    traps = Traps(Limits(fruitless_shape=3, fruitless_sources=10))
    asked = 0
    while traps.admits(f"http://a.vn/tin/bai-so-{asked}.html", "article"):
        traps.excuse(f"http://a.vn/tin/bai-so-{asked}.html", "article")
        asked += 1
    assert asked == 10 + 3


def test_what_one_run_learnt_to_tell_nothing_the_next_one_knows_by_the_same_name() -> None:
    first = Traps()
    for number in range(12):
        title = f"Huyện Tân Lâm nghiệm thu công trình nước sạch số {number % 4}"
        first.observe([(title, f"http://a.vn/s/{number:04x}84c91572/tin/bai-{number % 4}.html")])
        first.observe([(title, f"http://a.vn/tin.php?id={number % 4}&zx=8f{number:03d}d1a7c")])
    second = Traps()
    second.recall(first.noise)
    assert second.plain("http://a.vn/tin.php?id=3&zx=00aabb1122") == "http://a.vn/tin.php?id=3"
    named = second.plain("http://a.vn/s/77aa84c915b2/tin/bai-3.html")
    assert (
        named == first.plain("http://a.vn/s/0b84c9157200/tin/bai-3.html") != "http://a.vn/s/77aa84c915b2/tin/bai-3.html"
    )
