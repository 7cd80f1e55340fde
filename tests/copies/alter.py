"""Ways in which one department's text comes back at another: what a copy looks like, numbers apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random

from copies.articles import Text, Writer, syllables
from copies.words import split

MIN_PIECE_SYLLABLES = 60  # of less no reader could say whose it is
LIGHT_EDITS = 3
HEAVY_SHARES = 0.08, 0.15  # of the words

_TONES = "òa oà óa oá ỏa oả õa oã ọa oạ òe oè óe oé ỏe oẻ õe oẽ ọe oẹ ùy uỳ úy uý ủy uỷ ũy uỹ ụy uỵ"
_OLD, _NEW = split(_TONES)[::2], split(_TONES)[1::2]
_TO_NEW = {
    write(old): write(new)
    for old, new in zip(_OLD, _NEW, strict=True)
    for write in (str.lower, str.capitalize, str.upper)  # thúy, Ủy, HÒA
}
_OLD_TONES = re.compile(rf"(?<![qQ])(?:{'|'.join(_TO_NEW)})\b")

SYNONYMS = {
    "hiện": "nay", "nhiều": "không ít", "giúp": "hỗ trợ", "mong": "ước", "làm": "thực hiện", "được": "đã được",
    "phải": "cần", "trong": "ở trong", "nhất": "hơn cả", "nên": "vì thế", "cùng": "và", "sẽ": "sắp", "đã": "vừa",
    "còn": "vẫn còn", "mỗi": "từng", "người": "bà con", "tại": "ở", "với": "cùng", "để": "nhằm", "sau": "qua",
}  # fmt: skip
SPARE = split(
    "cũng lại đang vẫn rất thêm nữa dần luôn chung riêng kịp thời chính thức cơ bản nhanh gọn tích cực chủ động ngày "
    "càng trước đây hiện nay thường xuyên cụ thể đặc biệt phần lớn toàn diện tương đối hợp lý phù hợp bước đầu"
)
MENUS = (
    "Trang chủ\nGiới thiệu\nTin tức – Sự kiện\nVăn bản chỉ đạo\nThủ tục hành chính\nLiên hệ\nSơ đồ cổng",
    "Đăng nhập | Tiếng Việt | English\nChính quyền\nCông dân\nDoanh nghiệp\nDu khách\nHỏi đáp\nLịch tiếp công dân",
    "Bạn đang ở: Trang chủ » Tin hoạt động » Chi tiết tin\nCỡ chữ: A- A A+\nIn bài viết\nGửi cho bạn bè",
    "Thư viện ảnh\nVideo clip\nThống kê truy cập\nĐang trực tuyến: 37\nHôm nay: 1.204\nTổng lượt: 5.310.772",
    "Các bài viết khác\nThông báo nghỉ lễ Quốc khánh\nLấy ý kiến góp ý dự thảo nghị quyết\nMời họp báo quý III",
    "Bản quyền thuộc Cổng thông tin điện tử\nTrưởng ban biên tập: Chánh Văn phòng\nGhi rõ nguồn khi phát hành lại",
)
SOURCES = (
    "Báo Dân tộc vùng cao", "Đài Phát thanh và Truyền hình tỉnh", "Cổng TTĐT huyện", "TTXVN", "Trang tin ngành",
    "Báo Nhân dân cuối tuần", "Bản tin Mặt trận", "Tạp chí Cộng tác viên",
)  # fmt: skip
ABBREVIATIONS = (
    ("Ủy ban nhân dân", "UBND"), ("Hội đồng nhân dân", "HĐND"), ("thành phố", "TP."), ("hợp tác xã", "HTX"),
    ("Mặt trận Tổ quốc", "MTTQ"), ("Hợp tác xã", "HTX"), ("bảo hiểm y tế", "BHYT"), ("thị trấn", "TT."),
    ("bảo hiểm xã hội", "BHXH"), ("trung học cơ sở", "THCS"), ("Kế hoạch", "KH"), ("Quyết định", "QĐ"),
    ("Trung học phổ thông", "THPT"), ("văn bản", "VB"),
)  # fmt: skip
# Each a pattern and what stands in its place.
OTHER_SPACES = (
    (r"(?<=,) ", "  "), (r"(?<=\d) (?=\w)", "\u00a0"), (r"(?<=\w)([,;:])", r" \1"), (r"\n", " "),
    (r"(?<=\.) ", "\n\n"), (r"(?<=xã) ", "\u200b "), (r"(?<=\d)%", " %"), (r"^", "\t"),
)  # fmt: skip

Altering = Callable[[Text, Random, Writer], Text]


def identical(text: Text, rng: Random, writer: Writer) -> Text:
    return text


def nfd(text: Text, rng: Random, writer: Writer) -> Text:
    """Decomposed, as some file systems and editors leave it."""
    return text.but(
        **{field: unicodedata.normalize("NFD", getattr(text, field)) for field in ("title", "byline", "text")}
    )


def new_tones(said: str) -> str:
    """hòa, thúy, khỏe as hoà, thuý, khoẻ; "quý" is the same in both ways of writing."""
    return _OLD_TONES.sub(lambda found: _TO_NEW[found[0]], said)


def tone(text: Text, rng: Random, writer: Writer) -> Text:
    return text.but(title=new_tones(text.title), text=new_tones(text.text), byline=new_tones(text.byline))


def upper_title(text: Text, rng: Random, writer: Writer) -> Text:
    return text.but(title=text.title.upper())


def upper_all(text: Text, rng: Random, writer: Writer) -> Text:
    return text.but(title=text.title.upper(), text=text.text.upper())


def eth(text: Text, rng: Random, writer: Writer) -> Text:
    """The Icelandic letter for the Vietnamese one, as old converters wrote it; half of them in capitals throughout."""
    if rng.random() < 0.5:
        text = upper_all(text, rng, writer)
    return text.but(title=text.title.replace("Đ", "Ð"), text=text.text.replace("Đ", "Ð"))


def spaces(text: Text, rng: Random, writer: Writer) -> Text:
    """Other white space: doubled, unbreakable, before punctuation, lines joined or parted, invisible."""
    said = text.text
    for pattern, other in rng.sample(OTHER_SPACES, 3):
        said = re.sub(pattern, other, said)
    return text.but(text=said)


def punctuation(text: Text, rng: Random, writer: Writer) -> Text:
    """Other dashes, quotation marks, colons and ends."""
    said = text.text.replace(" – ", rng.choice((" - ", " — ", "-"))).replace(": ", rng.choice((" : ", " – ", ": “")))
    said = said.replace("; ", rng.choice((", ", ". ", " ; "))).replace("\n", rng.choice(("\n- ", "\n+ ", "\n")))
    return text.but(text=said.rstrip(".") + rng.choice(("./.", "...", "…", "", ".”")), title=f"“{text.title}”")


def headline(text: Text, rng: Random, writer: Writer) -> Text:
    title = (
        writer.title()
        if rng.random() < 0.7
        else f"{rng.choice(('Tin vắn', 'Ghi nhanh', 'Huyện nhà'))}: {text.title.lower()}"
    )
    return text.but(title=title)


def byline(text: Text, rng: Random, writer: Writer) -> Text:
    """With a dateline, a source or another author."""
    source, said = rng.choice(SOURCES), text.text
    if rng.random() < 0.6:
        said = rng.choice((f"({source}) - ", f"{source.upper()} – ", f"({source}) ")) + said
    if rng.random() < 0.5:
        said += rng.choice((f"\nTheo {source}", f"\nNguồn: {source}", f"\n({source})"))
    return text.but(text=said, byline=rng.choice(("", f"Theo {source}", "Ban biên tập", "BBT (sưu tầm)")))


def _plain(word: str) -> bool:
    return word.islower() and word.isalpha()


def _replaced(word: str, rng: Random) -> str:
    return SYNONYMS.get(word) or rng.choice(SPARE)


def edit_small(text: Text, rng: Random, writer: Writer) -> Text:
    """One to three words replaced, dropped or inserted; never a name nor a number."""
    tokens = text.text.split(" ")
    places = [place for place, word in enumerate(tokens) if _plain(word)]
    for place in sorted(rng.sample(places, rng.randint(1, LIGHT_EDITS)), reverse=True):
        _edit(tokens, place, rng)
    return text.but(text=" ".join(tokens))


def _edit(tokens: list[str], place: int, rng: Random) -> None:
    way = rng.random()
    if way < 0.5:
        tokens[place] = _replaced(tokens[place], rng)
    elif way < 0.75:
        del tokens[place]
    else:
        tokens.insert(place, rng.choice(SPARE))


def edit_heavy(text: Text, rng: Random, writer: Writer) -> Text:
    """8 to 15 % of the words replaced, dropped or inserted; in half of them a sentence dropped or moved as well."""
    tokens = text.text.split(" ")
    places = [place for place, word in enumerate(tokens) if _plain(word)]
    count = min(len(places), int(len(tokens) * rng.uniform(*HEAVY_SHARES)))
    for place in sorted(rng.sample(places, count), reverse=True):
        _edit(tokens, place, rng)
    edited = text.but(text=" ".join(tokens))
    return rng.choice((identical, identical, sentence_dropped, sentence_moved))(edited, rng, writer)


def _sentences(said: str) -> list[str]:
    return re.split(r"(?<=\.)(?=[ \n])", said)


def sentence_dropped(text: Text, rng: Random, writer: Writer) -> Text:
    sentences = _sentences(text.text)
    if len(sentences) > 4:
        del sentences[rng.randrange(1, len(sentences))]
    return text.but(text="".join(sentences))


def sentence_moved(text: Text, rng: Random, writer: Writer) -> Text:
    sentences = _sentences(text.text)
    moved = sentences.pop(rng.randrange(1, len(sentences))) if len(sentences) > 2 else ""
    sentences.insert(rng.randrange(1, len(sentences) + 1), moved)
    return text.but(text="".join(sentences))


def reorder(text: Text, rng: Random, writer: Writer) -> Text:
    """Paragraphs in another order."""
    paragraphs = text.text.split("\n")
    rng.shuffle(paragraphs)
    return text.but(text="\n".join(paragraphs))


def cut(share: float, *, middle: bool = False) -> Altering:
    """Only `share` of the words, from the start or from the middle; mostly whole sentences."""

    def altering(text: Text, rng: Random, writer: Writer) -> Text:
        tokens = text.text.split(" ")
        kept = max(MIN_PIECE_SYLLABLES, int(len(tokens) * share))
        start = rng.randint(1, max(1, len(tokens) - kept)) if middle else 0
        said = " ".join(tokens[start : start + kept])
        if rng.random() < 0.6:
            ends = said.rfind(".", int(len(said) * 0.85))
            return text.but(text=said[: ends + 1] if ends > 0 else said)
        return text.but(text=said + rng.choice(("...", "…", " [...]")))

    return altering


def excerpt_lead(text: Text, rng: Random, writer: Writer) -> Text:
    """A new lead, then a third to two thirds of the text."""
    middle = rng.random() < 0.5
    piece = cut(rng.uniform(0.35, 0.65), middle=middle)(text, rng, writer)
    return piece.but(text=writer.lead() + "\n" + piece.text, title=writer.title())


def extended(text: Text, rng: Random, writer: Writer) -> Text:
    """With one to three paragraphs more, behind or before the last."""
    more, paragraphs = writer.paragraphs(rng.randint(1, 3)), text.text.split("\n")
    place = len(paragraphs) if rng.random() < 0.7 else max(1, len(paragraphs) - 1)
    return text.but(text="\n".join(paragraphs[:place] + more + paragraphs[place:]))


def boiler(text: Text, rng: Random, writer: Writer) -> Text:
    """With the portal's menu before it, behind it or both."""
    first, last = rng.sample(MENUS, 2)
    where = rng.randrange(3)
    return text.but(text=(first + "\n" if where != 1 else "") + text.text + ("\n" + last if where != 0 else ""))


