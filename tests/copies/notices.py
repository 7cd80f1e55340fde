"""Bulletins of one form that differ by whom and where they are about, and hardly or not at all by a number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from copies import words
from copies.articles import Text
from copies.forms import form
from copies.series import Series
from copies.words import dotted, man, person, place, slashed, woman

OFFICES = ("Sở Nội vụ", "Sở Công Thương", "Sở Tư pháp", "Sở Y tế", "Sở Xây dựng", "Sở Tài chính", "Sở Ngoại vụ")
MOURNERS = ("Văn phòng Tỉnh ủy", "Hội Cựu chiến binh tỉnh", "Trường Chính trị tỉnh", "Ban Quản lý khu công nghiệp")
JOBS = ("kế toán viên", "bác sĩ đa khoa", "kỹ thuật viên xét nghiệm", "chuyên viên pháp chế", "văn thư", "điều dưỡng")
WORKS = ("nhà lớp học", "kênh mương", "đường trục xã", "trạm bơm", "nhà văn hóa", "hệ thống chiếu sáng", "cầu dân sinh")
MOST_NAMED = 2_000  # bulletins of one day: of more, people with the same name would be no surprise
IN_ONE_DISTRICT = frozenset({"visit", "badge", "congress"})  # their leader is the district's


def named(kind: str) -> Series:
    """The bulletins of a kind: of one day and one leader, each about another person, most of them in another place."""

    def series(rng: Random) -> Iterator[Text]:
        (province, districts), bulletin, when = place(rng, 7), form(kind, rng), words.day(rng)
        known = {"tinh": province, "lanh_dao": woman(rng) if kind == "congress" else person(rng)}
        known |= {"cong_ty": f"Công ty cổ phần {words.commune(rng)}", "noi": rng.choice(MOURNERS)}
        seen: set[str] = set()
        for _ in range(MOST_NAMED):
            subject = {"ten": man(rng), "ba": woman(rng), "xa": words.commune(rng)}
            subject["huyen"] = districts[0] if kind in IN_ONE_DISTRICT else rng.choice(districts)
            if kind == "appoint":
                subject["noi"] = rng.choice(OFFICES)
            if seen.isdisjoint((subject["ten"], subject["ba"])):
                yield bulletin.filled(when, **(known | subject))
            seen.update((subject["ten"], subject["ba"]))

    return series


def recruit(rng: Random) -> Iterator[Text]:
    """Posts to fill."""
    (province, districts), bulletin = place(rng, 7), form("recruit", rng)
    while True:
        when, where = words.day(rng), f"Trung tâm Y tế huyện {rng.choice(districts)}"
        deadline, posts = slashed(when + timedelta(days=30)), rng.randint(1, 12)
        known = {"tinh": province, "noi": where, "viec": rng.choice(JOBS), "ten": person(rng)}
        yield bulletin.filled(when, **known, han=deadline, so=posts)


def tender(rng: Random) -> Iterator[Text]:
    """Calls for tenders."""
    (province, districts), bulletin = place(rng, 7), form("tender", rng)
    while True:
        when, price = words.day(rng), rng.randint(900, 40000) * 10**6
        known = {"tinh": province, "huyen": rng.choice(districts), "viec": rng.choice(WORKS), "xa": words.commune(rng)}
        numbers = {"goi": rng.randint(1, 19), "qd": rng.randint(20, 4000), "thoi_gian": rng.randint(60, 540)}
        deadline = slashed(when + timedelta(days=rng.randint(15, 25)))
        yield bulletin.filled(when, **known, **numbers, gia=dotted(price), dam_bao=dotted(price // 50), han=deadline)


def court(rng: Random) -> Iterator[Text]:
    """Summons before one court."""
    (province, (district,)), bulletin, judge = place(rng, 1), form("court", rng), person(rng)
    while True:
        when = words.day(rng)
        people = {"ten": man(rng), "nguyen_don": woman(rng), "tham_phan": judge, "xa": words.commune(rng)}
        called = slashed(when + timedelta(days=rng.randint(20, 40)))
        yield bulletin.filled(when, tinh=province, huyen=district, han=called, gio=rng.choice((7, 8, 13, 14)), **people)


# They differ in names alone; the others in names and a few numbers.
NAMED: dict[str, Series] = {
    kind: named(kind) for kind in ("appoint", "funeral", "congrat", "visit", "mother", "badge", "donation", "congress")
}
NOTICES: dict[str, Series] = {"recruit": recruit, "tender": tender, "court": court}
