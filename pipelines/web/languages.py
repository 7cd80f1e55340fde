"""The site's words in Vietnamese and English, and how each writes dates and numbers."""

from __future__ import annotations

import tomllib
from calendar import month_name
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal

from pipelines.items import Precision

Code = Literal["vi", "en"]
CODES: tuple[Code, ...] = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Language:
    """What a page says, and how; every page is at one path in Vietnamese, and under `/en` in English."""

    code: Code
    words: dict[str, str]

    @property
    def other(self) -> Language:
        return language("en" if self.code == "vi" else "vi")

    def t(self, key: str, **values: object) -> str:
        """The words of a key, `section.name`. Raises KeyError."""
        said = self.words[key]
        return said.format(**values) if values else said

    def articles(self, number: int) -> str:
        """So many articles."""
        return self.t("units.article" if number == 1 else "units.articles", n=self.number(number))

    def verdict(self, said: str) -> str:
        """A run in a word or three, as its report says it (`RunReport.verdict`)."""
        count, _, what = said.partition(" ")
        if what.startswith("issue"):
            return self.t("verdict.issues", n=count) if count != "1" else self.t("verdict.issue")
        return self.words.get(f"verdict.{said.replace(' ', '_')}", said)

    def number(self, value: int) -> str:
        said = f"{value:,}"
        return said.replace(",", ".") if self.code == "vi" else said

    def date(self, at: datetime | date | None, precision: Precision | None = "day") -> str:
        """As people write it, as exactly as it is known, in its own offset."""
        if at is None:
            return self.t("site.unknown_date")
        if precision == "month":
            return self.month(f"{at:%Y-%m}")
        if self.code == "vi":
            day = f"{at.day}/{at.month}/{at.year}"
            return f"{day} {at:%H:%M}" if precision == "minute" else day
        day = f"{at.day} {month_name[at.month]} {at.year}"
        return f"{day}, {at:%H:%M}" if precision == "minute" else day

    def month(self, name: str) -> str:
        """`2024-06` as people write it; a year alone as it is."""
        year, _, month = name.partition("-")
        if not month:
            return year
        return f"{int(month)}/{year}" if self.code == "vi" else f"{month_name[int(month)]} {year}"

    def link(self, path: str) -> str:
        """A page of the site in this language."""
        return path if self.code == "vi" else f"/{self.code}{path}"


@cache
def language(code: Code) -> Language:
    """The language with this code."""
    text = Path(__file__).with_name("languages").joinpath(f"{code}.toml").read_text("utf-8")
    words = {f"{part}.{key}": said for part, told in tomllib.loads(text).items() for key, said in told.items()}
    return Language(code, words)


def language_of(path: str) -> tuple[Language, str]:
    """The language a path of a request is in, and the path without that, which begins with one slash."""
    if path == "/en" or path.startswith("/en/"):
        return language("en"), f"/{path[3:].lstrip('/')}"
    return language("vi"), f"/{path.lstrip('/')}"
