"""The end of a Vietnamese article: end mark, byline, cited source and photo credit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TAIL_CHARS: Final = 140
MAX_BYLINE_CHARS: Final = 300
MAX_NAME_SYLLABLES: Final = 5
MAX_SOURCE_WORDS: Final = 14
MAX_PEN_NAME_SYLLABLES: Final = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


# Family names, those of the northern highlands' peoples included: what tells a name from a title-cased heading.
_FAMILY: Final = _words("""
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý lí đào đoàn vương trịnh trương đinh lâm
    phùng mai tô hà tạ thái lương lưu tăng cao chu châu doãn đàm giang hứa khổng kiều kim la lại lã lữ lục mạc
    nghiêm nông ninh ôn phó phương quách quản sầm tiêu tôn tống thân thạch thang triệu trang ứng văn vi viên âu
    ân bạch bàn bế cầm cù cung cự dư giáp giàng hạ hầu hoa hờ khuất khúc khương lầu lò lô lộc mông lường ma mã mùa mùi
    ngân nghị nhâm nhữ quàng sùng tẩn thào thèn thẩm thiều tòng tráng tưởng ty vàng vừ xa""")
# Syllables of given and pen names. Two of them make a byline; a syllable outside counts only where the page marks it.
_GIVEN: Final = _words("""
    an anh ánh ân ấn bá bách bảo bằng băng bích bình bính cảnh cát chánh chi chí chiến chinh chính chung chương
    cúc cường cương danh diễm diên diễn diệp diệu dinh doan doanh du dũng dung duy duyên dương đan đài đại đạo đạt
    đăng đề đệ điền điệp đình định đoan đô đông đồng đức gấm gia giao hải hân hằng hạnh hảo hào hậu hiên hiến hiền
    hiển hiếu hiệp hiệu hòa hoà hoài hoan hoàn hoạt hồng huân huấn huệ huế hùng hưng hương hường hướng hữu huy
    huyên huyền hy khá khải khang khánh khiêm khiết khoa khôi khuê khuyên kha khương kiên kiệt kỳ lam lan lân lành
    lệ liên liễu linh loan lợi long luân lụa lực lượng luyến luyện ly mạnh mẫn mậu mến mi miên minh mơ mỹ my nam
    nga ngà nghi nghĩa ngoan ngọc nguyên nguyệt nhã nhàn nhân nhạn nhật nhi nhiên nho nhu nhung như nhuận nữ oanh
    phát phi phong phú phúc phụng phượng phước quân quang quảng quế quốc quý quyên quyền quyết quỳnh sa san sang
    sáng sâm sen sinh song sơn sương tài tâm tân tấn thắm thăng thắng thanh thành thảo thạo thế thi thị thiên
    thiện thiết thiệu thịnh thơ thọ thoa thoan thơm thông thu thuần thuận thuật thục thùy thuỳ thúy thuý thủy thuỷ
    thư thương thường tiến tiên tiệp tín tình tính toàn toán toản tố trà trâm trân tri trí triết triển trinh trọng
    trúc trung trường tú tuân tuấn tuệ tùng tường tuyên tuyến tuyền tuyết tư tứ tươi uyên vân vạn việt vinh vĩnh
    vịnh vọng vui vượng vy xuân xuyến ý yên yến khởi đẩu cừ chúc dậu dần sửu mão thìn tỵ ngọ hợi tuất biên chuẩn
    chỉnh cẩm cẩn chất diệm đắc đính đôn đoạt hạc hỷ kính lãm lăng liêm lĩnh mây ngữ pha phấn phẩm quyến siêu sĩ
    sỹ soạn sử tảo thao thiêm thỏa thoả thuyên thưởng toại trai trầm trị tước ước uy uyển viễn vĩ xoan xuyên""")
# Syllables of headings, menus and office titles that stand in no name, however they are capitalised.
_NEVER_NAME: Final = _words("""
    và của các những về tại trong được không là có cho với này đó khi đã sẽ đang bị theo trên dưới ngoài trước sau
    kết quả luận tin bài viết ảnh nơi nhận mục chuyên ngày tháng số điều khoản kế hoạch nghiệp thôn sở huyện xã
    tỉnh phố phường trấn đảng ủy uỷ sự động thể dục giáo kinh tế pháp sách thống kê nội dự khai nhiệm giải khó
    khăn hạn chế kiến tổ chức thực vụ chỉ lãnh tác báo cáo khen dụng thầu mời bản trữ khóa khoá tạo điểm hệ quan
    xem thêm chủ đọc chia sẻ trở hỏi đáp nhập tìm kiếm giới tổng hợp sưu phủ nước đất môi dịch học trình đơn vị án
    phụ biểu mẫu liệu lịch bầu cử tiếp mới nhất nhiều khác hotline email video facebook zalo hết cảm ơn chào""")
# Between a family name and any syllable they make a name: `Ma Văn Chức`.
_MIDDLE: Final = frozenset({"văn", "thị"})
# Two-syllable words both of whose syllables also stand in names; provinces, cities, subjects of headings.
_NOT_NAMES: Final = _phrases("""
    việt nam, hà nội, hà nam, hà giang, hà tĩnh, cao bằng, bắc kạn, bắc cạn, bắc giang, bắc ninh, lạng sơn, sơn
    la, thái nguyên, thái bình, hòa bình, hoà bình, ninh bình, quảng bình, quảng nam, quảng ninh, quảng ngãi,
    quảng trị, nam định, bình định, bình dương, bình phước, bình thuận, ninh thuận, long an, nghệ an, hội an, hưng
    yên, phú yên, yên bái, phú thọ, vĩnh phúc, vĩnh long, hải dương, hải phòng, thanh hóa, thanh hoá, khánh hòa,
    khánh hoà, đà nẵng, đà lạt, huế, kiên giang, an giang, hậu giang, tiền giang, tuyên quang, lai châu, điện
    biên, lào cai, kon tum, gia lai, đắk lắk, đắk nông, lâm đồng, tây ninh, đồng nai, đồng tháp, bến tre, trà
    vinh, cần thơ, sóc trăng, bạc liêu, cà mau, hồ chí minh, trung quốc, hoa kỳ, công an, tài chính, công thương,
    an toàn, an ninh, an sinh, thành công, văn minh, nhân dân, lưu ý, vi phạm, ma túy, ma tuý, từ khóa, thông tư,
    quyết định, nghị định, hành chính, chính trị, gia đình, đồng chí, thành tích, quang cảnh, hướng dẫn, tình
    hình, quốc hội, văn hóa, văn hoá, trung ương, thông tin, tuyên truyền, đại hội, hội nghị, đại biểu, phương
    hướng, hồ sơ, hoa đào, trân trọng""")
_ACCOUNT: Final = re.compile(r".*(?:admin|quantri|quảntrị|webmaster|banbi[eê]nt[aậ]p).*|editor|root|user|guest")
_BOARD: Final = re.compile(r"ban biên tập", re.IGNORECASE)
_STAFF: Final = re.compile(
    r"(?:nhóm )?(?:p\.?v|c\.?t\.?v|b\.?t\.?v|b\.?b\.?t|phóng viên|cộng tác viên)\.?", re.IGNORECASE
)
_BEFORE_NAME: Final = re.compile(
    r"(?:p\.?v|c\.?t\.?v|b\.?t\.?v|phóng viên|cộng tác viên|nhà báo"
    r"|(?:pgs|gs|ts|th\.?s|bs|ks|cn|ds|ls|(?:bác|thạc|tiến|dược) sĩ|kỹ sư|cử nhân|luật sư|nhà (?:văn|thơ|giáo)"
    r"|(?:đại|thượng|trung|thiếu) (?:tá|úy|uý|tướng|sĩ))\.?(?: ?ck ?i{1,2})?)[ .:]+(?=\S)",
    re.IGNORECASE,
)
_COMPILED: Final = re.compile(
    r"\s*\((?:th|t\.h|t/h|st|s\.t|b/s|gt|ctv|tổng hợp|sưu tầm|(?:biên |lược )?dịch|giới thiệu|biên soạn|thực hiện|ghi)"
    r"\.?\)\.?$"
    r"|(?<=\S)\s(?:thực hiện|tổng hợp|lược ghi|biên dịch|sưu tầm|ghi)\.?$",
    re.IGNORECASE,
)
_REMARK_ENDINGS: Final = (")", ".", "hiện", "hợp", "ghi", "dịch", "tầm")
_INITIALS: Final = re.compile(r"(?:[A-ZĐ][a-zđ]?\.\s?){1,3}(?:[A-ZĐ][a-zđ]?\.?|[A-ZÀ-ỸĐ][a-zà-ỹđ]+)")
_SYLLABLE: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_UNIT: Final = re.compile(
    r"(?:sở|phòng|ban(?! mai\b)|trung tâm|tt|văn phòng|vp|đài|báo|ubnd|hđnd|mttq|ttxvn|vov|vtv|ủy ban|uỷ ban|ub|cục|vụ"
    r"|chi (?:cục|nhánh|bộ|đoàn|hội)|viện|bộ|tổng (?:cục|công ty)|hội|đoàn (?:thanh|đbqh|đại|tncs|trường|khối|kinh)"
    r"|(?:tỉnh|thành|thị|huyện) đoàn|liên (?:đoàn|hiệp|minh)|mặt trận|công (?:an|ty|đoàn)|quân khu|bộ chỉ huy|bch|bql"
    r"|trường (?:thpt|thcs|th|tiểu|mầm|mn|đại|cao|pt|chính|trung|đh|cđ)|đại học|học viện|tỉnh|huyện|thị (?:xã|trấn|ủy)"
    r"|thành (?:phố|ủy)|tp|xã|phường|đảng|tập đoàn|tạp chí|ngân hàng|kho bạc|bảo (?:hiểm|tàng)|bhxh|cổng|cttđt|ttđt"
    r"|trang (?:tin|thông|web)|thông tấn xã|bệnh viện|trạm|đội|tổ|tòa|toà|tand|vksnd|thanh tra|thư viện"
    r"|hạt|vườn|nhà(?! báo)|cơ quan|đồn|đơn vị|khoa (?:học|khám)|thông tin)(?![^\W\d_])",
    re.IGNORECASE,
)
# KHĐT, TTVH, VH&TT: no vowel or an ampersand, so an office and not a name in capitals.
_ACRONYM: Final = re.compile(
    r"(?!(?:BBT|CTV|BTV)\b)(?:[BCDĐGHKLMNPQRSTVX]{3,}|[BCDĐGHKLMNPQRSTVXY]{4,}|[A-ZĐ]+&[A-ZĐ&-]+)(?![^\W_])"
)
_TITLE: Final = re.compile(
    r"(?:phó |quyền )?(?:chủ tịch|giám đốc|tổng giám đốc|bí thư|trưởng (?:phòng|ban|đoàn)|chánh (?:văn|án|thanh|tòa)"
    r"|cục trưởng|vụ trưởng|bộ trưởng|thứ trưởng|thủ tướng|hiệu trưởng|kt\.|tm\.|tl\.|tuq\.|đồng chí|đ/c|ông|bà"
    r"|đại biểu|nơi nhận|nơi gửi|chuyên viên|thư ký|tổng biên tập|phó tổng)(?![^\W\d_])",
    re.IGNORECASE,
)

_MEDIUM: Final = r"(?:tin|bài viết|bài|hình ảnh|ảnh|hình|clip|video)"
_JOIN: Final = r"(?:\s?[,&+/;–-]\s?|\svà\s|\s)"
# A label opens the block, follows a separator, or is capitalised after a space (`Thu Hiền Ảnh: M.H`).
_LABEL: Final = re.compile(
    rf"""(?:^[(\[*]?\s?|[-–—,;.|(/]\s?|\s(?=[TBẢNVCH]|theo\s[A-ZĐ]))(?:
    (?i:(?P<writer>tác\sgiả(?:\sbài\sviết)?|người\s(?:viết|đưa\stin)|(?:người\s)?thực\shiện|biên\s(?:tập|soạn|dịch)|nội\sdung
           |tổng\shợp|sưu\stầm|lược\s(?:ghi|dịch))
       |(?P<poster>người\sđăng(?:\s(?:tin|bài))?|đăng\sbởi)
       |(?P<photo>nguồn\s(?:hình\s)?ảnh)
       |(?P<source>nguồn(?:\s(?:tin|bài(?:\sviết)?))?)
       |(?P<media>{_MEDIUM}(?:{_JOIN}{_MEDIUM}){{0,3}}))\s?[:：]
    |(?i:(?P<bare>(?:tin|bài)(?:{_JOIN}(?:bài|ảnh)){{1,2}}))\s
    |(?i:(?P<cited>theo))\s?:?\s)""",
    re.VERBOSE,
)
_ACRONYM_END: Final = r"[BCDĐGHKLMNPQRSTVX]{2,4}(?![^\W\d_])"
# Without spaces a dash parts two names, but not the halves of an office's name (TC-KH, VH-TT).
_DASH: Final = re.compile(
    r"\s+[-–—|]\s*|\s*[-–—|]\s+|(?<=[^\W\d_]{2})[-–—](?=[^\W\d_]{2})"
    rf"(?!(?:(?<=[\s-]..[-–—])|(?<=[\s-]...[-–—])){_ACRONYM_END})"
)
_COMMA: Final = re.compile(r"\s*(?:[,;&+]|(?<!\d)/)\s*|\s+(?:và|Và)\s+")
_BRACKETED: Final = re.compile(r"\s*\(([^()]{1,60})\)$")
# How far a name may be trusted: on its own, set apart by the page, after a label.
_BARE, _MARKED, _LABELLED = range(3)
_STAMP: Final = re.compile(r"[\s,|(–-]*(?:\d{1,2}[:h]\d{2}[\s,–-]+)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\)?$")
_BULLETS: Final = "-–+•*"
_ROMAN: Final = frozenset("ivx")
_NAME_SYLLABLES: Final = _FAMILY | _GIVEN
_SPACING: Final = str.maketrans("", "", " ._-")
_PICTURE: Final = re.compile("ảnh|hình", re.IGNORECASE)
_EDGES: Final = " \t,;:.|*–—-…"
_DOMAIN: Final = re.compile(r"(?:https?://\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?)", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"\b(?:cho|biết|là|đã|được|sẽ|có|bị|này|đó|khi|nếu|thì|tỷ đồng|triệu đồng|%)\b")
# `Theo Nghị định số …` cites a document: it names no source of the article.
_DOCUMENT: Final = re.compile(
    r"(?:nghị định|quyết định|thông tư|nghị quyết|luật|bộ luật|chỉ thị|công văn|báo cáo|chương trình|quy định|hướng dẫn"
    r"|điều|khoản|đề án|kế hoạch|thông báo|công điện|kết luận)\b",
    re.IGNORECASE,
)
_LOOSE_SOURCE: Final = re.compile(r"(?:internet|sưu tầm|tổng hợp|báo chí|tư liệu|minh họa|minh hoạ)\b", re.IGNORECASE)
# Sought by its slash, which text seldom holds; a name may follow `./.` without a space, a path (`../`) may not.
_END_MARK: Final = re.compile(
    r"/(?:\.(?![./\w])|(?:(?<=[.…]/)|(?<=[.…]\s/))\s?\.(?:(?![./\w])|(?=[^\W\d_a-zđ])))[\"”’)\]]*+"
)


@dataclass(frozen=True, slots=True)
class Tail:
    """What a short block at an article's end says; a block may say several of these, or only that it is a byline.

    `credit` is set by `Ảnh: X` alone: `Tin, ảnh: X` names the author of both.
    """

    authors: tuple[str, ...] = ()
    cited_source: str | None = None
    credit: str | None = None


def has_end_mark(text: str) -> bool:
    """Whether the end mark `./.` (also `/.`, ` ./.`, `…/.`) stands in the text."""
    return _END_MARK.search(text) is not None


def split_end_mark(text: str) -> tuple[str, str]:
    """The text up to and including its first end mark, and what follows in the same block; (text, "") without one."""
    mark = _END_MARK.search(text)
    if mark is None:
        return text, ""
    return text[: mark.end()], text[mark.end() :].strip()


def people(text: str) -> list[str]:
    """The names in a byline, in order, in NFC; accounts, units and whatever is no name are left out."""
    if len(text) > MAX_BYLINE_CHARS:
        return []
    flat = _flatten(text)
    label = _LABEL.match(flat)
    if label is not None:
        if not _names_author(label):
            return []
        flat = flat[label.end() :]
    following = _LABEL.search(flat)
    flat = _without_remark(_unbracket(flat[: following.start()] if following else flat))
    bracketed = _BRACKETED.search(flat)
    if bracketed is not None:
        flat = flat[: bracketed.start()]
    # Beside figures (a bar with hour and counters, a sentence) only syllables known from names count.
    trust = _BARE if any(map(str.isdecimal, flat)) else _LABELLED
    names = (_person(part, trust) for part, unit in _parts(flat) if not unit)
    return list(dict.fromkeys(name for name in names if name))


def read_tail(text: str, *, marked: bool = False) -> Tail | None:
    """Read a short block after the end mark, or at the article's end, as byline, source line or photo credit.

    None when it is none of these. `marked` says that the page sets the block apart (bold, italic, right-aligned):
    then a bare pen name counts too. A labelled form always counts.
    """
    if len(text) > 2 * MAX_TAIL_CHARS:
        return None
    flat = _without_stamp(_flatten(text))
    if not flat or len(flat) > MAX_TAIL_CHARS:
        return None
    labels = list(_LABEL.finditer(flat))
    head = (flat[: labels[0].start()] if labels else flat).strip(_EDGES)
    if not labels and (not head or flat[-1] == ":" or (flat[0] in _BULLETS and not marked)):
        return None
    authors = _byline(head, _MARKED if marked or flat[0] == "(" else _BARE) if head.strip("([") else ()
    if authors is None:
        return None
    cited_source = credit = None
    ends = [*(label.start() for label in labels[1:]), len(flat)]
    for label, end in zip(labels, ends, strict=False):  # without a label there is one end and no value
        said = _labelled(label, _unbracket(flat[label.end() : end]))
        if said is None:
            return None
        authors += said.authors
        cited_source, credit = cited_source or said.cited_source, credit or said.credit
    return Tail(tuple(dict.fromkeys(authors)), cited_source, credit)


def _labelled(label: re.Match[str], value: str) -> Tail | None:
    """What a label and its value say; None where the value is nothing such a label names."""
    kind = label.lastgroup
    if kind == "poster" or _names_author(label):
        written = _byline(value, _LABELLED)
        if written is None:
            return None
        return Tail() if kind == "poster" else Tail(written)  # who posted an article need not have written it
    if not _is_source(value, labelled=kind == "source"):
        return None
    if kind in {"source", "cited"}:
        return Tail(cited_source=value)
    return Tail(credit=value) if kind == "photo" or _PICTURE.search(label[0]) else Tail()


def _flatten(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _without_stamp(flat: str) -> str:
    """Without the date that closes a byline bar (`Thu Hiền - 08:30 07/01/2021`)."""
    return _STAMP.sub("", flat) if flat[-1:].isdecimal() or flat[-1:] == ")" else flat


def _unbracket(text: str) -> str:
    """Without outer separators and without a bracket whose partner stands outside."""
    text = text.strip(_EDGES)
    if text.count(")") > text.count("("):
        text = text.rstrip(")")
    elif text.count("(") > text.count(")"):
        text = text.rstrip("(")
    elif text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    return text.strip(_EDGES)


def _names_author(label: re.Match[str]) -> bool:
    if label.lastgroup == "media":
        words = label["media"].lower()
        return "tin" in words or "bài" in words
    return label.lastgroup in {"writer", "bare"}


def _without_remark(text: str) -> str:
    """Without the closing remark that the text is compiled, translated or written down (`X (TH)`, `X thực hiện`)."""
    if not text.lower().endswith(_REMARK_ENDINGS):
        return text
    remark = _COMPILED.search(" " + text)
    return text[: max(remark.start() - 1, 0)].strip(_EDGES) if remark else text


def _byline(text: str, trust: int) -> tuple[str, ...] | None:
    """The authors of a text that is a byline and nothing else; None when it is anything else.

    Units and places after a person are dropped; a unit alone is a byline only after a label.
    """
    labelled = trust == _LABELLED
    if not _unbracket(text):
        return () if labelled else None
    text = _without_remark(_unbracket(_without_remark(text)))
    if not text:
        return ()
    if _BOARD.fullmatch(text):
        return ("BBT",)
    bracketed = _BRACKETED.search(text)
    if bracketed is not None:
        aside = bracketed[1]
        if not (is_unit(aside) or aside.lower() in _NOT_NAMES or _person(aside, _LABELLED)):
            return None
        text = text[: bracketed.start()]
    names: list[str] = []
    for part, unit in _parts(text):
        name = None if unit else _person(part, trust)
        if name is not None:
            names.append(name)
            continue
        beside = unit or _is_account(part) or (names and _is_aside(part, labelled=labelled))
        if not (beside and (names or labelled)):
            return None
    return tuple(names)


def _is_aside(part: str, *, labelled: bool) -> bool:
    """Whether a byline may say this after a name: the place, and after a label the author's post."""
    return part.lower() in _NOT_NAMES or (labelled and _TITLE.match(part) is not None)


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The names and units a byline lists, and which are units; a unit keeps the commas and ands of its own name."""
    for segment in _DASH.split(text):
        begin, unit = 0, is_unit(segment)
        if not unit:
            for cut in _COMMA.finditer(segment):
                yield segment[begin : cut.start()], False
                begin = cut.end()
                unit = is_unit(segment[begin:])
                if unit:
                    break
        yield segment[begin:], unit


def is_unit(text: str) -> bool:
    """Whether a text opens with the name of an office: Sở, Phòng, UBND, KHĐT …"""
    return _UNIT.match(text) is not None or _ACRONYM.match(text) is not None


def _is_account(text: str) -> bool:
    return _ACCOUNT.fullmatch(text.lower().translate(_SPACING)) is not None


def _person(text: str, trust: int) -> str | None:
    """The name, or the staff mark (PV, CTV), this text is; the less trust, the more its syllables must say so."""
    text = text.strip(_EDGES)
    if _STAFF.fullmatch(text):
        return text
    before = _BEFORE_NAME.match(text)
    if before is not None:
        rest = text[before.end() :]
        staff = before[0].strip(" .:")
        if _STAFF.fullmatch(staff) and is_unit(rest):
            return staff
        return _person(rest, _LABELLED if ":" in before[0] else trust)
    if _INITIALS.fullmatch(text):
        return text
    syllables = text.split()
    if not 1 <= len(syllables) <= MAX_NAME_SYLLABLES or not all(map(_is_capitalised, syllables)):
        return None
    if _is_account(text) or _TITLE.match(text):
        return None
    return text if _sounds_like_a_name(text.lower().split(), trust, capitals=text.isupper()) else None


def _is_capitalised(syllable: str) -> bool:
    if not _SYLLABLE.fullmatch(syllable) or not syllable[0].isupper():
        return False
    whole = re.split("['’]", syllable)[-1]  # H'Mai, of the Central Highlands
    return len(whole) == 1 or whole[1:].islower() or syllable.isupper()


def _sounds_like_a_name(syllables: list[str], trust: int, *, capitals: bool) -> bool:
    count = len(syllables)
    if count == 1 and (len(syllables[0]) == 1 or (capitals and _ROMAN.issuperset(syllables[0]))):
        return False
    if " ".join(syllables) in _NOT_NAMES:
        return False
    if count > 2 and syllables[0] in _FAMILY and syllables[1] in _MIDDLE:
        return True
    if not _NEVER_NAME.isdisjoint(syllables):
        # `Hà Chuyên`: a family name where the page expects a person outweighs what the second syllable means elsewhere
        expected = trust == _LABELLED or (trust == _MARKED and not capitals)
        return expected and count == MAX_PEN_NAME_SYLLABLES and syllables[0] in _FAMILY - _NEVER_NAME
    known = _NAME_SYLLABLES.issuperset(syllables)
    if syllables[0] in _FAMILY and (count > MAX_PEN_NAME_SYLLABLES or (count > 1 and (known or trust > _BARE))):
        return True
    if any(f"{one} {two}" in _NOT_NAMES for one, two in pairwise(syllables)):
        return False
    if known and 1 < count <= MAX_PEN_NAME_SYLLABLES + (not capitals):
        return True
    # The highlands have family names no list holds: `Mông Thùy Dung`.
    if trust == _MARKED and not capitals and count == 3 and _GIVEN.issuperset(syllables[1:]):
        return True
    # Words in capitals, or three without a family name, are a heading however the page marks them.
    return trust == _LABELLED or (trust == _MARKED and count <= MAX_PEN_NAME_SYLLABLES and (known or not capitals))


def _is_source(value: str, *, labelled: bool = False) -> bool:
    """Whether the value names a person, an office or a publication; after `Nguồn:` any capitalised phrase does."""
    words = value.split()
    if not 0 < len(words) <= MAX_SOURCE_WORDS or _SENTENCE.search(value) or _TITLE.match(value):
        return False
    if _LOOSE_SOURCE.match(value) or _DOMAIN.fullmatch(value):
        return True
    if not value[0].isupper() or _DOCUMENT.match(value):
        return False
    return labelled or all(_is_publisher(part) for part in re.split(r"\s*[,;]\s*", value))


def _is_publisher(part: str) -> bool:
    if is_unit(part):
        return not any(c.isdecimal() for c in part)
    words = part.split()
    return sum(word[0].isupper() for word in words) * 2 > len(words) or _DOMAIN.fullmatch(part) is not None
