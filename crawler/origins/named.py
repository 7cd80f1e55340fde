"""The origin an argument names, and the copies that are wanted of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import BadArgument

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.origins import Origin
    from crawler.origins.copies import Choice

ARGUMENTS = ("origin", "captures", "since", "until")
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def origin_of(settings: BaseSettings, arguments: dict[str, str], *, published: bool = False) -> Origin:
    """The origin; takes ARGUMENTS out of `arguments`: of a live one all but the days, of publication there,
    which a command must know what to do with (`published`). Raises BadArgument, BadWarc.
    """
    said = arguments.pop("origin", "live")
    captures = arguments.pop("captures", "newest")
    if captures not in ("newest", "all"):
        raise BadArgument(f"captures={captures}: must be `newest` or `all`")
    kind, _, rest = said.partition(":")
    if said == "live":
        if not published and arguments.keys() & {"since", "until"}:
            raise BadArgument("since and until choose among captures: they need an archive, -a origin=…")
        from crawler.origins.live import LiveOrigin

        return LiveOrigin(settings)
    began, ended = period_of(arguments, UTC)
    if kind not in ("wayback", "commoncrawl"):
        from crawler.origins.warc import WarcOrigin

        path = rest if kind in ("warc", "wacz") and rest and not Path(said).exists() else said
        return WarcOrigin(path, every_version=captures == "all", since=began, until=ended)
    from crawler.origins.copies import Choice

    return _remote(settings, kind, rest, Choice(captures == "all", began, ended))


def _remote(settings: BaseSettings, kind: str, rest: str, choice: Choice) -> Origin:
    from crawler.origins import commoncrawl, wayback
    from crawler.origins.polite import base_url

    places = [place for place in rest.split(",") if place]
    if len(places) > 2:
        raise BadArgument(f"origin {kind}:{rest}: at most two addresses, parted by a comma")
    if kind == "commoncrawl":
        if len(places) == 1:  # a folder holds both
            places.append(commoncrawl.DATA if places[0].startswith("http") else places[0])
        index, data = places or (commoncrawl.INDEX, commoncrawl.DATA)
        return commoncrawl.CommonCrawlOrigin(settings, choice, index, data)
    if len(places) == 1:
        if not places[0].rstrip("/").endswith("/cdx"):
            raise BadArgument(
                f"origin wayback:{rest}: name the CDX server and, after a comma, where captures are: "
                "wayback:https://host/cdx-endpoint,https://host/web/"
            )
        places.append(places[0].rstrip("/").removesuffix("cdx"))
    cdx, web = map(base_url, places or (wayback.CDX, wayback.WEB))
    return wayback.WaybackOrigin(settings, choice, cdx, web)


def period_of(arguments: dict[str, str], zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """The first moment of `since` and the first after `until`, taken out of `arguments`. Raises BadArgument."""
    since, until = arguments.pop("since", None), arguments.pop("until", None)
    began = first_moment("since", since, zone) if since else None
    ended = first_moment("until", until, zone, after=True) if until else None
    if began and ended and began >= ended:
        raise BadArgument(f"since={since} until={until}: ends before it begins")
    return began, ended


def first_moment(name: str, text: str, zone: tzinfo = UTC, *, after: bool = False) -> datetime:
    """The first moment of a day, month or year, or the one `after` it. Raises BadArgument."""
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        begin = datetime(year, month, day, tzinfo=zone)
        if not after:
            return begin
        if match[3]:
            return datetime.fromordinal(begin.toordinal() + 1).replace(tzinfo=zone)
        return datetime(year + (month == 12 or not match[2]), month % 12 + 1 if match[2] else 1, 1, tzinfo=zone)
    except (ValueError, OverflowError) as error:
        raise BadArgument(f"{name}={text}: is no date. Write 2024, 2024-06 or 2024-06-30.") from error
