"""Copies in which numbers are corrected, or written otherwise."""

from __future__ import annotations

import re
from random import Random

from copies import alter
from copies.alter import Altering
from copies.articles import Text, Writer
from copies.words import dotted

# Numbers that are neither of a date nor of a paper: those say which text it is, and stay.
NUMBER = re.compile(r"(?<![\w/.,-])\d+(?:[.,]\d+)*(?![\w/-])")
MIN_NUMBERS = 10  # an article with fewer is not corrected here: with one in five changed no reader could be sure
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_SHORT_DATE = re.compile(r"\b0(\d)/(\d{1,2})\b(?!/)")
_DONG = re.compile(r"\b(\d{1,3})((?:\.\d{3}){2,}) đồng")
_MILLIONS = re.compile(r"(?<![\d,.])(\d{2,3}) triệu đồng")
_GROUPED = re.compile(r"\b\d{1,3}(?:\.\d{3})+\b")
_PERCENT = re.compile(r"\b(\d+),(\d+)%")


def another(number: str, rng: Random) -> str:
    """A number of the same form: a digit or two are other ones, and the first is no 0."""
    digits = [place for place, sign in enumerate(number) if sign.isdigit()]
    signs = list(number)
    for place in rng.sample(digits, min(len(digits), rng.choice((1, 1, 2)))):
        signs[place] = rng.choice([digit for digit in "123456789" if digit != signs[place]])
    return "".join(signs)


def corrected(count: int | None) -> Altering:
    """`count` numbers corrected, or a tenth of them (at least one)."""

    def altering(text: Text, rng: Random, writer: Writer) -> Text:
        found = list(NUMBER.finditer(text.text))
        chosen = rng.sample(found, min(len(found), count or max(1, len(found) // 10)))
        said = text.text
        for number in sorted(chosen, key=lambda match: -match.start()):
            said = said[: number.start()] + another(number[0], rng) + said[number.end() :]
        return text.but(text=said)

    return altering


def _date(found: re.Match[str], form: int) -> str:
    day, month, year = int(found[1]), int(found[2]), found[3]
    return (
        f"{day}-{month}-{year}",
        f"{day}.{month}.{year}",
        f"{day} tháng {month} năm {year}",
        f"{day}/{month}/{year}",
    )[form]


def _dong(found: re.Match[str], form: int) -> str:
    amount = int(f"{found[1]}{found[2]}".replace(".", ""))
    if form == 0 or amount % 10_000:
        return f"{amount} đồng"
    return f"{f'{amount / 1_000_000:.2f}'.rstrip('0').rstrip('.').replace('.', ',')} triệu đồng"


def written_otherwise(text: Text, rng: Random, writer: Writer) -> Text:
    """18/07/2017 as 18-7-2017, 1.250.000 đồng as 1250000 đồng or 1,25 triệu, 05 as 5, 12,5% as 12.5 %."""
    form = rng.randrange(4)
    said = _DATE.sub(lambda found: _date(found, form), text.text)
    said = _SHORT_DATE.sub(r"\1/\2", said)
    said = _DONG.sub(lambda found: _dong(found, form % 2), said)
    if form > 1:
        said = _MILLIONS.sub(lambda found: f"{dotted(int(found[1]) * 1_000_000)} đồng", said)
    said = _GROUPED.sub(lambda found: found[0].replace(".", "" if form % 2 else " "), said)
    return text.but(text=_PERCENT.sub(rf"\1{'.' if form % 2 else ','}\2 %", said))


def both(first: Altering, second: Altering) -> Altering:
    """One after the other."""
    return lambda text, rng, writer: second(first(text, rng, writer), rng, writer)


CORRECTIONS: dict[str, Altering] = {
    "num1": corrected(1),
    "num3": corrected(3),
    "num10pct": corrected(None),
    "numfmt": written_otherwise,
    "num1_cut70": both(corrected(1), alter.cut(0.7)),
    "num3_headline": both(corrected(3), alter.headline),
    "num1_tone": both(corrected(1), alter.tone),
    "num1_edit_small": both(corrected(1), alter.edit_small),
    "numfmt_byline": both(written_otherwise, alter.byline),
}
