"""Which CMS family made a page? For portals nobody has described."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.platforms.base import Platform
from crawler.platforms.wordpress import WordPress

if TYPE_CHECKING:
    from crawler.parse.page import Page

PLATFORMS: dict[str, Platform] = {platform.name: platform for platform in (WordPress(), Platform())}
"""Every family by its name; the generic one, which claims no page, comes last."""


def detect(page: Page) -> Platform:
    """The family that made `page`; the generic one where none knows it."""
    return next((platform for platform in PLATFORMS.values() if platform.detects(page)), PLATFORMS["generic"])
