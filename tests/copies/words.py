"""Phrases with slots, and what fills them: people, places, numbers, dates, money and papers of a made-up province."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

PHRASES, PLACES = Path(__file__).with_name("phrases.txt"), Path(__file__).with_name("places.txt")
FIRST_DAY, LAST_DAY = date(2012, 1, 2), date(2025, 12, 20)
LONGEST_SERIES = 300
_MAX_DEPTH = 3  # a slot within a slot within a slot is left for something plain


def split(listed: str) -> list[str]:
    """What stands between blanks."""
    return listed.split()


_FAMILIES = split(
    "Nguyễn Trần Lê Phạm Hoàng Vũ Võ Phan Trương Bùi Đặng Đỗ Ngô Dương Lý Hà Lương Nông Triệu Chu Ma Đinh Vi Lò Quách "
    "Mai Tạ Cao Tô Lục Giàng Bàn"
)
_MENS_MIDDLES = split("Văn Quang Minh Đức Hải Công Trọng Tuấn Việt Khắc Thế Sỹ Bá Xuân Gia Quốc")
_WOMENS_MIDDLES = split("Thị Thanh Kim Bích Ngọc Diệu Mỹ Thu Thùy Hồng Phương")
_MENS_NAMES = split(
    "An Bình Chiến Điệp Hòa Hoàn Hiếu Kiên Khoa Lam Mạnh Nghĩa Phong Phúc Quý Sáng Sinh Tài Thịnh Tiến Toán Trường "
    "Vượng Đông Lợi Quyền Giáp Thao Luận Chính"
)
_WOMENS_NAMES = split(
    "Dung Duyên Giang Hạnh Hòa Huyền Loan Luyến Miên Nhàn Oanh Thảo Thúy Tuyết Uyên Yến Ngân Thoa Xoan Lụa Mận Nga "
    "Quế Thơm Hậu Vân Chi Lành"
)
_COMMUNE_HEADS = split(
    "Tân Phú Yên Đông Hồng Minh Quang Vĩnh Bình Thượng Nam Trung Hưng Thái Mường Nậm Bản Lũng Xuân Thạch Cẩm Hòa Ngọc "
    "Kim Đại"
)
_COMMUNE_TAILS = split(
    "Thành Lộc Phong Sơn Thịnh Lập Tiến Khê Giang Trạch Lâm Mỹ Thủy Hải Cường Lạc Hà Vân Đạo Kiều Nghĩa Quý Bảo Đồng "
    "Cương"
)

Phrase = tuple[str, ...]
Tables = dict[str, list[Phrase]]
Fixed = Mapping[str, Sequence[str]]


def man(rng: Random) -> str:
    """A man's full name, of three syllables."""
    return f"{rng.choice(_FAMILIES)} {rng.choice(_MENS_MIDDLES)} {rng.choice(_MENS_NAMES)}"


def woman(rng: Random) -> str:
    """A woman's full name, of three syllables."""
    return f"{rng.choice(_FAMILIES)} {rng.choice(_WOMENS_MIDDLES)} {rng.choice(_WOMENS_NAMES)}"


def person(rng: Random) -> str:
    """Anyone's full name."""
    return man(rng) if rng.random() < 0.6 else woman(rng)


def commune(rng: Random) -> str:
    """A commune's name without the word for it."""
    return f"{rng.choice(_COMMUNE_HEADS)} {rng.choice(_COMMUNE_TAILS)}"


def communes(rng: Random, count: int) -> list[str]:
    """So many communes, none of them twice."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[commune(rng)] = None
    return list(found)


@cache
def _places() -> list[tuple[str, list[str]]]:
    lines = PLACES.read_text(encoding="utf-8").splitlines()
    return [(province, districts.split(", ")) for province, districts in (line.split(": ") for line in lines)]


def place(rng: Random, count: int) -> tuple[str, list[str]]:
    """A province, and so many of its districts: seven at most."""
    province, districts = rng.choice(_places())
    return province, rng.sample(districts, count)


def day(rng: Random) -> date:
    """Any day of the years made up."""
    return FIRST_DAY + timedelta(days=int(rng.random() * (LAST_DAY - FIRST_DAY).days))


def days(rng: Random, step: int) -> Iterator[date]:
    """Day after day, `step` days apart, as long a series as a portal's if need be, and none of them yet to come."""
    latest = (LAST_DAY - FIRST_DAY).days - LONGEST_SERIES * step
    when = FIRST_DAY + timedelta(days=int(rng.random() * latest))
    while when <= LAST_DAY:
        yield when
        when += timedelta(days=step)


