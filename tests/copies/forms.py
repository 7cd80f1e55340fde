"""The forms of bulletins that come again and again, as bulletins.txt has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

from copies.articles import Text

BULLETINS = Path(__file__).with_name("bulletins.txt")
_NO_BYLINE = "-"


@dataclass(frozen=True)
class Form:
    """A bulletin with names of slots in braces."""

    title: str
    byline: str
    text: str

    def filled(self, day: date, /, **values: object) -> Text:
        """The bulletin of `day`, which stands in {ngay} as 05/07/2017 and in {d}, {m} and {y} ({y5}: five years on)."""
        values = {"ngay": f"{day:%d/%m/%Y}", "d": day.day, "m": day.month, "y": day.year, "y5": day.year + 5} | values
        title, byline, text = (part.format_map(values) for part in (self.title, self.byline, self.text))
        return Text(title, byline, text, day)


@cache
def _forms() -> dict[str, list[Form]]:
    found: dict[str, list[Form]] = {}
    for block in BULLETINS.read_text(encoding="utf-8").split("\n\n"):
        if block.startswith("["):
            kind, title, byline, text = block.strip().split("\n", 3)
            form = Form(title, "" if byline == _NO_BYLINE else byline, text)
            found.setdefault(kind.strip("[]"), []).append(form)
    return found


def form(kind: str, rng: Random) -> Form:
    """One of the forms of a kind: a series keeps to it."""
    return rng.choice(_forms()[kind])
