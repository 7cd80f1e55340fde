"""URLs folded to one form, so that one page has one name."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote_plus, unquote_to_bytes, urlencode, urlsplit

TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|zarsrc|zalo_\w+|mc_[ce]id|_ga|_gl|igshid|ref_src|"
    r"(?:\w+_)?(?:redirect|inheritredirect|returnurl|return_url|backurl|referer|referrer))",
    re.IGNORECASE,
)
"""Query parameters that name where a visitor came from, or is to be sent back to."""
SESSION = re.compile(
    r"(?:phpsessid|jsessionid|aspsessionid\w*|sid|sessionid|session_id|oscsid|zenid|cfid|cftoken|p_auth|p_p_auth)",
    re.IGNORECASE,
)
"""Query parameters that name a visit."""
FACETS = re.compile(
    r"(?:sort|sort_?by|order_?by|sort_?order|sort_?dir|filter_order|filter_order_dir|sap_?xep)", re.IGNORECASE
)
"""Query parameters that put the same list into another order."""
_PRINT = re.compile(
    r"(?:print|in|printable|output|layout|mode|view|type)=(?:1|yes|true|print|printable|printer)|tmpl=component|"
    r"print(?:able|view|er)?=?",
    re.IGNORECASE,
)
_PRINT_PATH = re.compile(
    r"/(?:print|printer|printview|print-?article|in-?bai(?:-viet)?|in-?tin|ban-?in|in)(?:\.\w+)?(?:/|$)", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(r";jsessionid=[^/?#]*|/\((?:[SAF]\([\w-]+\))+\)", re.IGNORECASE)
_IIS = re.compile(r"\.(?:aspx|asp|ashx)(?:/|$)", re.IGNORECASE)
"""Pages of IIS, where letter case tells neither paths nor parameter names apart."""
_DEFAULT_DOCUMENT = re.compile(r"/(?:index\.(?:php|html?|jsp|aspx?)|default\.(?:aspx?|html?))$", re.IGNORECASE)
_PLAIN = re.compile(r"https?://[a-z0-9.:-]+/[A-Za-z0-9/._-]*")
MAX_FOLDED = 8_192
"""URLs remembered with what they are folded to: what stands on every page, and what was just looked at."""
_PORTS = {"http": 80, "https": 443}
_SAFE_PATH = "/:@!$&'()*+,;=~-._"


@lru_cache(maxsize=MAX_FOLDED)
def fold_url(url: str) -> str:
    """`url` folded, so that one page has one name.

    Folded are: scheme and host case, default port, fragment, the order of parameters, those of tracking, sessions and
    sort orders, session ids in the path, the letter case of IIS, a default document, escapes and blanks at the end.
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
    path = _fold_path(parts.path)
    query = ""
    if parts.query:
        iis = _IIS.search(path)
        pairs = sorted(
            (name.lower() if iis else name, value)
            for name, value in parse_qsl(unescape_query(parts.query), keep_blank_values=True)
            if not TRACKING.fullmatch(name) and not SESSION.fullmatch(name) and not FACETS.fullmatch(name)
        )
        query = f"?{urlencode(pairs)}" if pairs else ""
    if not query:
        path = _DEFAULT_DOCUMENT.sub("/", path)
    return f"http://{host}{port}{path}{query}"


def _fold_path(path: str) -> str:
    if ";" in path or "/(" in path:
        path = _SESSION_IN_PATH.sub("", path)
    if not _PLAIN.fullmatch(f"http://a{path}"):
        path = quote(unquote_to_bytes(path).rstrip(b" \t\r\n"), safe=_SAFE_PATH)
    return (path.lower() if _IIS.search(path) else path) or "/"


def unescape_query(text: str) -> str:
    """A URL or query whose `&` was escaped twice in the page, as it was meant."""
    return _ESCAPED_AMPERSAND.sub("&", text) if "&amp" in text or "&#" in text else text


_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;|#0*38;|#x0*26;)+", re.IGNORECASE)


def unprinted(url: str) -> str | None:
    """`url`, or of a printing view the page it prints; None where a printing view does not say of which.

    >>> unprinted("https://a.vn/tin/12-hop?tmpl=component&print=1")
    'https://a.vn/tin/12-hop'
    """
    base, mark, query = url.partition("?")
    if _PRINT_PATH.search(base):
        return None
    if not mark or ("pr" not in query.lower() and "in=" not in query.lower()):
        return url
    pairs = query.partition("#")[0].split("&")
    kept = [pair for pair in pairs if not _PRINT.fullmatch(pair)]
    if len(kept) == len(pairs) or all(pair.lower() == "tmpl=component" for pair in pairs if pair not in kept):
        return url
    return f"{base}?{'&'.join(kept)}" if kept else base


def posted_url(url: str, body: bytes) -> str:
    """The URL by which indexes know what was answered to a posted form: method and form become query parameters.

    As pywb does it and the IIPC's guideline "CDX for non-GET requests" describes, blanks as `+`, as its indexers print.
    """
    try:
        query = unquote_plus(body.decode("utf-8"), errors="strict")
    except UnicodeDecodeError:
        query = f"__wb_post_data={base64.b64encode(body).decode()}"
    query = _UNPRINTABLE.sub(lambda match: quote(match[0]), query[:MAX_POSTED_CHARS].replace(" ", "+"))
    return f"{url}{'&' if '?' in url else '?'}__wb_method=POST&{query}"


MAX_POSTED_CHARS = 4_096
"""The guideline's limit for the part of a form that is indexed."""
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")


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
