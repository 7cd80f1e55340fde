"""Where personal data stand in a text: e-mail addresses, phone numbers, numbers of identity papers and of accounts.

Each pattern is tried at a number's or a word's beginning only and is bounded from there, so that time is linear in the
text. What decides between a phone number and a number like it:

| taken | left |
|---|---|
| ten or eleven digits from 0, grouped as people group them; `+84`; `1900`, `1800` | dates, years, runs of pairs |
| six digits and more after `ĐT:`, `Fax`, `hotline`, `Zalo`, … | what a unit follows: `đồng`, `ha`, `người`, … |
| 12 digits that begin like a CCCD: province, century and sex | numbers of documents: `1234/QĐ-UBND`, `…/2024` |
| 9, 10 or 12 digits, passports after `CCCD`, `CMND`, `hộ chiếu`, `mã số BHXH`, … | tax codes of enterprises |
| tax codes of persons (from 8, or 12 digits); accounts after `STK`, `tài khoản`, … | digits in web addresses |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

Kind = Literal["email", "phone", "id_number"]

FILL = "\ue000"
"""Stands for what one pattern has taken when the next one looks."""
MAX_BEFORE = 30
"""Characters before a number that may say that it is no phone number."""


class Span(NamedTuple):
    """What is personal: `text[start:end]`."""

    start: int
    end: int
    kind: Kind


_BETWEEN = r"[ .()–-]{0,3}"
_NO_MORE = r"(?![\d_])(?![.,]\d{1,3}(?!\d))(?!\s?/\s?(?:[A-ZĐa-zđ]|(?:19|20)\d\d(?!\d)))(?!-[A-ZĐ])"
_UNIT = re.compile(
    r" ?(?:%|‰|m²|m2\b|(?:đồng(?! chí)|đ|vnđ|vnd|usd|triệu|tỷ|tỉ|nghìn|ha|km|kg|tấn|lít|người|hộ|lượt|cây|con|cái|chiếc"
    r"|hồ sơ|công dân|dân|suất|cổ phiếu|cổ phần|tài khoản|VNĐ|VND|USD)(?!\w))"
)
_DATE = re.compile(r"\d{1,2}[ .–-]{1,3}(?:\d{1,2}[ .–-]{1,3})?(?:19|20)\d\d(?!\d)")
_CODE_BEFORE = re.compile(
    r"(?:mã số|mã|mst|msdn|số thuế|doanh nghiệp|đkkd|seri|serial|số hiệu|giấy phép|imei|số khung|số máy)"
    r"(?:\s+(?:thuế|số|doanh nghiệp|hồ sơ|đơn|vạch|định danh|sản phẩm|dự án)){0,3}\s*[:.]?\s*$",
    re.IGNORECASE,
)

_YEARS = re.compile(r"\d{4}[ .](?:1[5-9]|20)\d\d")
_YEAR_BEFORE = re.compile(r"(?:năm|đoạn|từ|-|–)\s*$", re.IGNORECASE)
_MAY_BE = re.compile(r"[@＠]|[\[(] ?(?:at|a còng) ?[\])]|\d" + f"(?:{_BETWEEN}" + r"\d){5}", re.IGNORECASE)
"""What every text has in which something is personal; most have none of it."""
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'|]++", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w.%+-])(?P<it>[\w.%+-]++(?: ?[@＠] ?| ?[\[(] ?(?:at|a còng) ?[\])] ?)"
    r"[a-z0-9-]++(?:(?:\.| ?[\[(] ?(?:dot|chấm) ?[\])] ?)[a-z0-9-]++)++)",
    re.IGNORECASE | re.ASCII,
)
CHAT = re.compile(r"(?:zalo\.me/|wa\.me/|whatsapp\.com/send\?phone=)(?P<it>\+?\d{9,12})(?!\d)")
"""A number in a web address that opens a chat with whose it is."""
_ID = re.compile(
    r"(?<!\w)(?:căn cước(?: công dân)?|cccd|cmnd|cmtnd|cmt|chứng minh(?: nhân dân| thư)?|định danh|hộ chiếu|passport"
    r"|gplx|giấy phép lái xe|(?:mã số|số sổ|số thẻ|mã thẻ|sổ|thẻ) (?:bhxh|bảo hiểm xã hội|bhyt|bảo hiểm y tế))(?!\w)"
    r"(?:(?![.;!?]\s)[^\d\n|]){0,40}?(?<!\w)"
    r"(?P<it>\d{9}(?:\d|\d{3})?|\d{3}(?: \d{3}){2,3}|[a-z]{1,2}\d{6,8}|[a-z]{2} ?\d ?\d{2} ?\d{10})"
    r"(?!\w)" + _NO_MORE,
    re.IGNORECASE,
)
_TAX = re.compile(
    r"(?<!\w)(?:mã số thuế|mst)(?!\w)[^\d\n|]{0,20}(?P<it>8\d{9}|\d{12})(?!\w)" + _NO_MORE,
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?<!\w)(?:số tài khoản|tài khoản|stk|số tk|tk|account(?: number| no)?)(?!\w)(?: \d(?=\s?:))?"
    r"(?:[^\d\n|;]{0,60}?(?:[:.]|(?<!\w)số|(?<!\w)là))?\s{0,3}(?P<it>\d(?:[ .-]?\d){7,18})" + _NO_MORE,
    re.IGNORECASE,
)
_CCCD = re.compile(r"(?<![\w/.,-])(?P<it>0\d\d[0-3]\d{8})(?!\w)" + _NO_MORE)
_CELL = re.compile(r"(?:^|\| )(?P<it>\d{9}|\d{12})(?= \||$)", re.MULTILINE)
_PAPERS = re.compile(r"CMND|CCCD|CMTND|[Cc]ăn cước|[Cc]hứng minh nhân dân")
_GROUPED = (
    r"\(?(?:\+84|0084)\)?" + _BETWEEN + r"(?:0\)?" + _BETWEEN + r")?[1-9](?:" + _BETWEEN + r"\d){7,9}(?!\d)"
    r"|\(?0[2-9](?:" + _BETWEEN + r"\d){8}(?!\d)|\(?0[1-9](?:" + _BETWEEN + r"\d){9}(?!\d)"
    r"|1[89]00(?:[ .]?\d){4,6}(?!\d)"
)
"""What may be a phone number without saying so."""
_PHONE_WORD = re.compile(
    r"(?<!\w)(?:số )?(?:điện thoại|đtdđ|đt|dđ|sđt|tel|phone|mobile|fax|hotline|tổng đài|đường dây nóng|di động|zalo"
    r"|viber|số máy|liên hệ)(?![^\W\d])"
    r"(?:\s{0,3}(?:số|cơ quan|bàn|di động|nóng|nhà riêng|fax|liên hệ|qua|theo|[:.–/-])){0,4}?\s{0,3}"
    r"(?P<it>(?:" + _GROUPED + r")|\+?\(?\d(?:" + _BETWEEN + r"\d){5,13})" + _NO_MORE,
    re.IGNORECASE,
)
_NEXT_PHONE = re.compile(r"\s{0,3}(?:[,;/–-]|và|hoặc)\s{0,3}(?P<it>\(?\d(?:" + _BETWEEN + r"\d){5,10})" + _NO_MORE)
_PHONE = re.compile(r"(?<![A-Za-z\d_=])(?<!\d[.,])(?<![A-ZĐđa-z][/-])(?P<it>" + _GROUPED + ")" + _NO_MORE)
_ENDS = frozenset({"vn", "com", "net", "org", "info", "edu", "gov"})
_PROVINCES = frozenset(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044
    045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091
    092 093 094 095 096
    """.split()
)
"""How the CCCD of a native of each province begins (Circular 59/2021/TT-BCA)."""


