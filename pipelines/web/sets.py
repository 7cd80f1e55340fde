"""The sets of OAI-PMH: the portals, and the provinces they are of."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.web.site import Site

PORTAL, PROVINCE = "portal", "province"


class Sets:
    """By their spec: `portal:baobackan`, `province:bac-kan`; all of `portal` are all there is."""

    def __init__(self, site: Site) -> None:
        self._portals: dict[str, list[str]] = {PORTAL: [], PROVINCE: []}
        self._names = {PORTAL: "Portals", PROVINCE: "Provinces"}
        self._of: dict[str, list[str]] = {}
        for name in site.holdings.portals():
            facts = site.portal(name)
            self._put(name, PORTAL, name, facts.title)
            if facts.province:
                self._put(name, PROVINCE, _spec(facts.province), facts.province)

    def _put(self, portal: str, kind: str, spec: str, name: str) -> None:
        full = f"{kind}:{spec}"
        self._names.setdefault(full, name)
        self._portals.setdefault(full, []).append(portal)
        self._portals[kind].append(portal)
        self._of.setdefault(portal, []).append(full)

    def names(self) -> dict[str, str]:
        """What each is called, the wider before the narrower."""
        return {spec: name for spec, name in sorted(self._names.items()) if self._portals[spec]}

    def portals(self, spec: str) -> list[str] | None:
        """The portals of a set; None where there is no such set."""
        return self._portals.get(spec)

    def of(self, portal: str) -> list[str]:
        """The sets a portal is in."""
        return self._of.get(portal, [])


def _spec(name: str) -> str:
    """`Bắc Kạn` as `bac-kan`: a set's spec has no other signs than these."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip("-")