def dotted(number: int) -> str:
    """1250000 as 1.250.000."""
    return f"{number:,}".replace(",", ".")


def decimal(number: float, places: int = 1) -> str:
    """12.5 as 12,5."""
    return f"{number:.{places}f}".replace(".", ",")


def slashed(when: date) -> str:
    """A day as 05/07/2017."""
    return f"{when:%d/%m/%Y}"


def _money(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.4:
        return f"{int(11 + rng.random() * 980)} triệu đồng"
    if kind < 0.7:
        return f"{decimal(1 + rng.random() * 80)} tỷ đồng"
    return f"{dotted(int(100 + rng.random() * 9000) * 10_000)} đồng"


def _paper(rng: Random) -> str:
    number = int(2 + rng.random() * 3000)
    form = int(rng.random() * 5)
    return (
        f"Kế hoạch số {number}/KH-UBND",
        f"Quyết định số {number}/QĐ-UBND",
        f"Nghị quyết số {number % 200 + 1}/NQ-HĐND",
        f"Công văn số {number}/UBND-VX",
        f"Chỉ thị số {number % 40 + 1}-CT/TU",
    )[form]


MAKERS: dict[str, Callable[[Random], str]] = {
    "n": lambda rng: dotted(int(10 ** (1.1 + rng.random() * 3.2))),
    "so": lambda rng: str(int(2 + rng.random() * 34)),
    "pct": lambda rng: f"{decimal(3 + rng.random() * 96)}%",
    "tuoi": lambda rng: str(int(70 + rng.random() * 28)),
    "quy": lambda rng: rng.choice(("I", "II", "III", "IV")),
    "thang": lambda rng: str(int(1 + rng.random() * 12)),
    "ngay": lambda rng: f"{int(1 + rng.random() * 28):02d}/{int(1 + rng.random() * 12)}",
    "tien": _money,
    "vanban": _paper,
}

_SLOT = re.compile(r"\{(\w+)\}")


def compiled(text: str) -> Phrase:
    """A phrase as texts and names of slots in turn."""
    return tuple(_SLOT.split(text))


@cache
def tables() -> dict[str, Tables]:
    """The phrases by topic and slot; what every topic has is in each of them."""
    found: dict[str, Tables] = {}
    section: list[Phrase] = []
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            topic, slot = line.strip("[]").split(".")
            section = found.setdefault(topic, {}).setdefault(slot, [])
        elif line and not line.startswith("#"):
            section.extend(compiled(phrase) for phrase in line.split(" | "))
    common = found.pop("_")
    return {topic: {**common, **own} for topic, own in found.items()}


def fill(phrase: Phrase, words: Tables, fixed: Fixed, rng: Random, depth: int = 0) -> str:
    """The phrase with its slots filled: from `fixed` first, then from the makers, then from the topic's phrases."""
    if len(phrase) == 1:
        return phrase[0]
    parts = list(phrase)
    for place in range(1, len(parts), 2):
        name = parts[place]
        if name in fixed:
            choices = fixed[name]
            parts[place] = choices[int(rng.random() * len(choices))]
        elif name in MAKERS:
            parts[place] = MAKERS[name](rng)
        else:
            several = words[name]
            chosen = several[int(rng.random() * len(several))]
            while depth >= _MAX_DEPTH and len(chosen) > 1:
                chosen = several[int(rng.random() * len(several))]
            parts[place] = fill(chosen, words, fixed, rng, depth + 1)
    return "".join(parts)
