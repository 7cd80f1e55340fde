"""The phrases that surround articles on Vietnamese portals, matched on whole short blocks, never inside prose."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, Literal

from crawler.parse.dates import read_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.parse.blocks import Block

Family = Literal["related", "actions", "counters", "comments", "footer", "navigation"]

MAX_BLOCK_CHARS: Final = 200
_EDGES: Final = " :»>.…«<|•·–—-*+[](){}×→←›‹▸▶►▼▲☆★✉#'\"“”"


def _phrases(text: str) -> list[str]:
    return [" ".join(phrase.split()) for phrase in text.split("·")]


# Lists of other articles: every head goes with every tail (`Các tin bài` + `cùng chuyên mục`).
_LIST_HEADS: Final = _phrases("""
    tin · bài · tin bài · tin, bài · bài viết · tin tức · các tin · các bài · các tin bài · các tin, bài ·
    các bài viết · những tin · những bài · những tin bài · những bài viết · một số tin · một số bài ·
    xem các tin · xem các bài · xem tin · xem thêm tin · xem thêm bài · xem thêm bài viết · xem thêm các tin ·
    video · clip""")
_LIST_TAILS: Final = _phrases("""
    liên quan · có liên quan · cùng chuyên mục · cùng chủ đề · cùng loại · cùng thể loại · cùng danh mục ·
    cùng tác giả · cùng sự kiện · khác · khác cùng chuyên mục · mới · mới nhất · mới hơn · mới cập nhật ·
    mới đăng · cũ hơn · đã đăng · đã đưa · đã đưa ngày · nổi bật · tiêu điểm · đọc nhiều · đọc nhiều nhất ·
    xem nhiều · xem nhiều nhất · được xem nhiều · được quan tâm · gần đây · tiếp theo · trước đó · hay · nóng""")

_PHRASES: Final[dict[Family, str]] = {
    "related": """
    theo dòng sự kiện · dòng sự kiện · tiêu điểm · đọc nhiều · đọc nhiều nhất · xem nhiều · xem nhiều nhất ·
    đáng chú ý · liên quan · có thể bạn quan tâm · bạn có thể quan tâm · có thể bạn thích · bạn có thể thích ·
    đừng bỏ lỡ · cùng chuyên mục · cùng chủ đề · cùng tác giả · bình luận gần đây · phản hồi gần đây · lưu trữ ·
    chuyên mục · danh mục · danh mục tin · thẻ · từ khóa · từ khoá · xem thêm · xem tiếp · đọc thêm · đọc tiếp ·
    xem tất cả · xem toàn bộ · xem chi tiết · xem theo ngày · xem tin theo ngày · chi tiết · mới nhất ·
    mời xem thêm · mời đọc thêm · mời bạn đọc xem thêm · thư viện ảnh · thư viện video · related · related posts
    · related articles · related news · you may also like · you might also like · recent posts · recent comments
    · latest posts · latest news · more from this category · archives · categories · category · tags · tag ·
    read more · continue reading · see more · more posts · similar posts · tin vắn · read also · also read ·
    see also · more stories · top stories · trending · trending now · trending news · most read · most popular ·
    don't miss · related coverage · related stories · related topics · related content · recommended ·
    recommended for you · you might like · more from · more on this story · more news · what to read next ·
    lesen sie auch · mehr zum thema · das könnte sie auch interessieren · lire aussi · à lire aussi · sur le même sujet
    · leia também · leia mais · veja também · notícias relacionadas · noticia relacionada · noticias relacionadas ·
    más información · te puede interesar · lee también · ver también · leggi anche · lees ook · läs också · czytaj też
    · 関連記事 · おすすめ記事 · あわせて読みたい · читайте также""",
    "actions": """
        in · in trang · in trang này · in bài · in bài này · in bài viết · in bài viết này · in tin · in tin này
        · bản in · in ấn · gửi email · gửi mail · gửi bài viết · gửi bài · gửi cho bạn bè · gửi bài cho bạn bè ·
        gửi tin · gửi email cho bạn bè · giới thiệu bài viết cho bạn bè · giới thiệu cho bạn bè ·
        lưu bài viết này · lưu bài viết · lưu bài này · lưu tin · chia sẻ · chia sẻ bài viết ·
        chia sẻ bài viết này · chia sẻ lên facebook · chia sẻ facebook · chia sẻ zalo · chia sẻ qua zalo ·
        chia sẻ qua email · chia sẻ lên mạng xã hội · chia sẻ tin này · thích · thích trang · tweet · zalo ·
        facebook · twitter · linkedin · pinterest · telegram · whatsapp · messenger · google+ · email · viber ·
        tăng cỡ chữ · giảm cỡ chữ · cỡ chữ · cỡ chữ mặc định · tăng kích thước chữ · giảm kích thước chữ ·
        nghe đọc bài · nghe bài viết · nghe nội dung · đọc bài viết · tải về · tải xuống · sao chép liên kết ·
        copy link · đã sao chép · báo lỗi bài viết · theo dõi · theo dõi chúng tôi · quan tâm zalo · share ·
        share this · share this post · share this article · share on facebook · share on twitter ·
        share on linkedin · share via email · like this · like · loading · print · print this page · email this
        · click to print · đánh giá bài viết · click để đánh giá bài viết · tương phản · đọc báo · in trang web ·
        advertisement · advertising · ad · sponsored · sponsored content ·
        story continues below advertisement · article continues below advertisement · continue reading below ·
        scroll to continue · get short url · share this story · sign up · subscribe · follow us · follow ·
        anzeige · werbung · publicité · publicidad · publicidade · pubblicità · reklama · annons · advertentie ·
        compartir · compartilhar · partager · teilen · condividi · iniciar sesión · suscríbete · abonnieren ·
        merken · drucken · click to expand · opens in a new window · enlarge image""",
    "counters": """
        lượt xem · số lượt xem · lượt đọc · số lượt đọc · đã xem · lần xem · số lần xem · đã đọc · lượt truy cập
        · số lượt truy cập · tổng lượt truy cập · tổng số lượt truy cập · tổng truy cập · số người truy cập ·
        đang truy cập · đang online · đang trực tuyến · số người đang truy cập · khách viếng thăm ·
        máy chủ tìm kiếm · hôm nay · hôm qua · tuần này · tuần trước · tháng này · tháng trước · tháng hiện tại
        · trong tuần · trong tháng · trong ngày · tất cả · thống kê truy cập · truy cập hôm nay · views · view ·
        post views · hits · visitors · online · lượt thích · lượt chia sẻ · lượt tải""",
    "comments": """
        ý kiến bạn đọc · ý kiến của bạn · bình luận · bình luận của bạn · gửi bình luận · gửi ý kiến ·
        viết bình luận · gửi phản hồi · phản hồi · để lại một bình luận · để lại bình luận · để lại phản hồi ·
        để lại một phản hồi · trả lời · hủy · huỷ · hủy trả lời · huỷ trả lời · mã bảo mật · nhập mã bảo mật ·
        chưa có bình luận · chưa có bình luận nào · không có bình luận · không có bình luận nào ·
        tất cả bình luận · xem thêm bình luận · bình luận facebook · độc giả bình luận · các bình luận ·
        nhập lại · email của bạn sẽ không được hiển thị công khai · các trường bắt buộc được đánh dấu ·
        leave a comment · leave a reply · cancel reply · post comment · comment · comments · reply · no comments
        · no comments yet · add a comment · write a comment · comments are closed ·
        your email address will not be published · required fields are marked · bình luận đã bị đóng ·
        save my name, email, and website in this browser for the next time i comment ·
        lưu tên của tôi, email, và trang web trong trình duyệt này cho lần bình luận kế tiếp của tôi""",
    "footer": """
        bản quyền · cơ quan chủ quản · chịu trách nhiệm · chịu trách nhiệm chính · chịu trách nhiệm nội dung ·
        chịu trách nhiệm xuất bản · tổng biên tập · phó tổng biên tập · tòa soạn · toà soạn · liên hệ tòa soạn ·
        liên hệ toà soạn · hotline · đường dây nóng · liên hệ quảng cáo · sơ đồ website · sơ đồ trang ·
        sơ đồ cổng · sitemap · translate · translate this page · language · languages · select language ·
        chọn ngôn ngữ · ngôn ngữ · được cung cấp bởi google dịch · google dịch · google translate ·
        powered by google translate · tiếng việt · tiếng anh · vietnamese · english · all rights reserved ·
        proudly powered by wordpress · rss · copyright · điều khoản sử dụng · chính sách bảo mật ·
        đặt làm trang chủ · giấy phép hoạt động""",
    "navigation": """
        trang chủ · trang nhất · home · menu · skip to content · skip to main content · chuyển đến phần nội dung
        · chuyển đến nội dung · chuyển tới nội dung · bỏ qua nội dung · đến nội dung chính · nhảy đến nội dung ·
        điều hướng bài viết · điều hướng trang · post navigation · posts navigation · page navigation · previous
        · next · previous post · next post · previous article · next article · older posts · newer posts ·
        trang trước · trang sau · trang tiếp · trang đầu · trang cuối · trang kế · trước · sau · tiếp ·
        bài trước · bài sau · bài kế · bài tiếp · bài trước đó · bài viết trước · bài viết sau · tin trước ·
        tin sau · về đầu trang · lên đầu trang · đầu trang · về trang trước · quay lại · trở lại · trở về ·
        về trang chủ · back to top · scroll to top · go to top · back · tìm kiếm · tìm kiếm nâng cao · tìm ·
        search · search for · đăng nhập · đăng ký · đăng xuất · login · đóng · close · toggle navigation ·
        published · posted on · updated · toàn màn hình · trang""",
}
_EXACT: Final[dict[str, Family]] = {
    **{f"{head} {tail}": "related" for head in _LIST_HEADS for tail in _LIST_TAILS},
    **{phrase: family for family, text in _PHRASES.items() for phrase in _phrases(text)},
}
# What a number may stand beside: `Lượt xem: 1.234`, `45 lượt xem`, `10 bình luận`, `Thích 3`, `Trang 2`.
_COUNTED: Final[dict[Family, str]] = {
    "counters": _PHRASES["counters"],
    "comments": """
        bình luận · ý kiến bạn đọc · ý kiến · phản hồi · trả lời · comment · comments · reply · replies ·
        response · responses · xem thêm bình luận""",
    "actions": "thích · chia sẻ · like · likes · share · shares · tweet · facebook · zalo",
    "footer": "hotline · đường dây nóng",
    "navigation": "trang · page",
}
_NUMBERED: Final[dict[str, Family]] = {phrase: family for family, text in _COUNTED.items() for phrase in _phrases(text)}
_FIGURES: Final = " :.,()0123456789"

# Lines that open with a fixed phrase and go on with a name, a number or a list of links.
_OPENINGS: Final[dict[Family, tuple[str, ...]]] = {
    "related": (
        r"(?:tags?|thẻ|từ kh(?:óa|oá)|categor(?:y|ies)|chuyên mục) ?: ?\S.*",
        r"(?:categori[sz]ed (?:as|in)|tagged(?: as| with)?|posted in|filed under):? .+",
        r"(?:được phân loại|(?:đã )?được gắn thẻ|đăng trong) .+",
        r"(?:mời )?(?:xem|đọc) thêm ?: ?\S.*|(?:tin|bài|tin bài|bài viết) liên quan ?: ?\S.*",
        r"(?:continue reading|read more|read next|up next) ?:? ?.+",
        r"\(?(?:more|also|see also|also read|read also|related|watch|listen) ?: .+",
    ),
    "actions": (
        r"(?:sign up|subscribe) (?:for|to|here|now|today)\b.+",
        (
            r"(?:thanks for signing up|your subscription has been|this newsletter may contain|"
            r"by (?:clicking|signing up)|follow (?:us|the \w+.{0,30}|@\w+) on|like this story|have a tip)\b.*"
        ),
        r"(?:if you (?:purchase|buy) (?:a|an|any|something)|we may (?:earn|receive|make) (?:a|an|money|comp\w*)).+",
        r"(?:click to|nhấn(?: vào)? để|bấm(?: vào)? để) (?:share|email|print|chia sẻ|gửi|in)\b.{0,60}",
        (
            r"(?:share|chia sẻ)(?: bài viết)?(?: này)?(?: on| lên| qua| trên| via| to)? ?:? "
            r"(?:facebook|zalo|twitter|x|email|linkedin)(?: ?\((?:opens|mở).{0,40})?"
        ),
    ),
    "counters": (r"tổng số điểm của bài viết là\b.{0,60}", r"xếp hạng ?: ?\d.{0,40}"),
    "comments": (
        r"email của bạn sẽ không được hiển thị công khai\b.{0,80}",
        r"your email address will not be published\b.{0,60}",
        r"(?:bạn )?(?:phải|cần|hãy|vui lòng) (?:được )?đăng nhập .{0,30}(?:bình luận|phản hồi|ý kiến)",
        r"you must be logged in to post a comment",
        r"\d+ thoughts? on .+",
        r"leave a (?:comment|reply) (?:on|to) .+",
    ),
    "footer": (
        r"©.*|\(?c\) ?\d{4}.*|copyright\b.*|bản quyền (?:©|\d{4}).*",
        r"bản quyền thuộc (?:về )?(?:©|báo|cổng|trang|sở|ubnd|ủy ban|đài|công ty|cơ quan)\b.*",
        r"(?:số )?giấy phép\b[^/]{0,60}\d ?/ ?(?:gp|cp|gxn)-?(?:ttđt|c?bc|bt|st|b?vh|qlt|ttcs).*",
        r"giấy phép (?:thiết lập (?:trang|mạng)|hoạt động (?:báo|tạp chí)|xuất bản|báo chí|trang).*\d.*",
        (
            r"(?:vui lòng |đề nghị |yêu cầu |xin )?ghi rõ nguồn .{0,80}"
            r"\bkhi (?:phát hành|sử dụng|trích|đăng|sao chép|khai thác|copy).{0,60}"
        ),
        r"(?:cơ quan chủ quản|chịu trách nhiệm (?:chính|nội dung|xuất bản|quản lý nội dung)) ?: ?\S.*",
        r"(?:phó )?tổng biên tập ?: ?\S.*|t(?:òa|oà) soạn ?: ?\S.*|hotline ?: ?[\d.() +-]+.{0,40}",
        r"(?:website )?(?:designed|powered|developed) by .+|thiết kế (?:bởi|và phát triển) .+|phát triển bởi .+",
    ),
    "navigation": (
        r"(?:previous|next|bài trước|bài sau|bài tiếp theo)(?: post| article)? ?[:←→].+",
        r"trang \d+ ?/ ?\d+|page \d+ of \d+",
        r"(?:published|updated|posted)(?: on)? .{0,20}\b\d{4}",
    ),
}
_OPENING: Final = re.compile("|".join(f"(?P<{name}>{'|'.join(forms)})" for name, forms in _OPENINGS.items()))
_FAMILIES: Final[dict[str, Family]] = {name: name for name in _OPENINGS}
_DIGIT: Final = re.compile(r"\d")
_NO_LETTER: Final = re.compile(r"[\W\d_]*")


def family(text: str) -> Family | None:
    """The family of a whole short block that is boilerplate; None for anything else, prose above all.

    Compared on NFC, case-folded text without outer `:»>.…` and spaces, with its number left out where one counts.
    """
    folded = _fold(text)
    if not folded:
        return None
    found = _EXACT.get(folded)
    if found is not None:
        return found
    if _DIGIT.search(folded):
        worded = folded.strip(_FIGURES)
        bare = worded.removesuffix(" lần").removesuffix(" lượt").rstrip(_FIGURES)
        counted = _NUMBERED.get(worded) or _NUMBERED.get(bare)
        if counted is not None:
            return counted
    if "|" in folded:
        families = [_EXACT.get(part.strip(_EDGES)) for part in folded.split("|")]
        return families[0] if None not in families else None
    opening = _OPENING.fullmatch(folded)
    return _FAMILIES[opening.lastgroup] if opening is not None and opening.lastgroup else None


def family_of(block: Block) -> Family | None:
    """The family of a block's whole text, told once; several steps ask for it."""
    if block.family == "unasked":
        block.family = family(block.text)
    found: Family | None = block.family  # type: ignore[assignment] # nothing else is put there
    return found


def is_boilerplate_pieces(pieces: Iterable[str]) -> bool:
    """Whether every non-empty piece of a block's text is boilerplate or a bare number, date or punctuation.

    For share bars and the like, whose phrases stand in elements of their own. False for a block of
    nothing but numbers: a table's row is one too.
    """
    seen = False
    for piece in pieces:
        if _NO_LETTER.fullmatch(piece):
            continue
        if family(piece) is not None:
            seen = True
        elif read_date(piece) is None:
            return False
    return seen


def _fold(text: str) -> str:
    """Case-folded NFC on one line, outer separators and icons gone; empty when too long to be boilerplate."""
    if len(text) > 2 * MAX_BLOCK_CHARS:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    folded = " ".join(text.casefold().split()).strip(_EDGES)
    return folded if len(folded) <= MAX_BLOCK_CHARS else ""
