"""Which CMS family made a page? For portals nobody has described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.parse.host import NOTHING
from crawler.platforms.base import Kind, Platform
from crawler.platforms.com_php import ComPhp
from crawler.platforms.dotnetnuke import DotNetNuke
from crawler.platforms.drupal import Drupal
from crawler.platforms.fck import ContentFck
from crawler.platforms.liferay import Liferay
from crawler.platforms.marks import Traces
from crawler.platforms.mastercms import MasterCms
from crawler.platforms.mediasoft import MediaSoft
from crawler.platforms.nukeviet import NukeViet
from crawler.platforms.picbox import PicBox
from crawler.platforms.postdate import PostDate
from crawler.platforms.sharepoint import SharePoint
from crawler.platforms.tandan import TanDan
from crawler.platforms.vccorp import VcCorp
from crawler.platforms.vnpt import Vnpt
from crawler.platforms.webcenter import WebCenter
from crawler.platforms.webforms import WebForms
from crawler.platforms.websphere import WebSphere
from crawler.platforms.wordpress import WordPress
from crawler.platforms.zce import Zce

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.article import Hint
    from crawler.parse.host import HostFacts, Specimen
    from crawler.parse.layout import Layout
    from crawler.parse.page import Page
    from pipelines.items import Article


class Generic(Platform):
    """A portal of no family its start page tells of: every page is asked again, as many start pages show no mark."""

    def kind(self, page: Page) -> Kind:
        family = detect(page)
        return super().kind(page) if family is self else family.kind(page)

    def read(
        self,
        pages: Sequence[Page],
        hint: Hint | None,
        layouts: Sequence[Layout] = (),
        facts: HostFacts = NOTHING,
    ) -> Article:
        family = detect(pages[0])
        read = super().read if family is self else family.read
        return read(pages, hint, layouts, facts)

    def specimen(self, pages: Sequence[Page], layouts: Sequence[Layout] = (), hint: Hint | None = None) -> Specimen:
        family = detect(pages[0])
        return (super().specimen if family is self else family.specimen)(pages, layouts, hint)


# Where two families share marks, the one that says more comes first: forks before what they were made from.
_FAMILIES = (
    WordPress(),
    NukeViet(),
    ComPhp(),
    TanDan(),
    SharePoint(),
    PostDate(),
    Vnpt(),
    Liferay(),
    Zce(),
    MediaSoft(),
    ContentFck(),
    PicBox(),
    VcCorp(),
    MasterCms(),
    DotNetNuke(),
    WebCenter(),
    WebSphere(),
    Drupal(),
    WebForms(),
    Generic(),
)
PLATFORMS: dict[str, Platform] = {platform.name: platform for platform in _FAMILIES}
"""Every family by its name; the generic one, which claims no page, comes last."""


def detect(page: Page) -> Platform:
    """The family that made `page`; the generic one where none knows it."""
    traces = Traces(page)
    return next((platform for platform in PLATFORMS.values() if platform.detects(traces)), PLATFORMS["generic"])
