"""What the words after a verb mean: the portal, the origin of its pages and the page to start at."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from crawler.errors import BadArgument
from pipelines.urls import fold_url

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.origins import Origin
    from crawler.portal import Portal
    from crawler.spider import PortalSpider
    from pipelines.web.holdings import PortalFacts


def refuse_unknown(arguments: dict[str, str], known: Collection[str]) -> None:
    """Raises BadArgument for an `-a name=…` the command does not have."""
    if unknown := sorted(arguments.keys() - known):
        raise BadArgument(f"-a {unknown[0]}=…: there is no such argument; there are {', '.join(known)}")


_LOADERS: dict[tuple[str, ...], SpiderLoaderProtocol] = {}


def loader_of(settings: BaseSettings) -> SpiderLoaderProtocol:
    """What knows every portal: to walk their files takes 10 ms, which those who crawl many need not do for each."""
    modules = tuple(settings.getlist("SPIDER_MODULES"))
    if modules not in _LOADERS:
        _LOADERS[modules] = get_spider_loader(settings)
    return _LOADERS[modules]


def portals_of(settings: BaseSettings) -> list[type[Portal]]:
    """Every described portal, by name. Raises BadPortal."""
    from crawler.portal import Portal

    loader = loader_of(settings)
    return [cls for name in sorted(loader.list()) if issubclass(cls := loader.load(name), Portal)]


def facts_of(settings: BaseSettings) -> dict[str, PortalFacts]:
    """What the site says of the described portals, by name. Raises BadPortal."""
    from pipelines.web.holdings import PortalFacts

    return {
        one.name: PortalFacts(one.title, one.province, one.gone_since, one.successor) for one in portals_of(settings)
    }


def portal_of(settings: BaseSettings, name: str, arguments: dict[str, str]) -> type[PortalSpider]:
    """The class of a portal; for `portal -a url=…` the described one of that host, if there is one."""
    from crawler.portal import AnyPortal, described

    loader = loader_of(settings)
    names = loader.list()
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        hint = f"Did you mean {near[0]}?" if near else "`luutin list` shows them all."
        raise BadArgument(f"there is no portal {name!r}. {hint} Any other is crawled with `portal -a url=https://…`")
    portal: type[PortalSpider] = loader.load(name)  # type: ignore[assignment]  # ours are the only spiders
    if portal is AnyPortal and (url := arguments.get("url")):
        return described(urlsplit(url).netloc, portals_of(settings)) or portal
    return portal


def url_of(name: str, portal: type[PortalSpider], origin: Origin, arguments: dict[str, str]) -> str:
    """The page to start at; takes `url` out of `arguments`. Raises BadArgument where it is no URL."""
    url = arguments.pop("url", None) or origin.home(portal.hosts)
    if url is None and portal.hosts:
        url = f"https://{portal.hosts[0]}/"
    if url is None:
        raise BadArgument(f"`{name}` needs to know where: -a url=https://…")
    return page_url(url)


def page_url(url: str) -> str:
    """`url` where it is one of a web page. Raises BadArgument."""
    try:
        fold_url(url)
    except ValueError as error:
        raise BadArgument(
            f"url={url}: is no URL of a web site. It begins with http:// or https:// and a host."
        ) from error
    return url
