"""The invented articles as text files: a header, an empty line, then one block of the body per line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

HANOI = timezone(timedelta(hours=7))
SITE = "https://sokhdt.tanson.example"
SECTIONS = {  # label as shown -> slug and category id
    "Hoạt động của Sở": ("hoat-dong-cua-so", 4),
    "Thông báo": ("thong-bao", 5),
    "Tin tức – Sự kiện": ("tin-tuc-su-kien", 2),
    "Văn bản": ("van-ban", 6),
}
ACCOUNTS = {"bientap": "Ban Biên tập", "admin": "admin", "quantri": "quantri", "vanphong": "Văn phòng Sở"}
TRAITS = frozenset({"gutenberg", "word", "divs", "breaks", "lead", "nfd", "protected", "series", "attachment-page"})
MARKS: dict[str, Kind] = {"## ": "subhead", "- ": "item", "| ": "row", "! ": "image", "@ ": "file", "~ ": "comment"}
PAGE_BREAK = "=== trang ==="
INLINE = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)|\*\*([^*]+)\*\*")

Kind = Literal["paragraph", "subhead", "item", "row", "image", "file", "comment", "page"]


class BadSource(ValueError):
    """An article file that cannot be read: the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its text, or its cells (table row; image: file, caption, style; file: name, label)."""

    kind: Kind
    text: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """A byline or source line: where it stands, the words printed, and the names they give."""

    form: str
    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One article, one version; times are aware (+07:00)."""

    title: str
    slug: str
    published: datetime
    modified: datetime
    sections: tuple[str, ...]
    account: str
    byline: Credit | None = None
    cited: Credit | None = None
    tags: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()
    old_slug: str | None = None
    repost_of: str | None = None
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    first_version: Post | None = None
    post_id: int = 0

    @property
    def url(self) -> str:
        """The permalink."""
        return f"{SITE}/{self.slug}/"

    @property
    def shown_title(self) -> str:
        """The title as the site prints it: marked when protected, decomposed where it was typed so."""
        title = f"Bảo vệ: {self.title}" if "protected" in self.traits else self.title
        return unicodedata.normalize("NFD", title) if "nfd" in self.traits else title

    def of(self, kind: Kind) -> list[Block]:
        """The blocks of one kind."""
        return [block for block in self.blocks if block.kind == kind]

    def pages(self) -> list[list[Block]]:
        """The blocks of each page (`<!--nextpage-->` cuts)."""
        pages: list[list[Block]] = [[]]
        for block in self.blocks:
            if block.kind == "page":
                pages.append([])
            else:
                pages[-1].append(block)
        return pages

    def as_of(self, now: datetime) -> Post:
        """The version that stood at that time."""
        return self.first_version if self.first_version and now < self.modified else self


def plain(text: str) -> str:
    """The words of a line without its marks: NFC, single spaces."""
    words = INLINE.sub(lambda found: found[1] or found[3], text)
    return unicodedata.normalize("NFC", " ".join(words.split()))


def load(folder: Path) -> list[Post]:
    """All articles of the folder, newest first, with ids in order of publication."""
    read = {path.name: _read(path) for path in sorted(folder.glob("*.txt")) if not path.stem.endswith(".first")}
    posts = []
    for name, post in read.items():
        first = folder / name.replace(".txt", ".first.txt")
        if first.exists():
            post = replace(post, first_version=_read(first))
        posts.append(post)
    by_slug = {post.slug: post for post in posts}
    posts = [_with_text_of(by_slug[post.repost_of], post) if post.repost_of else post for post in posts]
    posts.sort(key=lambda post: post.published)
    return [_numbered(post, 120 + 13 * order) for order, post in enumerate(posts)][::-1]


def _numbered(post: Post, post_id: int) -> Post:
    first = post.first_version and replace(post.first_version, post_id=post_id)
    return replace(post, post_id=post_id, first_version=first)


def _with_text_of(original: Post, post: Post) -> Post:
    """A repost: the original's words under another slug, section and date."""
    return replace(
        original,
        slug=post.slug,
        published=post.published,
        modified=post.modified,
        sections=post.sections,
        account=post.account,
        repost_of=original.slug,
        blocks=tuple(block for block in original.blocks if block.kind != "comment"),
        tags=post.tags,
    )


def _read(path: Path) -> Post:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    header = dict(line.split(": ", 1) for line in head.splitlines())
    try:
        return _post(path, header, tuple(_block(line) for line in body.splitlines() if line.strip()))
    except (KeyError, ValueError) as problem:
        raise BadSource(f"{path}: {problem!r}; mend the header or the line") from problem


def _post(path: Path, header: dict[str, str], blocks: tuple[Block, ...]) -> Post:
    published = _time(header.pop("date"))
    modified = _time(header.pop("modified")) if "modified" in header else published
    post = Post(
        title=header.pop("title", ""),
        slug=re.sub(r"^\d+-|\.first$", "", path.stem),
        published=published,
        modified=modified,
        sections=_names(header.pop("section")),
        account=header.pop("account"),
        byline=_credit(header.pop("byline", "")),
        cited=_credit(header.pop("source", "")),
        tags=_names(header.pop("tags", "")),
        traits=frozenset(header.pop("traits", "").split()),
        old_slug=header.pop("old-slug", None),
        repost_of=header.pop("repost-of", None),
        blocks=blocks,
    )
    unknown = [*header, *(post.traits - TRAITS), *(set(post.sections) - set(SECTIONS))]
    if unknown:
        raise ValueError(f"unknown {unknown}")
    return post


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=HANOI)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(";") if name.strip())


def _credit(text: str) -> Credit | None:
    """`form | words printed => name; name` (without `=>` the words are the name)."""
    if not text:
        return None
    form, _, words = text.partition(" | ")
    printed, _, names = words.partition(" => ")
    return Credit(form, printed, _names(names or printed))


def _block(line: str) -> Block:
    if line == PAGE_BREAK:
        return Block("page", "")
    kind = MARKS.get(line[:2]) or MARKS.get(line[:3])
    if kind is None:
        return Block("paragraph", line)
    text = line.split(" ", 1)[1]
    cells = tuple(cell.strip() for cell in text.strip("| ").split(" | ")) if kind not in {"item", "subhead"} else ()
    return Block(kind, text, cells)