_PROVINCES = frozenset(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044
    045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091
    092 093 094 095 096
    """.split()
)
"""How the CCCD of a native of each province begins (Circular 59/2021/TT-BCA)."""


def personal(text: str) -> list[Span]:
    """What is personal in `text`, in order; no two overlap."""
    found: list[Span] = []
    if not _MAY_BE.search(text):
        return found
    for pattern, kind, holds in _STEPS:
        if pattern is _CELL and not _PAPERS.search(text):
            continue
        spans = [_span(match, kind) for match in pattern.finditer(text) if holds(text, match)]
        if pattern is _PHONE_WORD:
            spans = [each for span in spans for each in _listed(text, span)]
        found += spans
        text = _filled(text, spans)
        if kind == "email":  # what is left of web addresses is looked at no more
            text = _URL.sub(lambda url: FILL * len(url[0]), text)
    return sorted(found)


def _span(match: re.Match[str], kind: Kind) -> Span:
    """What was found, without a bracket that is not closed in it."""
    start, end = match.span("it")
    return Span(start + (match["it"][0] == "(" and ")" not in match["it"]), end, kind)


def _filled(text: str, spans: list[Span]) -> str:
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span.start], FILL * (span.end - span.start)]
        end = span.end
    return "".join(parts) + text[end:]


def _listed(text: str, span: Span) -> Iterator[Span]:
    """A number and those listed after it: `ĐT: 3870.123, 3870.456`."""
    yield span
    end = span.end
    while (more := _NEXT_PHONE.match(text, end)) and _counts_nothing(text, more):
        yield _span(more, span.kind)
        end = more.end()


def _holds(_text: str, _match: re.Match[str]) -> bool:
    return True


def _is_address(_text: str, match: re.Match[str]) -> bool:
    """Whether what stands behind the sign ends as a host does; where spaces stand around it, as most do here."""
    end = match["it"].rpartition(".")[2].lower()
    return end in _ENDS if " " in match["it"] else end[-2:].isalpha()


def _counts_nothing(text: str, match: re.Match[str]) -> bool:
    """Whether no unit follows a number, and it is no date."""
    return not _UNIT.match(text, match.end("it")) and not _DATE.match(match["it"])


def _is_cccd(text: str, match: re.Match[str]) -> bool:
    return match["it"][:3] in _PROVINCES and _counts_nothing(text, match)


def _is_phone(text: str, match: re.Match[str]) -> bool:
    """Whether digits that could be a phone number are grouped as one, and nothing says that they are another."""
    it, start = match["it"], match.start("it")
    before = text[max(0, start - MAX_BEFORE) : start]
    if not _counts_nothing(text, match) or _CODE_BEFORE.search(before):
        return False
    if it.startswith("1"):
        return not (_YEAR_BEFORE.search(before) or _YEARS.fullmatch(it) or it.endswith("000"))
    if it.lstrip("(").startswith(("+84", "0084")):
        return True
    first, *rest = map(len, re.findall(r"\d+", it))
    if first == 2:  # 04.3825.1234; but rows of figures begin like 05 250 300
        return len(rest) == 1 or (max(rest) > 2 and " " not in it.strip())
    return first > 3 or (first == 3 and rest[:2] != [3, 3])


_PROVINCES = frozenset(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042 044
    045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091
    092 093 094 095 096
    """.split()
)
"""How the CCCD of a native of each province begins (Circular 59/2021/TT-BCA)."""


_STEPS: tuple[tuple[re.Pattern[str], Kind, Callable[[str, re.Match[str]], bool]], ...] = (
    (CHAT, "phone", _holds),
    (_EMAIL, "email", _is_address),
    (_ID, "id_number", _counts_nothing),
    (_TAX, "id_number", _counts_nothing),
    (_ACCOUNT, "id_number", _counts_nothing),
    (_CELL, "id_number", _holds),
    (_CCCD, "id_number", _is_cccd),
    (_PHONE_WORD, "phone", _counts_nothing),
    (_PHONE, "phone", _is_phone),
)
