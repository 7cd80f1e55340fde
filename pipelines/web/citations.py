"""How an article is cited: in plain text, as BibTeX, and as RIS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.items import Article

_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {sign: f"\\{sign}" for sign in "&%$#_{}"}
_SPECIAL = re.compile("[" + re.escape("".join(_TEX)) + "]")
_URL_SPECIAL = re.compile(r"[{}\\]")


def plain(article: Article, publisher: str, address: str) -> str:
    """One line: authors, title, publisher, when, where; and where and when it was captured."""
    when = f"{article.published_at:%Y-%m-%d}" if article.published_at else "n.d"
    start = f"{'; '.join(article.authors)}. " if article.authors else ""
    title = article.title.rstrip()
    stop = "" if title.endswith((".", "?", "!", "…")) else "."
    kept = f" Captured {article.captured_at:%Y-%m-%d %H:%M} UTC" if article.captured_at else " Kept"
    record = f", record {article.warc_digest}" if article.warc_digest else ""
    return f"{start}“{title}”{stop} {publisher}, {when}. {article.url}.{kept}, Lưu Tin, {address}{record}."


def bibtex(article: Article, publisher: str, address: str) -> str:
    """An `@online` entry (biblatex; BibTeX styles that lack it take it for `@misc`)."""
    fields = {
        "author": " and ".join(f"{{{tex(name)}}}" for name in article.authors),
        "title": f"{{{tex(article.title)}}}",
        "date": f"{article.published_at:%Y-%m-%d}" if article.published_at else "",
        "year": f"{article.published_at:%Y}" if article.published_at else "",
        "organization": f"{{{tex(publisher)}}}",
        "url": _URL_SPECIAL.sub("", article.url),
        "urldate": f"{article.captured_at:%Y-%m-%d}" if article.captured_at else "",
        "langid": "vietnamese" if article.language == "vi" else "",
        "note": tex(f"Kept by Lưu Tin: {address}" + (f", {article.warc_digest}" if article.warc_digest else "")),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@online{{luutin-{article.id},\n{lines}}}\n"


def ris(article: Article, publisher: str, address: str) -> str:
    """A record of type NEWS (https://en.wikipedia.org/wiki/RIS_(file_format))."""
    lines = [("TY", "NEWS"), *(("AU", name) for name in article.authors), ("TI", article.title), ("T2", publisher)]
    if article.published_at:
        lines += [("PY", f"{article.published_at:%Y}"), ("DA", f"{article.published_at:%Y/%m/%d}")]
    lines += [("UR", article.url), ("L2", address), ("ID", article.id), ("LA", article.language)]
    lines += [("KW", tag) for tag in article.tags]
    if article.captured_at:
        lines.append(("Y2", f"{article.captured_at:%Y/%m/%d}"))
    if article.warc_digest:
        lines.append(("N1", article.warc_digest))
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in [*lines, ("ER", "")])


def tex(text: str) -> str:
    return _SPECIAL.sub(lambda match: _TEX[match[0]], text)
