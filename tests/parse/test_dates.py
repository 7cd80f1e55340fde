"""Date lines as portals write them, and the texts that must not be read as one."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.dates import FIRST_YEAR, LAST_YEAR, VIETNAM, find_date, read_date

MINUTE = datetime(2021, 3, 9, 15, 5, tzinfo=VIETNAM)
DAY = datetime(2021, 3, 9, tzinfo=VIETNAM)
VIETNAMESE_MONTHS = "Một,Hai,Ba,Tư,Năm,Sáu,Bảy,Tám,Chín,Mười,Mười Một,Mười Hai"

# Each form of the field guide: one moment, its text, and the precision that reads back.
FORMS = {
    "hour, day": ("{m:%H:%M}, {m:%d/%m/%Y}", "minute"),
    "day - hour": ("{m:%d/%m/%Y} - {m:%H:%M}", "minute"),
    "day | hour": ("{m:%d/%m/%Y} | {m:%H:%M}", "minute"),
    "hour | day": ("{m:%H:%M} | {m:%d/%m/%Y}", "minute"),
    "hour ngày dashes": ("{m:%H:%M} ngày {m:%d-%m-%Y}", "minute"),
    "minute mark": ("{m:%H:%M}' {m:%d/%m/%Y}", "minute"),
    "21h30": ("{m.hour}h{m:%M} ngày {m:%d/%m/%Y}", "minute"),
    "giờ phút": ("{m.hour} giờ {m:%M} phút, ngày {m.day}/{m.month}/{m.year}", "minute"),
    "dots": ("{m:%d.%m.%Y}", "day"),
    "short": ("{m.day}/{m.month}/{m.year}", "day"),
    "tháng comma": ("ngày {m:%d} tháng {m:%m}, {m.year}", "day"),
    "tháng năm": ("Ngày {m:%d} tháng {m:%m} năm {m.year}", "day"),
    "nukeviet": ("Thứ năm - {m:%d/%m/%Y %H:%M}", "minute"),
    "weekday | hour": ("Thứ Tư, {m:%d/%m/%Y} | {m:%H:%M}", "minute"),
    "weekday in words": ("Thứ Năm, ngày {m.day} tháng {m.month} năm {m.year}", "day"),
    "sunday": ("Chủ nhật, {m:%d/%m/%Y}, {m:%H:%M}", "minute"),
    "wordpress": ("{m.day} Tháng {month}, {m.year}", "day"),
    "wordpress american": ("Tháng {month} {m.day}, {m.year}, {m:%H:%M}", "minute"),
    "wordpress short": ("{m:%d} Th{m.month}, {m.year}", "day"),
    "updated": ("Cập nhật lúc {m:%H:%M}, Thứ Ba, {m:%d/%m/%Y} (GMT+7)", "minute"),
    "label": ("Ngày đăng: {m:%d/%m/%Y}", "day"),
    "label and hour": ("Đăng lúc: {m:%H:%M} - {m:%d/%m/%Y}", "minute"),
    "lúc": ("{m:%d/%m/%Y} lúc {m:%H:%M}", "minute"),
    "iso": ("{m:%Y-%m-%dT%H:%M:%S}+07:00", "minute"),
    "iso bare offset": ("{m:%Y-%m-%dT%H:%M:%S}+07", "minute"),
    "iso without colon": ("{m:%Y-%m-%d %H:%M}+0700", "minute"),
    "iso fraction": ("{m:%Y-%m-%dT%H:%M:%S}.0000000+07:00", "minute"),
    "iso without offset": ("{m:%Y-%m-%d %H:%M:%S}", "minute"),
    "iso day": ("{m:%Y-%m-%d}", "day"),
    "english half": ("{m:%d/%m/%Y %I:%M:%S} {half}", "minute"),
    "vietnamese half": ("{m:%d/%m/%Y %I:%M} {buổi}", "minute"),
    "english": ("{english} {m.day}, {m.year}", "day"),
    "feed": ("Tue, {m:%d} {english:.3} {m.year} {m:%H:%M:%S} +0700", "minute"),
    "month": ("Tháng {m.month}/{m.year}", "month"),
    "month in words": ("Tháng {month} năm {m.year}", "month"),
}
ENGLISH_MONTHS = "January February March April May June July August September October November December"


def render(form: str, moment: datetime) -> str:
    return form.format(
        m=moment,
        month=VIETNAMESE_MONTHS.split(",")[moment.month - 1],
        english=ENGLISH_MONTHS.split()[moment.month - 1],
        half=f"{moment:%p}",
        buổi="SA" if moment.hour < 12 else "CH",
    )


def stated(moment: datetime, precision: str) -> datetime:
    if precision == "minute":
        return moment
    return moment.replace(day=1 if precision == "month" else moment.day, hour=0, minute=0)


moments = st.datetimes(
    min_value=datetime(FIRST_YEAR, 1, 1),  # noqa: DTZ001 - hypothesis takes naive bounds
    max_value=datetime(LAST_YEAR, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(VIETNAM),
).map(lambda at: at.replace(second=0, microsecond=0))


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FORMS)
@given(moment=moments)
def test_every_form_reads_back(name: str, moment: datetime) -> None:
    form, precision = FORMS[name]
    text = render(form, moment)
    read = read_date(text)
    assert read is not None, text
    assert (read.at, read.precision) == (stated(moment, precision), precision)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FORMS)
@given(moment=moments)
def test_find_date_reads_the_same_between_other_words(name: str, moment: datetime) -> None:
    form, precision = FORMS[name]
    found = find_date(f"Minh Châu | {render(form, moment)} | 45 lượt xem")
    assert found is not None
    assert (found.at, found.precision) == (stated(moment, precision), precision)


@pytest.mark.parametrize("name", FORMS)
def test_decomposed_text_with_icons_brackets_and_hard_spaces(name: str) -> None:
    form, precision = FORMS[name]
    text = unicodedata.normalize("NFD", f"\uf017\xa0[ {render(form, MINUTE)} ]\u200b".replace(" ", "\xa0"))
    read = read_date(text)
    assert read is not None
    assert read.at == stated(MINUTE, precision)
    assert unicodedata.is_normalized("NFC", read.raw)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Tháng Giêng 5, 2026", datetime(2026, 1, 5, tzinfo=VIETNAM)),
        ("Tháng Năm 5, 2026", datetime(2026, 5, 5, tzinfo=VIETNAM)),
        ("Thứ năm, 5 tháng năm năm 2022", datetime(2022, 5, 5, tzinfo=VIETNAM)),
        ("9 tháng chạp, 2021", datetime(2021, 12, 9, tzinfo=VIETNAM)),
        ("Chủ nhật, 07/03/2021", datetime(2021, 3, 7, tzinfo=VIETNAM)),
        ("CN, 07/03/2021", datetime(2021, 3, 7, tzinfo=VIETNAM)),
        ("8h ngày 09/03/2021", DAY.replace(hour=8)),
        ("09/03/2021 12:05 SA", DAY.replace(minute=5)),
        ("09/03/2021 12:05 CH", DAY.replace(hour=12, minute=5)),
        ("09/03/2021 8:05 sáng", DAY.replace(hour=8, minute=5)),
        ("10:30 p.m. 09/03/2021", DAY.replace(hour=22, minute=30)),
        ("15:05 -09/03/2021", MINUTE),
        ("15:05-09.03.2021", MINUTE),
        ("09/03/2021,15:05", MINUTE),
        ("2021-03-09T08:05:07.000Z", datetime(2021, 3, 9, 8, 5, 7, tzinfo=UTC)),
        ("2021-03-09T08:05:00-05:30", datetime(2021, 3, 9, 8, 5, tzinfo=timezone(-timedelta(hours=5, minutes=30)))),
        ("Tue, 09 Mar 2021 08:05:00 GMT", datetime(2021, 3, 9, 8, 5, tzinfo=UTC)),
        ("Tue Mar 09 2021 15:05:00 GMT+0700 (Indochina Time)", MINUTE),
        ("March 9th, 2021", DAY),
        ("09-Mar-2021", DAY),
        ("- 09/03/2021 -", DAY),
        ("09/03/2021:", DAY),
        ("Mar. 9, 2021 3:05 pm EST", MINUTE.replace(tzinfo=timezone(timedelta(hours=-5)))),
        ("Tue Mar 9 15:05:00 CEST 2021", MINUTE.replace(tzinfo=timezone(timedelta(hours=2)))),
        ("Mar 9, 2021, 3.05PM", MINUTE),
        ("9th of March 2021", DAY),  # by dateparser
        ("2021 March 9, 15:05", MINUTE),  # by dateparser
    ],
)
def test_single_forms(text: str, at: datetime) -> None:
    read = read_date(text)
    assert read is not None
    assert read.at == at
    assert read.at.utcoffset() == at.utcoffset()
    assert read.raw == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ngày 09/03/2021, Ủy ban nhân dân tỉnh tổ chức hội nghị",
        "Hôm nay, thứ Hai, 23/11/2026",
        "Bây giờ là 10:30, 23/11/2026",
        "Thời gian hiện tại: 23/11/2026",
        "01/01/2020 - 05/01/2020",
        "Từ 01/01/2020",
        "5-7/1/2021",
        "29/4 - 4/5/2016",
        "Ngày đăng: 07/01/2021 Cập nhật: 08/01/2021",
        "07/01/2021 08:00 - 10:00",
        "Ngày 9/3",
        "Thứ Ba, 15:05",
        "09/03/21",
        "31/02/2021",
        "29/02/2021",
        "00/03/2021",
        "09/03/1989",
        "09/03/2101",
        "2021",
        "March 2021",
        "25:30 09/03/2021",
        "15:60 09/03/2021",
        "15:05 SA 09/03/2021",
        "2021-03-09T15:05:00+19:00",
        "Số 261 ngày 09/03/2021",
        "Hà Nội, ngày 9 tháng 3 năm 2021",
        "0904.570.988",
        "12/01/2019/QĐ-UBND",
        "53/2012/TT-BGDĐT",
        "09/03/2021 " * 20,
        "Cập nhật lúc 08:09",
    ],
)
def test_not_a_date_line(text: str) -> None:
    assert read_date(text) is None


def test_month_first_reads_the_american_order_and_nothing_else() -> None:
    american = read_date("3/9/2021 3:05:00 PM", month_first=True)
    ours = read_date("3/9/2021 3:05:00 PM")
    in_words = read_date("9 tháng 3 năm 2021", month_first=True)
    assert american is not None
    assert american.at == MINUTE
    assert ours is not None
    assert ours.at == MINUTE.replace(day=3, month=9)
    assert in_words is not None
    assert in_words.at == DAY
    turned = read_date("25/12/2021", month_first=True)
    assert turned is not None
    assert turned.at.day == 25


@pytest.mark.parametrize(
    ("text", "at", "raw"),
    [
        ("Minh Châu | 15:05 09/03/2021 | 45 lượt xem", MINUTE, "15:05 09/03/2021"),
        ("Tin tức 09/03/2021", DAY, "09/03/2021"),
        ("09/03/2021 03:05:00 PM Đã xem: 100", MINUTE, "09/03/2021 03:05:00 PM"),
        ("Đăng ngày 09/03/2021, cập nhật 09:00 10/03/2021", DAY, "09/03/2021"),
        ("09/03/2021 - 09:00 10/03/2021", DAY, "09/03/2021"),
        ("15:05 09/03/2021 - 09:00 10/03/2021", MINUTE, "15:05 09/03/2021"),
        ("Phát lúc 20:00 | Minh Châu | 09/03/2021", DAY, "09/03/2021"),
        ("Thực hiện: Minh Châu, 09/03/2021", DAY, "09/03/2021"),
        ("İ İ 09/03/2021 15:05", MINUTE, "09/03/2021 15:05"),
    ],
)
def test_find_date(text: str, at: datetime, raw: str) -> None:
    found = find_date(text)
    assert found is not None
    assert (found.at, found.raw) == (at, raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Minh Châu",
        "Hôm nay 23/11/2026",
        "5-7/1/2021",
        "31/02/2021",
        "x" * 195 + " 09/03/2021",
        "Điện thoại 09032021",
    ],
)
def test_find_date_finds_none(text: str) -> None:
    assert find_date(text) is None


near_dates = st.text(alphabet="0123456789/-.:,| ()+ThángthứngàynămZGMTSACH'", max_size=60)


@given(st.one_of(st.text(max_size=250), near_dates), st.booleans())
def test_any_text_is_none_or_within_bounds(text: str, month_first: bool) -> None:
    for read in (read_date(text, month_first=month_first), find_date(text)):
        if read is not None:
            assert FIRST_YEAR <= read.at.year <= LAST_YEAR
            assert read.at.utcoffset() is not None
            assert read.at.year in [int(year) for year in re.findall(r"\d{4}", read.raw)]


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_two_dates_are_ambiguous(one: date, two: date) -> None:
    assert read_date(f"{one:%d/%m/%Y} - {two:%d/%m/%Y}") is None


def test_ordinary_forms_never_load_dateparser() -> None:
    code = (
        "import sys; from crawler.parse.dates import read_date;"
        "assert read_date('15:05, 09/03/2021'); assert read_date('tin tức 2021') is None;"
        "assert 'dateparser' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
