"""Images of an article with their captions and credits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.parse.media import image_url, resolver
from crawler.parse.tail import has_end_mark
from crawler.parse.text import fold, squeeze
from pipelines.items import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.parse.blocks import Block, Frame
    from crawler.parse.layout import Layout
    from crawler.parse.page import Page

MAX_PLAIN_CAPTION_CHARS = 320
MAX_GALLERY_HEADING_CHARS = 80
MAX_PICTURE_TABLE_BLOCKS = 2
"""An image and its caption, where a table holds nothing else."""

_CREDIT = re.compile(
    r"(?:^|[\s.(–-])\(?(?:(?:nguồn )?(?:ảnh|hình)(?: minh họa)?|photo)\s*:\s*([^:]{2,60}?)\)?\.?$", re.IGNORECASE
)
_SIZE = re.compile(r"-\d+x\d+(?=\.\w+$)")
_CAPTION_CLASSES = ("wp-caption-text", "wp-element-caption")
_NAMED = re.compile(r"\(?(?:ảnh|trong ảnh|ảnh minh họa|hình|chú thích ảnh|photo)\b\s*[:.\d(]?", re.IGNORECASE)


def mark(blocks: Sequence[Block]) -> None:
    """Make captions of the plain paragraphs that follow an image as its caption (`kind` is changed in place)."""
    paragraphs = [block for block in blocks if block.kind == "p"]
    centred = sum(block.align == "center" for block in paragraphs) * 2 > len(paragraphs) > 3
    before: Block | None = None
    for at, block in enumerate(blocks):
        if block.kind == "p" and before is not None and _is_caption(block, before, centred=centred):
            block.kind = "caption"
        before = block if block.kind == "image" else None
        if block.kind == "caption" and at + 1 < len(blocks) and blocks[at + 1].kind == "p":
            before = None


def _is_caption(block: Block, image: Block, *, centred: bool) -> bool:
    text = block.text
    if not text or len(text) > MAX_PLAIN_CAPTION_CHARS or has_end_mark(text) or block.files:
        return False
    assert image.picture is not None
    alt = fold(image.picture.alt)
    if alt and fold(text) == alt:
        return True
    if block.frame is image.frame and block.frame.tag in ("figure", "td", "tr", "table", "dt", "dd"):
        return True
    table = _table_of(image)
    if table is not None and table.end - table.start <= MAX_PICTURE_TABLE_BLOCKS and table is _table_of(block):
        return True
    if block.italic or _NAMED.match(text):
        return True
    return block.align == "center" and not block.bold and not centred


def _table_of(block: Block) -> Frame | None:
    frame: Frame | None = block.frame
    while frame is not None and frame.tag != "table":
        frame = frame.parent
    return frame


def collect(blocks: Sequence[Block]) -> list[Image]:
    """The images in order, each with the caption that follows it (or precedes it within one figure)."""
    images: list[Image] = []
    owners: list[Block] = []
    waiting: Block | None = None
    for block in blocks:
        if block.kind == "image" and block.picture is not None and block.picture.url:
            image = Image(url=block.picture.url)
            if waiting is not None and _one_figure(waiting, block):
                image.caption, image.credit = split_credit(waiting.text)
            waiting = None
            images.append(image)
            owners.append(block)
        elif block.kind == "caption":
            if images and images[-1].caption is None and images[-1].credit is None:
                images[-1].caption, images[-1].credit = split_credit(block.text)
            else:
                waiting = block
        elif block.kind != "image":
            waiting = None
    return _once(images)


def with_featured(images: list[Image], page: Page, layout: Layout | None) -> list[Image]:
    """The images with those that stand above the body in front; one that comes again in another size is one."""
    if layout is None:
        return images
    known = {_SIZE.sub("", image.url) for image in images}
    resolve = resolver(page.base_url)
    featured = []
    for element, _ in layout.find("featured", page.index):
        texts = [part for name in _CAPTION_CLASSES for part in element.find_class(name)] or list(
            element.iter("figcaption")
        )
        for picture in element.iter("img"):
            url = resolve(image_url(picture) or "")
            if not url or _SIZE.sub("", url) in known:
                continue
            known.add(_SIZE.sub("", url))
            caption, credit = split_credit(squeeze(texts[0].text_content())) if texts else (None, None)
            featured.append(Image(url, caption, credit))
    return featured + images


def _one_figure(caption: Block, image: Block) -> bool:
    figure = image.frame
    while figure.parent is not None and figure.tag != "figure":
        figure = figure.parent
    return figure.tag == "figure" and caption.frame.inside(figure)


def _once(images: list[Image]) -> list[Image]:
    """Each URL once; a caption is taken from whichever copy has one."""
    found: dict[str, Image] = {}
    for image in images:
        known = found.setdefault(image.url, image)
        if known.caption is None and image.caption is not None:
            known.caption, known.credit = image.caption, image.credit
    return list(found.values())


def split_credit(text: str) -> tuple[str | None, str | None]:
    """A caption and the credit that closes it: `Quang cảnh hội nghị. Ảnh: M.H`."""
    text = " ".join(text.split())
    match = _CREDIT.search(text)
    if match is None:
        return text or None, None
    caption = text[: match.start()].rstrip(" -–(") + (text[match.start()] if text[match.start()] == "." else "")
    return caption.strip() or None, match[1].strip()


def is_gallery_heading(block: Block, following: Sequence[Block]) -> bool:
    """`Một số hình ảnh:`: a short line after the article's end with nothing but images under it."""
    if len(block.text) > MAX_GALLERY_HEADING_CHARS or not following or following[0].kind != "image":
        return False
    return block.text.endswith(":") or "ảnh" in block.text.casefold() or block.kind == "h" or block.bold
