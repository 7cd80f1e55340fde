"""Whom a portal can write to about a crawl: the contact in the user agent, without which no live crawl begins."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from crawler.errors import BadArgument
from crawler.origins.addresses import is_loopback

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

VARIABLE = "LUUTIN_CONTACT"
_CONTACT = re.compile(r"https?://[^\s/]+\.[^\s)]+|[^\s@(+;]+@[^\s@]+\.[^\s@)]+")


def is_contact(text: str) -> bool:
    """Whether a text is a web or a mail address."""
    return bool(_CONTACT.fullmatch(text.removeprefix("mailto:")))


def introduce(settings: BaseSettings, url: str) -> None:
    """Put the contact (LUUTIN_CONTACT, or the setting CONTACT) into the user agent, before `url` is asked for.

    Raises BadArgument where there is none, unless `url` is on this machine; and where it is no address.
    """
    contact = str(settings.get("CONTACT") or os.environ.get(VARIABLE) or "").strip()
    agent = settings["USER_AGENT"]
    if contact:
        if not is_contact(contact):
            raise BadArgument(
                f"{VARIABLE}={contact}: is neither a web nor a mail address: https://… or name@host.example"
            )
        if contact not in agent:
            settings.set("USER_AGENT", f"{agent} (+{contact})", priority="cmdline")
    elif not _CONTACT.search(agent) and not is_loopback(url):
        raise BadArgument(
            f"{url}: a portal must be able to tell whom to write to. Say so once, for all crawls: "
            f"export {VARIABLE}=https://your.site/contact (or a mail address)"
        )
