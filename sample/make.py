"""Builds the bundled sample: `sample.wacz`, a small invented portal, and `expected.jsonl`, the truth about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from captures import crawl
from content import upload_url
from pack import write_wacz
from source import INLINE, SITE, Post, load, plain

HERE = Path(__file__).resolve().parent
BODY_KINDS = {"paragraph", "subhead", "item", "row"}


def main() -> None:
    """Write both files beside this script; the same sources give the same bytes."""
    posts = load(HERE / "articles")
    write_wacz(crawl(posts), HERE / "sample.wacz")
    lines = (json.dumps(truth(post), ensure_ascii=False) for post in posts)
    (HERE / "expected.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def truth(post: Post) -> dict[str, Any]:
    """What a perfect reader would keep of the article: the newest version, NFC, in the archive's terms."""
    body = _body(post)
    lead = body.pop(0) if "lead" in post.traits else None
    return {
        "url": post.url,
        "title": plain(post.title),
        "published": post.published.isoformat(),
        "modified": post.modified.isoformat() if post.modified != post.published else None,
        "authors": list(post.byline.names) if post.byline else [],
        "cited_source": post.cited.names[0] if post.cited else None,
        "section": post.sections[0],
        "tags": list(post.tags),
        "lead": lead,
        "body": body,
        "captions": [block.cells[1] for block in post.of("image") if len(block.cells) > 1],
        "attachments": _attachments(post),
        "kind": _kind(post),
        "duplicate_of": f"{SITE}/{post.repost_of}/" if post.repost_of else None,
        "versions": 2 if post.first_version else 1,
    }


def _body(post: Post) -> list[str]:
    if "protected" in post.traits:
        return []
    lines = []
    for block in post.blocks:
        if block.kind == "item":
            lines.append(f"- {plain(block.text)}")
        elif block.kind == "row":
            lines.append(" | ".join(plain(cell) for cell in block.cells))
        elif block.kind in BODY_KINDS:
            lines.append(plain(block.text))
    return lines


def _attachments(post: Post) -> list[str]:
    if "protected" in post.traits:
        return []
    names: list[str] = []
    for block in post.blocks:
        linked = [found[2] for found in INLINE.finditer(block.text) if found[2]]
        names += [block.cells[0]] if block.kind == "file" else [name for name in linked if "/" not in name]
    return [upload_url(post, name) for name in names]


def _kind(post: Post) -> str:
    if post.repost_of:
        return "repost"
    if post.first_version:
        return "edited"
    return next((trait for trait in ("series", "protected") if trait in post.traits), "original")


if __name__ == "__main__":
    main()
