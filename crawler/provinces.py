"""The 63 provinces until 30 June 2025 and the 34 after (Resolution 202/2025/QH15, in force on 1 July 2025)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

MERGED_ON: Final = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Province:
    """A province as it was before the mergers. `successor` is the province it went into; None where its name stayed.

    `host` is the root of its portal (`<name>.gov.vn`), `newspaper` the last host of its own newspaper, both as
    publicly known.
    """

    name: str
    successor: str | None
    host: str
    newspaper: str

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

_HOSTS: Final = """
An Giang                angiang.gov.vn          baoangiang.com.vn
Bà Rịa - Vũng Tàu       baria-vungtau.gov.vn    baobariavungtau.com.vn
Bạc Liêu                baclieu.gov.vn          baobaclieu.vn
Bắc Giang               bacgiang.gov.vn         baobacgiang.vn
Bắc Kạn                 backan.gov.vn           baobackan.vn
Bắc Ninh                bacninh.gov.vn          baobacninh.vn
Bến Tre                 bentre.gov.vn           baodongkhoi.vn
Bình Dương              binhduong.gov.vn        baobinhduong.vn
Bình Định               binhdinh.gov.vn         baobinhdinh.vn
Bình Phước              binhphuoc.gov.vn        baobinhphuoc.com.vn
Bình Thuận              binhthuan.gov.vn        baobinhthuan.com.vn
Cà Mau                  camau.gov.vn            baocamau.vn
Cao Bằng                caobang.gov.vn          baocaobang.vn
Cần Thơ                 cantho.gov.vn           baocantho.com.vn
Đà Nẵng                 danang.gov.vn           baodanang.vn
Đắk Lắk                 daklak.gov.vn           baodaklak.vn
Đắk Nông                daknong.gov.vn          baodaknong.vn
Điện Biên               dienbien.gov.vn         baodienbienphu.vn
Đồng Nai                dongnai.gov.vn          baodongnai.com.vn
Đồng Tháp               dongthap.gov.vn         baodongthap.vn
Gia Lai                 gialai.gov.vn           baogialai.com.vn
Hà Giang                hagiang.gov.vn          baohagiang.vn
Hà Nam                  hanam.gov.vn            baohanam.com.vn
Hà Nội                  hanoi.gov.vn            hanoimoi.vn
Hà Tĩnh                 hatinh.gov.vn           baohatinh.vn
Hải Dương               haiduong.gov.vn         baohaiduong.vn
Hải Phòng               haiphong.gov.vn         baohaiphong.vn
Hậu Giang               haugiang.gov.vn         baohaugiang.com.vn
Hòa Bình                hoabinh.gov.vn          baohoabinh.com.vn
Hưng Yên                hungyen.gov.vn          baohungyen.vn
Khánh Hòa               khanhhoa.gov.vn         baokhanhhoa.vn
Kiên Giang              kiengiang.gov.vn        baokiengiang.vn
Kon Tum                 kontum.gov.vn           baokontum.com.vn
Lai Châu                laichau.gov.vn          baolaichau.vn
Lạng Sơn                langson.gov.vn          baolangson.vn
Lào Cai                 laocai.gov.vn           baolaocai.vn
Lâm Đồng                lamdong.gov.vn          baolamdong.vn
Long An                 longan.gov.vn           baolongan.vn
Nam Định                namdinh.gov.vn          baonamdinh.vn
Nghệ An                 nghean.gov.vn           baonghean.vn
Ninh Bình               ninhbinh.gov.vn         baoninhbinh.org.vn
Ninh Thuận              ninhthuan.gov.vn        baoninhthuan.com.vn
Phú Thọ                 phutho.gov.vn           baophutho.vn
Phú Yên                 phuyen.gov.vn           baophuyen.vn
Quảng Bình              quangbinh.gov.vn        baoquangbinh.vn
Quảng Nam               quangnam.gov.vn         baoquangnam.vn
Quảng Ngãi              quangngai.gov.vn        baoquangngai.vn
Quảng Ninh              quangninh.gov.vn        baoquangninh.vn
Quảng Trị               quangtri.gov.vn         baoquangtri.vn
Sóc Trăng               soctrang.gov.vn         baosoctrang.org.vn
Sơn La                  sonla.gov.vn            baosonla.vn
Tây Ninh                tayninh.gov.vn          baotayninh.vn
Thái Bình               thaibinh.gov.vn         baothaibinh.com.vn
Thái Nguyên             thainguyen.gov.vn       baothainguyen.vn
Thanh Hóa               thanhhoa.gov.vn         baothanhhoa.vn
Huế                     hue.gov.vn              huengaynay.vn
Tiền Giang              tiengiang.gov.vn        baoapbac.vn
Thành phố Hồ Chí Minh   hochiminhcity.gov.vn    sggp.org.vn
Trà Vinh                travinh.gov.vn          baotravinh.vn
Tuyên Quang             tuyenquang.gov.vn       baotuyenquang.com.vn
Vĩnh Long               vinhlong.gov.vn         baovinhlong.com.vn
Vĩnh Phúc               vinhphuc.gov.vn         baovinhphuc.com.vn
Yên Bái                 yenbai.gov.vn           baoyenbai.com.vn
"""
"""Each province's portal and newspaper."""

RENAMED: Final = {"Thừa Thiên Huế": "Huế"}
"""Names borne before: Thừa Thiên Huế became the city of Huế on 1 January 2025."""

_SUCCESSORS: Final = {other: name for name, others in _MERGERS.items() for other in others}

PROVINCES: Final = {
    name: Province(name, _SUCCESSORS.get(name), host, newspaper)
    for name, host, newspaper in (re.split(r"\s{2,}", line) for line in _HOSTS.strip().splitlines())
}
"""The 63 provinces by name."""


def province_of(name: str) -> Province | None:
    """The province of a name, also of one it bore before."""
    return PROVINCES.get(RENAMED.get(name, name))
