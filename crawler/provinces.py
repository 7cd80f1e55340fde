"""The 63 provinces until 30 June 2025 and the 34 after (Resolution 202/2025/QH15, in force on 1 July 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

MERGED_ON: Final = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Province:
    """A province as it was before the mergers. `successor` is the province it went into; None where its name stayed."""

    name: str
    successor: str | None = None

    @property
    def gone_since(self) -> date | None:
        """The day its portals lost their publisher."""
        return MERGED_ON if self.successor else None


_MERGERS: Final = {
    "Tuyên Quang": ("Hà Giang",),
    "Lào Cai": ("Yên Bái",),
    "Thái Nguyên": ("Bắc Kạn",),
    "Phú Thọ": ("Vĩnh Phúc", "Hòa Bình"),
    "Bắc Ninh": ("Bắc Giang",),
    "Hưng Yên": ("Thái Bình",),
    "Hải Phòng": ("Hải Dương",),
    "Ninh Bình": ("Hà Nam", "Nam Định"),
    "Quảng Trị": ("Quảng Bình",),
    "Đà Nẵng": ("Quảng Nam",),
    "Quảng Ngãi": ("Kon Tum",),
    "Gia Lai": ("Bình Định",),
    "Khánh Hòa": ("Ninh Thuận",),
    "Lâm Đồng": ("Đắk Nông", "Bình Thuận"),
    "Đắk Lắk": ("Phú Yên",),
    "Thành phố Hồ Chí Minh": ("Bình Dương", "Bà Rịa - Vũng Tàu"),
    "Đồng Nai": ("Bình Phước",),
    "Tây Ninh": ("Long An",),
    "Cần Thơ": ("Sóc Trăng", "Hậu Giang"),
    "Vĩnh Long": ("Bến Tre", "Trà Vinh"),
    "Đồng Tháp": ("Tiền Giang",),
    "Cà Mau": ("Bạc Liêu",),
    "An Giang": ("Kiên Giang",),
    "Hà Nội": (),
    "Huế": (),
    "Lai Châu": (),
    "Điện Biên": (),
    "Sơn La": (),
    "Lạng Sơn": (),
    "Quảng Ninh": (),
    "Thanh Hóa": (),
    "Nghệ An": (),
    "Hà Tĩnh": (),
    "Cao Bằng": (),
}
"""The 34 provinces of 1 July 2025, each with those that went into it."""

RENAMED: Final = {"Thừa Thiên Huế": "Huế"}
"""Names borne before: Thừa Thiên Huế became the city of Huế on 1 January 2025."""

PROVINCES: Final = {
    province.name: province
    for name, others in _MERGERS.items()
    for province in (Province(name), *(Province(other, name) for other in others))
}
"""The 63 provinces by name."""


def province_of(name: str) -> Province | None:
    """The province of a name, also of one it bore before."""
    return PROVINCES.get(RENAMED.get(name, name))
