"""Vietnamese date lines to aware moments, without a clock: what the text does not state stays unread."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pipelines.items import Precision

if TYPE_CHECKING:
    from collections.abc import Iterable

VIETNAM: Final = timezone(timedelta(hours=7))
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
MAX_LINE_CHARS: Final = 100
MAX_BAR_CHARS: Final = 200
MAX_OFFSET_MINUTES: Final = 14 * 60
_NOON: Final = 12

_VIETNAMESE_MONTHS: Final = "một hai ba tư năm sáu bảy tám chín mười"
_ENGLISH_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS: Final = {
    **{name: number for number, name in enumerate(_VIETNAMESE_MONTHS.split(), 1)},
    **{name: number for number, name in enumerate(_ENGLISH_MONTHS.split(), 1)},
    "giêng": 1,
    "bốn": 4,
    "bẩy": 7,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
}
_ENGLISH_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_MONTH: Final = r"(?:0?[1-9]|1[0-2]|mười\s(?:một|hai)|một|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|giêng|chạp)(?!\w)"
# `năm` is Thursday, five and year: each of the three is consumed together with the word that decides.
_TOKEN: Final = re.compile(
    rf"""[\W_]*+(?:
    (?P<dmy>(?<![\d/])(?P<n1>\d{{1,2}})\s?(?P<sep>[/.\-])\s?(?P<n2>\d{{1,2}})\s?(?P=sep)\s?(?P<n3>\d{{4}})(?![\d/]))
    |(?P<iso>(?<![\d/])(?P<i1>\d{{4}})(?P<isep>[-/.])(?P<i2>\d{{1,2}})(?P=isep)(?P<i3>\d{{1,2}})(?:t(?=\d)|(?![\d/])))
    |(?P<clock>(?<![\d/.:])(?P<hour>\d{{1,2}})
        (?:(?:\s?(?:[:h]|giờ|g)\s?|\.(?=\d\d\s?[ap]\.?m\b))(?P<minute>\d{{2}})(?!\d)(?::(?P<second>\d{{2}})(?!\d)(?:[.,]\d{{1,9}})?)?
            (?:\s?(?:['’′´]|(?:phút|ph|p(?!\.m))\b))?
        |\s?(?:h|giờ)\b)
        (?:\s?(?P<half>[ap]\.?m\b\.?|sa\b|ch\b|sáng\b|chiều\b|tối\b))?
        (?P<offset>(?:\+\d{{2}}(?::?\d{{2}})?|\s?[+-]\d{{2}}:?\d{{2}}|z)(?![\d/.:\w-]))?)
    |(?P<words>(?P<w1>\d{{1,2}})\s?[,/-]?\s?(?:tháng|thg|th)\.?\s?(?P<w2>{_MONTH})\s?(?:[,/-]|năm)?\s?(?P<w3>\d{{4}})\b)
    |(?P<monthday>(?:tháng|thg|th)\s?(?P<m1>{_MONTH})\s(?P<m2>\d{{1,2}}),?\s(?P<m3>\d{{4}})\b)
    |(?P<month>(?:tháng|thg|th)\s?(?P<y1>{_MONTH})\s?(?:[,/-]|năm)?\s?(?P<y2>\d{{4}})\b)
    |(?P<english>(?P<e1>\d{{1,2}})(?:st|nd|rd|th)?[\s-](?P<e2>{_ENGLISH_MONTH}),?[\s-](?P<e3>\d{{4}})\b)
    |(?P<american>(?P<a1>{_ENGLISH_MONTH})\s(?P<a2>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<a3>\d{{4}})\b)
    |(?P<zone>(?:gmt|utc)(?:\s?(?P<z1>[+-]\s?\d{{1,2}}(?::?\d{{2}})?))?(?![\w:]))
    |(?P<abroad>e[sd]t|c[sd]t|m[sd]t|p[sd]t|cest?|aest|aedt|jst)(?!\w)
    |(?P<weekday>thứ\s?(?:hai|ba|tư|bốn|năm|sáu|bảy|bẩy|[2-7])(?!\w))
    |(?P<word>\d{{1,2}}(?:/\d{{1,2}}\s?[-–]\s?|[-–])\d{{1,2}}/\d{{1,2}}/\d{{4}}|\w+)
    )""",
    re.VERBOSE,
)
_YEAR: Final = re.compile(r"\d{4}")

# Clocks a page from elsewhere names, in hours from UTC; a name with more than one meaning (IST, BST) is none of them.
_ABROAD: Final = (
    {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}  # America
    | {"cet": 1, "cest": 2, "jst": 9, "aest": 10, "aedt": 11}
)
_ZONES: Final = frozenset({"zone", "abroad"})

_DAY_KINDS: Final = frozenset({"dmy", "iso", "words", "monthday", "month", "english", "american"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that join a date to its hour; a label (below) after a date begins another statement.
_JOINTS: Final = _words("""
    ngày lúc vào giờ thứ chủ nhật cn t2 t3 t4 t5 t6 t7 on at ict indochina time mon tue wed thu fri sat sun
    monday tuesday wednesday thursday friday saturday sunday""")
# Syllables of the labels: Ngày đăng, Cập nhật lần cuối lúc, Được đăng vào, Thời gian xuất bản, Posted on …
_LABELS: Final = _JOINTS | _words("""
    đăng cập tin bài viết tải gửi tạo xuất bản phát thời gian được đã lần cuối mới nhất tháng sửa đổi chỉnh
    date dated posted published updated last modified created""")
_NOW: Final = re.compile(r"\b(?:hôm nay|bây giờ|hiện (?:tại|nay))\b")
# What dateparser may still make a date of: numbers, an English month, the words between them.
_RARE_WORD: Final = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)?|\d{{4}}|of|the|year|{_ENGLISH_MONTH}")


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment a text states: `at` aware (+07:00 unless the text states an offset), `raw` the NFC text read.

    `precision` says what was stated; the parts below it are the smallest possible (day 1, 00:00).
    """

    at: datetime
    precision: Precision
    raw: str


def read_date(text: str, *, month_first: bool = False) -> Dated | None:
    """Read a text that is nothing but a date line: labels, weekday, hour, offset, brackets, icons may stand in it.

    None for prose, for a text that states two dates or no year, for clocks (`Hôm nay, …`), and for dates
    outside the calendar or 1990-2100. `month_first` reads numeric dates as month/day/year: whether a host
    writes them so cannot be told from one text (ASP.NET's default culture does, NukeViet does not).
    """
    flat = _flatten(text, MAX_LINE_CHARS)
    if flat is None:
        return None
    stated: dict[str, re.Match[str]] = {}
    unread: list[str] = []
    for token in _TOKEN.finditer(flat.lower()):
        kind = token.lastgroup
        if kind == "word":
            word = token["word"]
            if word in _LABELS:
                continue
            if not _RARE_WORD.fullmatch(word):
                return None
            unread.append(word)
        elif kind != "weekday":
            slot = "zone" if kind in _ZONES else "clock" if kind == "clock" else "day"
            if slot in stated:
                return None
            stated[slot or ""] = token
    clock, zone = stated.get("clock"), stated.get("zone")
    if "day" not in stated:
        return _moment(_rare_day(" ".join(unread)), "day", clock, zone, flat)
    if unread:
        return None
    day = stated["day"]
    return _moment(_day(day, month_first=month_first), _precision(day), clock, zone, flat)


def find_date(text: str, *, month_first: bool = False) -> Dated | None:
    """Read the first date stated inside a short text such as a byline bar, with the hour that stands next to it.

    None when the text is longer than 200 characters, states no date, or is a clock. `raw` is the part read.
    """
    flat = _flatten(text, MAX_BAR_CHARS)
    if flat is None:
        return None
    low = flat.lower()
    if len(low) != len(flat):  # a few capitals (İ) grow when lowered: positions would shift
        flat = low
    if _NOW.search(low):
        return None
    tokens = list(_TOKEN.finditer(low))
    first = next((i for i, token in enumerate(tokens) if token.lastgroup in _DAY_KINDS), None)
    if first is None:
        return None
    day, behind, ahead = tokens[first], _beside(reversed(tokens[:first])), _beside(tokens[first + 1 :])
    clock = behind[0] if behind and behind[0].lastgroup == "clock" else None
    if clock is None and ahead and ahead[0].lastgroup == "clock":
        # Between two dates with no label, the hour may be the second one's.
        clock = None if ahead[-1].lastgroup in _DAY_KINDS else ahead[0]
    zone = next((token for token in ahead if token.lastgroup in _ZONES), None) if clock else None
    read = [token for token in (day, clock, zone) if token]
    raw = flat[min(token.start(token.lastgroup or 0) for token in read) : max(token.end() for token in read)]
    return _moment(_day(day, month_first=month_first), _precision(day), clock, zone, raw)


def _beside(tokens: Iterable[re.Match[str]]) -> list[re.Match[str]]:
    """The hour, the offset and the date that stand next to a date, with nothing but joints between them."""
    found: list[re.Match[str]] = []
    for token in tokens:
        kind = token.lastgroup
        if kind == "weekday" or (kind == "word" and token["word"] in _JOINTS):
            continue
        if kind == "word":
            break
        found.append(token)
        if kind in _DAY_KINDS:
            break
    return found


def _flatten(text: str, limit: int) -> str | None:
    """NFC on one line; None when it is too long or holds no year, so cannot be a date line."""
    if len(text) > 4 * limit or not _YEAR.search(text):
        return None
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else None


def _precision(stated: re.Match[str]) -> Precision:
    return "month" if stated.lastgroup == "month" else "day"


def _month_number(name: str) -> int:
    if name.isdecimal():
        return int(name)
    return _MONTHS.get(name) or _MONTHS[name[:3]]


def _day(stated: re.Match[str], *, month_first: bool = False) -> date | None:
    """The calendar day a date token states; None when the calendar has no such day or it is out of bounds."""
    kind = stated.lastgroup
    if kind == "dmy":
        first, second, year = int(stated["n1"]), int(stated["n2"]), int(stated["n3"])
        # A number over 12 is the day, whatever order the host was seen to write.
        second_is_day = second > 12 or (month_first and first <= 12)
        day, month = (second, first) if second_is_day else (first, second)
    elif kind == "iso":
        year, month, day = int(stated["i1"]), int(stated["i2"]), int(stated["i3"])
    elif kind == "month":
        year, month, day = int(stated["y2"]), _month_number(stated["y1"]), 1
    elif kind == "words":
        year, month, day = int(stated["w3"]), _month_number(stated["w2"]), int(stated["w1"])
    elif kind == "monthday":
        year, month, day = int(stated["m3"]), _month_number(stated["m1"]), int(stated["m2"])
    elif kind == "english":
        year, month, day = int(stated["e3"]), _month_number(stated["e2"]), int(stated["e1"])
    else:
        year, month, day = int(stated["a3"]), _month_number(stated["a1"]), int(stated["a2"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moment(
    day: date | None, precision: Precision, clock: re.Match[str] | None, zone: re.Match[str] | None, raw: str
) -> Dated | None:
    """Put day, hour and offset together; None when one of them is stated and cannot be."""
    if day is None or (precision == "month" and clock is not None):
        return None
    if clock is None:
        return Dated(datetime(day.year, day.month, day.day, tzinfo=VIETNAM), precision, raw)
    hour = _hour(int(clock["hour"]), clock["half"])
    minute, second = int(clock["minute"] or 0), int(clock["second"] or 0)
    offset = _offset(clock["offset"]) if clock["offset"] or zone is None else _zone(zone)
    if hour is None or offset is None or minute > 59 or second > 59:
        return None
    at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=offset)
    return Dated(at, "minute", raw)


def _hour(hour: int, half: str | None) -> int | None:
    """The hour of 24; None when hour and half of the day contradict each other."""
    if half is None:
        return hour if hour < 2 * _NOON else None
    if half[0] in "as":  # a.m., SA, sáng
        return hour % _NOON if hour <= _NOON else None
    if hour == 0 or hour >= 2 * _NOON:
        return None
    return hour if hour >= _NOON else hour + _NOON


def _zone(stated: re.Match[str]) -> timezone | None:
    if stated["abroad"]:
        return timezone(timedelta(hours=_ABROAD[stated["abroad"]]))
    return _offset(stated["z1"] or "z")


def _offset(stated: str | None) -> timezone | None:
    """The offset stated (`+07:00`, `+7`, `+0700`, `z`), Vietnam's when none is; None when there is no such offset."""
    if not stated:
        return VIETNAM
    digits = "".join(c for c in stated if c.isdecimal())
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    total = int(hours or 0) * 60 + int(minutes)
    if total > MAX_OFFSET_MINUTES:
        return None
    return timezone(timedelta(minutes=-total if "-" in stated else total))


@lru_cache(maxsize=256)
def _rare_day(words: str) -> date | None:
    """The day of a date line no own form reads (`7th of January 2021`), by dateparser; None unless all is stated."""
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    if len(numbers) != 2 or not re.search(_ENGLISH_MONTH, words):
        return None
    import dateparser  # costs 0.3 s, and most runs never need it

    found = dateparser.parse(
        words,
        languages=["vi", "en"],
        settings={
            "DATE_ORDER": "DMY",
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
        },
    )
    if found is None or sorted((found.day, found.year)) != sorted(numbers):
        return None
    return found.date() if FIRST_YEAR <= found.year <= LAST_YEAR else None