def abbr(text: Text, rng: Random, writer: Writer) -> Text:
    """Abbreviations spelled out where there are any, long names abbreviated where not."""
    said = text.text
    for whole, short in ABBREVIATIONS:
        if short in ("UBND", "HĐND", "HTX") and short in said:
            said = re.sub(rf"(?<![/-])\b{short}\b(?!-)", whole, said)
        else:
            said = said.replace(whole, short)
    return text.but(text=said)


def merged(text: Text, rng: Random, writer: Writer) -> Text:
    """In one bulletin with another article that is found nowhere else."""
    other = writer.article(min(syllables(text.text), 400))
    pieces = [text.text, other.text]
    rng.shuffle(pieces)
    return text.but(
        text=f"\n{rng.choice(('* * *', '---', 'Tin khác:'))}\n".join(pieces), title=f"Bản tin tổng hợp: {text.title}"
    )


COPIES: dict[str, Altering] = {
    "identical": identical, "nfd": nfd, "tone": tone, "upper_title": upper_title, "upper_all": upper_all, "eth": eth,
    "spaces": spaces, "punctuation": punctuation, "headline": headline, "byline": byline, "edit_small": edit_small,
    "edit_heavy": edit_heavy, "sentence_dropped": sentence_dropped, "sentence_moved": sentence_moved,
    "reorder": reorder, "cut70": cut(0.7), "cut50": cut(0.5), "cut30": cut(0.3), "middle50": cut(0.5, middle=True),
    "middle30": cut(0.3, middle=True), "excerpt_lead": excerpt_lead, "extended": extended, "boiler": boiler,
    "abbr": abbr, "merged": merged,
}  # fmt: skip
# What a copy of a bulletin may be: what tells it from its siblings, names and numbers, stays whole.
REPOSTS = ("identical", "nfd", "tone", "upper_all", "eth", "spaces", "byline", "edit_small", "boiler", "headline")
