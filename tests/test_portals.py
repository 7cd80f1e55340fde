"""What all portal files and the table of provinces must hold together, and what `luutin list` shows of them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest
from conftest import CommandLine
from fixture_pages import described_portals

from crawler.portal import Portal, described
from crawler.provinces import MERGED_ON, PROVINCES, province_of

PORTALS = described_portals()
MERGERS = {
    "Tuyên Quang": {"Hà Giang"},
    "Lào Cai": {"Yên Bái"},
    "Thái Nguyên": {"Bắc Kạn"},
    "Phú Thọ": {"Vĩnh Phúc", "Hòa Bình"},
    "Bắc Ninh": {"Bắc Giang"},
    "Hưng Yên": {"Thái Bình"},
    "Hải Phòng": {"Hải Dương"},
    "Ninh Bình": {"Hà Nam", "Nam Định"},
    "Quảng Trị": {"Quảng Bình"},
    "Đà Nẵng": {"Quảng Nam"},
    "Quảng Ngãi": {"Kon Tum"},
    "Gia Lai": {"Bình Định"},
    "Khánh Hòa": {"Ninh Thuận"},
    "Lâm Đồng": {"Đắk Nông", "Bình Thuận"},
    "Đắk Lắk": {"Phú Yên"},
    "Thành phố Hồ Chí Minh": {"Bình Dương", "Bà Rịa - Vũng Tàu"},
    "Đồng Nai": {"Bình Phước"},
    "Tây Ninh": {"Long An"},
    "Cần Thơ": {"Sóc Trăng", "Hậu Giang"},
    "Vĩnh Long": {"Bến Tre", "Trà Vinh"},
    "Đồng Tháp": {"Tiền Giang"},
    "Cà Mau": {"Bạc Liêu"},
    "An Giang": {"Kiên Giang"},
}
UNCHANGED = {
    "Hà Nội", "Huế", "Lai Châu", "Điện Biên", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An", "Hà Tĩnh",
    "Cao Bằng",
}  # fmt: skip


def test_sixty_three_provinces_became_thirty_four() -> None:
    assert len(PROVINCES) == 63
    gone = {province.name: province.successor for province in PROVINCES.values() if province.successor}
    assert gone == {name: successor for successor, names in MERGERS.items() for name in names}
    assert set(PROVINCES) - set(gone) == set(MERGERS) | UNCHANGED
    assert all(province.gone_since == (MERGED_ON if province.successor else None) for province in PROVINCES.values())
    assert date(2025, 7, 1) == MERGED_ON


def test_every_province_has_a_portal_and_a_newspaper_of_its_own() -> None:
    hosts = [host for province in PROVINCES.values() for host in (province.host, province.newspaper)]
    assert len(set(hosts)) == 2 * 63
    assert all(province.host.endswith(".gov.vn") and province.host.isascii() for province in PROVINCES.values())


def test_a_province_is_known_by_its_older_name() -> None:
    hue = province_of("Thừa Thiên Huế")
    assert hue is not None
    assert hue is province_of("Huế")
    assert hue.gone_since is None
    assert province_of("Tân Sơn") is None


def test_sixty_portals_and_more_are_described() -> None:
    assert len(PORTALS) >= 60


@pytest.mark.parametrize("attribute", ["name", "title"])
def test_no_two_portals_share_an_attribute(attribute: str) -> None:
    counts = Counter(getattr(portal, attribute) for portal in PORTALS)
    assert [value for value, count in counts.items() if count > 1] == []


def test_no_two_portals_share_a_host() -> None:
    counts = Counter(host for portal in PORTALS for host in {*portal.hosts, *portal.deprecated_hosts})
    assert [host for host, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.name)
def test_a_portal_file_makes_sense(portal: type[Portal]) -> None:
    assert set(portal.deprecated_hosts) < set(portal.hosts), "old hosts are hosts too: archives hold pages under them"
    assert portal.hosts[0] not in portal.deprecated_hosts, "a live crawl starts at the first host"
    assert not any(host.startswith("www.") for host in portal.hosts), "www. is told from nothing by itself"
    if portal.province is not None and (province := province_of(portal.province)) and province.gone_since:
        assert (portal.gone_since, portal.successor) == (province.gone_since, province.successor)
    if portal.successor is not None:
        own = {host for one in PORTALS for host in one.hosts} | {province.host for province in PROVINCES.values()}
        assert province_of(portal.successor) or portal.successor in own, f"nobody knows {portal.successor}"


def test_a_provinces_own_portal_and_newspaper_are_described_as_its_own() -> None:
    home = {host: name for name, one in PROVINCES.items() for host in (one.host, one.newspaper)}
    for portal in PORTALS:
        for host in set(portal.hosts) & set(home):
            assert portal.province is not None
            assert province_of(portal.province) is PROVINCES[home[host]], f"{portal.name}: {host}"


def test_a_portal_is_found_by_any_of_its_hosts() -> None:
    portals = list(PORTALS)
    for host in ("www.baobackan.org.vn", "BAOBACKAN.com.vn", "baobackan.vn"):
        found = described(host, portals)
        assert found is not None
        assert found.name == "baobackan"
    assert described("backan.example", portals) is None


def test_the_list_as_json_shows_it_all(luutin: CommandLine) -> None:
    data = json.loads(luutin("list", "--json").out)
    rows = {row["name"]: row for row in data["portals"]}
    assert set(rows) == {portal.name for portal in PORTALS}
    assert rows["baobackan"]["gone_since"] == "2025-07-01"
    assert rows["baobackan"]["successor"] == "Thái Nguyên"
    assert rows["baocamau"]["layouts"] == ["newscontent"]
    assert rows["baocamau"]["gone_since"] is None
    provinces = {row["name"]: row for row in data["provinces"]}
    assert len(provinces) == 63
    assert provinces["Bắc Kạn"] == {
        "name": "Bắc Kạn",
        "gone_since": "2025-07-01",
        "successor": "Thái Nguyên",
        "host": "backan.gov.vn",
        "newspaper": "baobackan.vn",
        "portals": sorted(portal.name for portal in PORTALS if portal.province == "Bắc Kạn"),
    }
    assert "baothuathienhue" in provinces["Huế"]["portals"]


def test_the_list_in_columns_says_what_became_of_a_portal(luutin: CommandLine) -> None:
    (line,) = [line for line in luutin("list").out.splitlines() if line.startswith("baobackan ")]
    assert line.split()[1:] == ["Bắc", "Kạn", "zce", "→", "Thái", "Nguyên", "Báo", "Bắc", "Kạn"]
    lines = luutin("list", "--provinces").out.splitlines()
    assert len(lines) == 63
    assert any(line.split() == ["Yên", "Bái", "→", "Lào", "Cai", "yenbai.gov.vn", "baoyenbai.com.vn"] for line in lines)
