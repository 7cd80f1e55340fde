"""What WordPress puts into `.entry-content`: the body as its editors left it, and what plugins append."""

from __future__ import annotations

import html
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from source import INLINE, SITE, Block, Credit, Post

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TEXTURE = str.maketrans({"–": "&#8211;", "“": "&#8220;", "”": "&#8221;", "’": "&#8217;", "…": "&#8230;"})
WORD_FONT = "font-size: 14.0pt; font-family: &quot;Times New Roman&quot;,serif; mso-fareast-language: VI; color: black;"
WORD_STYLE = "margin-top: 6.0pt; text-align: justify; text-indent: 1.0cm; line-height: 120%;"
WORD_HEAD = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->"
    '<style><!-- p.MsoNormal {mso-style-parent:""; margin:0cm;} --></style>'
)
WORD_RUN = 37  # characters per span: Word cuts runs at edits, so also inside words
LOCKED_TEXT = "Nội dung này đã được bảo mật. Hãy nhập mật khẩu để xem tiếp:"


def texturise(text: str) -> str:
    """Text as wptexturize writes it: punctuation as numeric entities."""
    return html.escape(text, quote=False).translate(TEXTURE)


def attribute(text: str) -> str:
    """Text inside a quoted attribute."""
    return html.escape(text)


def inline(text: str) -> str:
    """A line with its links and bold words as HTML."""
    parts, at = [], 0
    for found in INLINE.finditer(text):
        parts.append(texturise(text[at : found.start()]))
        label, target, bold = found.groups()
        parts.append(
            f'<a href="{attribute(target)}">{texturise(label)}</a>' if label else f"<strong>{texturise(bold)}</strong>"
        )
        at = found.end()
    return "".join([*parts, texturise(text[at:])])


def upload_url(post: Post, name: str) -> str:
    """Where WordPress keeps an uploaded file: by year and month of the post."""
    return f"{SITE}/wp-content/uploads/{post.published:%Y/%m}/{quote(name)}"


def with_file_urls(post: Post, text: str) -> str:
    """The line with the names of files in its links turned into addresses."""
    return INLINE.sub(
        lambda found: f"[{found[1]}]({upload_url(post, found[2])})" if found[1] and "/" not in found[2] else found[0],
        text,
    )


def image_id(post: Post, name: str) -> int:
    """The attachment id of the post's image: the numbers just below the post's own."""
    names = [block.cells[0] for block in post.of("image")]
    return post.post_id - 1 - names.index(name)


def the_content(post: Post, page: int, appended: str) -> str:
    """The inside of `.entry-content` for page 1, 2, …; `appended` is what plugins add after the text."""
    if "protected" in post.traits:
        return _password_form(post)
    pages = post.pages()
    blocks = [block for block in pages[page - 1] if block.kind != "comment"]
    parts = [WORD_HEAD] if "word" in post.traits else []
    parts += _body(post, blocks, first=page == 1, last=page == len(pages))
    if page == len(pages):
        parts += [_credit(post, credit) for credit in (post.byline, post.cited) if credit and credit.form != "inline"]
    glue = "<br /><br />\n" if "breaks" in post.traits else "\n"
    content = glue.join(parts) + "\n" + appended + _page_links(post, page, len(pages))
    return unicodedata.normalize("NFD", content) if "nfd" in post.traits else content


def _body(post: Post, blocks: Sequence[Block], *, first: bool, last: bool) -> Iterator[str]:
    groups = [(kind, list(members)) for kind, members in groupby(blocks, key=lambda block: block.kind)]
    for kind, members in groups:
        if kind == "item":
            yield _list(post, members)
        elif kind == "row":
            yield _table(post, members)
        else:
            for block in members:
                lead = first and block is blocks[0] and "lead" in post.traits
                ending = _inline_credits(post) if last and block is blocks[-1] else ""
                yield _single(post, block, lead=lead, ending=ending)


def _single(post: Post, block: Block, *, lead: bool, ending: str) -> str:
    if block.kind == "image":
        return _image(post, *block.cells)
    if block.kind == "file":
        return _file(post, *block.cells)
    if "word" in post.traits and block.kind == "paragraph":
        runs = _word_runs(block.text)
        return f'<p class="MsoNormal" style="{WORD_STYLE}">{runs}{ending}<o:p></o:p></p>'
    text = inline(with_file_urls(post, block.text))
    if block.kind == "subhead":
        gutenberg = "gutenberg" in post.traits
        return f'<h2 class="wp-block-heading">{text}</h2>' if gutenberg else f"<h3>{text}</h3>"
    return _paragraph(post, f"<strong>{text}</strong>" if lead else text, ending)


def _paragraph(post: Post, text: str, ending: str) -> str:
    if "gutenberg" in post.traits:
        return f"<p>{text}{ending}</p>"
    if "divs" in post.traits:
        return f'<div style="text-align: justify;">{text}{ending}</div>\n<div style="text-align: justify;">&nbsp;</div>'
    if "breaks" in post.traits:
        return f"{text}{ending}"
    return f'<p style="text-align: justify;">{text}{ending}</p>'


