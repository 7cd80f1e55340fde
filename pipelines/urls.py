"""URLs folded to one form, so that one page has one name."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|zarsrc|zalo_\w+|mc_[ce]id|_ga|_gl|igshid|ref_src)",
    re.IGNORECASE,
)
"""Query parameters that name where a visitor came from."""
SESSION = re.compile(r"(?:phpsessid|jsessionid|aspsessionid\w*|sid|sessionid|cfid|cftoken)", re.IGNORECASE)
"""Query parameters that name a visit."""
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*|/\((?:[SAF]\([\w-]+\))+\)", re.IGNORECASE)
_PLAIN = re.compile(r"https?://[a-z0-9.:-]+/[A-Za-z0-9/._-]*")
_PORTS = {"http": 80, "https": 443}
_SAFE_PATH = "/:@!$&'()*+,;=~-._"


@lru_cache(maxsize=65536)
def fold_url(url: str) -> str:
    """`url` folded: scheme and host case, default port, fragment, tracking and session parameters, their order.

    The scheme of a folded URL is always `http`: portals move to https over the years, and what they published
    stays the same page; a browser follows the redirect. Raises ValueError where `url` is no http(s) URL.
    """
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower().rstrip(".")
    if scheme not in _PORTS or not host:
        raise ValueError(f"{url!r} is not an http(s) URL")
    if ":" in host:
        host = f"[{host}]"
    port = "" if parts.port in (None, _PORTS[scheme]) else f":{parts.port}"
    path = parts.path or "/"
    if ";" in path or "/(" in path:
        path = _SESSION_IN_PATH.sub("", path) or "/"
    if not _PLAIN.fullmatch(f"http://a{path}"):
        path = quote(unquote_to_bytes(path), safe=_SAFE_PATH)
    query = ""
    if parts.query:
        pairs = sorted(
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if not TRACKING.fullmatch(name) and not SESSION.fullmatch(name)
        )
        query = f"?{urlencode(pairs)}" if pairs else ""
    return f"http://{host}{port}{path}{query}"


def article_id(canonical_url: str) -> str:
    """16 hex digits of BLAKE2b of a canonical URL."""
    return hashlib.blake2b(canonical_url.encode(), digest_size=8).hexdigest()


def portal_name(url: str) -> str:
    """The name of a portal nobody has described: its host (and port) in snake case.

    >>> portal_name("https://Tin.Example.gov.vn/")
    'tin_example_gov_vn'
    """
    parts = urlsplit(fold_url(url))
    return re.sub(r"[^a-z0-9]+", "_", parts.netloc.removeprefix("www.")).strip("_")