def _word_runs(text: str) -> str:
    """The text cut into spans as Word leaves them; in every third one a space does not break."""
    runs = [texturise(text[at : at + WORD_RUN]) for at in range(0, len(text), WORD_RUN)]
    runs = [run.replace(" ", "&nbsp;", 1) if order % 3 == 2 else run for order, run in enumerate(runs)]
    return "".join(f'<span style="{WORD_FONT}">{run}</span>' for run in runs)


def _list(post: Post, items: list[Block]) -> str:
    lines = "\n".join(f"<li>{inline(with_file_urls(post, item.text))}</li>" for item in items)
    opening = '<ul class="wp-block-list">' if "gutenberg" in post.traits else '<ul style="text-align: justify;">'
    return f"{opening}\n{lines}\n</ul>"


def _table(post: Post, rows: list[Block]) -> str:
    if "gutenberg" in post.traits:
        lines = "".join("<tr>" + "".join(f"<td>{inline(cell)}</td>" for cell in row.cells) + "</tr>" for row in rows)
        return f'<figure class="wp-block-table"><table><tbody>{lines}</tbody></table></figure>'
    cell_style = 'style="border: solid windowtext 1.0pt; padding: 0cm 5.4pt;" valign="top"'
    lines = "\n".join(
        "<tr>\n"
        + "\n".join(f"<td {cell_style}>{inline(with_file_urls(post, cell))}</td>" for cell in row.cells)
        + "\n</tr>"
        for row in rows
    )
    return f'<table style="border-collapse: collapse;" border="1" width="100%">\n<tbody>\n{lines}\n</tbody>\n</table>'


def _image(post: Post, name: str, caption: str = "", style: str = "") -> str:
    number = image_id(post, name)
    size = "large" if style != "centred" else "full"
    picture = _picture(post, name, caption, f"wp-image-{number} size-{size}")
    if "attachment-page" in post.traits:
        target = f"{post.url}{name.rsplit('.', 1)[0]}/"
        picture = f'<a href="{target}" rel="attachment wp-att-{number}">{picture}</a>'
    text = texturise(caption)
    if style == "centred" or not caption:
        words = text if "word" in post.traits else f"<em>{text}</em>"
        below = f'\n<p style="text-align: center;">{words}</p>' if caption else ""
        return f'<p style="text-align: center;">{picture}</p>{below}'
    if "gutenberg" in post.traits:
        figcaption = f'<figcaption class="wp-element-caption">{text}</figcaption>'
        return f'<figure class="wp-block-image aligncenter size-large">{picture}{figcaption}</figure>'
    return (
        f'<div id="attachment_{number}" style="width: 650px" class="wp-caption aligncenter">{picture}'
        f'<p id="caption-attachment-{number}" class="wp-caption-text">{text}</p></div>'
    )


def _picture(post: Post, name: str, caption: str, classes: str) -> str:
    url = upload_url(post, name)
    small = url.replace(".jpg", "-300x200.jpg")
    return (
        f'<img decoding="async" class="{classes}" src="{url}" alt="{attribute(caption)}" width="640" height="427" '
        f'srcset="{url} 640w, {small} 300w" sizes="(max-width: 640px) 100vw, 640px" />'
    )


def _file(post: Post, name: str, label: str) -> str:
    url = upload_url(post, name)
    return (
        f'<div class="wp-block-file"><a href="{url}">{texturise(label)}</a>'
        f'<a href="{url}" class="wp-block-file__button wp-element-button" download>Tải về</a></div>'
    )


def _credit(post: Post, credit: Credit) -> str:
    text = texturise(credit.text)
    if "breaks" in post.traits:
        return f"<strong>{text}</strong>"
    return {
        "right": f'<p style="text-align: right;"><strong>{text}</strong></p>',
        "italic": f'<p style="text-align: right;"><em>{text}</em></p>',
        "block": f'<p class="has-text-align-right"><strong>{text}</strong></p>',
        "plain": f"<p>{text}</p>",
    }[credit.form]


def _inline_credits(post: Post) -> str:
    credits_ = [credit for credit in (post.byline, post.cited) if credit and credit.form == "inline"]
    return "".join(f" <strong>{texturise(credit.text)}</strong>" for credit in credits_)


def _page_links(post: Post, page: int, count: int) -> str:
    if count == 1:
        return ""
    numbers = range(1, count + 1)
    links = " ".join(
        f'<span class="post-page-numbers current" aria-current="page">{number}</span>'
        if number == page
        else f'<a href="{page_url(post, number)}" class="post-page-numbers">{number}</a>'
        for number in numbers
    )
    return f'<div class="page-links">Trang: {links}</div>\n'


def page_url(post: Post, page: int) -> str:
    """The address of page 1, 2, … of an article."""
    return post.url if page == 1 else f"{post.url}{page}/"


def _password_form(post: Post) -> str:
    box = f"pwbox-{post.post_id}"
    return (
        f'<form action="{SITE}/wp-login.php?action=postpass" class="post-password-form" method="post">'
        f"<p>{LOCKED_TEXT}</p>\n"
        f'<p><label for="{box}">Mật khẩu: <input name="post_password" id="{box}" type="password" spellcheck="false"'
        ' size="20" /></label> <input type="submit" name="Submit" value="Nhập" /></p></form>\n'
    )
