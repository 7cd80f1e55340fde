"""What stands on an article's page and is others', where no name of a class says so."""

from __future__ import annotations

from crawler.parse.article import read_article
from crawler.parse.page import read_page
from pipelines.items import Article

LEAD = "Sau ba tháng thi công, tuyến kênh nội đồng dài hai cây số của thôn Pác Nghè đã được đưa vào sử dụng."
TEXT = (
    "Theo Ban quản lý dự án huyện, công trình có tổng vốn 4,2 tỷ đồng, tưới cho 60 ha lúa của thôn Pác Nghè và Nà Tu.",
    "Ông Hoàng Văn Tài ở thôn Nà Tu cho biết vụ này gia đình ông gieo cấy đúng lịch, không còn phải thức đêm chờ nước.",
)
OTHERS = (
    "Phiên chợ đầu xuân ở xã Khuổi Lắc đón hơn một nghìn lượt khách, hàng thổ cẩm bán hết từ buổi sáng sớm...",
    "Đoàn viên thanh niên xã Bản Cám dọn vệ sinh đường làng, trồng thêm hai cây số hoa ven trục đường liên thôn...",
    "Trạm y tế xã Pù Mát khám sàng lọc miễn phí cho người cao tuổi, phát hiện sớm nhiều trường hợp huyết áp cao...",
)
CARDS = "".join(
    f"<div class=x><a href='/b/{at}'>Chuyện ở cơ sở tuần này số {at}</a><div>0{at}/03/2024</div><div>{said}</div></div>"
    for at, said in enumerate(OTHERS, 1)
)


def read(body: str) -> Article:
    page = read_page(
        f"<html><body><div class=khung><h1>Nước về trên cánh đồng Pác Nghè</h1>{body}</div></body></html>".encode(),
        "https://xa.tinhthu.example/b/9",
        {},
    )
    return read_article([page], [], platform="generic")


def text(paragraphs: tuple[str, ...] = TEXT) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def said(article: Article) -> str:
    return "\n\n".join(filter(None, (article.lead, article.body)))


def test_rows_of_teasers_are_of_other_articles() -> None:
    article = read(f"<div class=chu>{text()}</div><div class=duoi><div>Có thể bạn quan tâm</div>{CARDS}</div>")
    assert said(article) == "\n\n".join(TEXT)


def test_an_article_shorter_than_the_teasers_beside_it_is_read() -> None:
    article = read(f"<div class=chu>{text(TEXT[:1])}</div><div class=duoi>{CARDS}</div>")
    assert said(article) == TEXT[0]


def test_links_between_the_paragraphs_make_no_teasers() -> None:
    paragraphs = (LEAD, *TEXT, *OTHERS)
    links = "".join(
        f"<p><a href='/b/{at}'>Tin đã đưa về thủy lợi số {at}</a></p><p>{p}</p>" for at, p in enumerate(paragraphs)
    )
    assert all(paragraph in said(read(f"<div class=chu>{links}</div>")) for paragraph in paragraphs)


def test_signed_texts_under_a_heading_for_comments_are_readers() -> None:
    comments = "".join(
        f"<div class=loi><b>Bạn đọc {at}</b> 0{at}/04/2024 08:11<br>Rất mong các xã khác cũng sớm có kênh mới cho bà "
        f"con đỡ vất vả mỗi khi vào vụ, cảm ơn huyện lần thứ {at}.</div>"
        for at in (1, 2)
    )
    bar = "<div>Đăng ngày 12/03/2024 09:30</div>"
    article = read(f"<div class=chu>{text()}</div>{bar}<div>Bình luận (2)</div>{comments}")
    assert said(article) == "\n\n".join(TEXT)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-12T09:30:00+07:00"


def test_a_button_for_comments_over_the_text_heads_no_comments() -> None:
    bar = "<div class=nut>Bình luận</div><div class=gio>12/03/2024 09:30</div>"
    article = read(f"<div class=dau>{LEAD}</div>{bar}<div class=chu>{text((*TEXT, *TEXT[:1]))}</div>")
    assert all(paragraph in said(article) for paragraph in TEXT)


def test_the_only_paragraph_between_title_and_text_is_the_lead() -> None:
    article = read(f"<div class=dau>{LEAD}</div><div class=chu>{text((*TEXT, *OTHERS))}</div>")
    assert (article.lead, article.body) == (LEAD, "\n\n".join((*TEXT, *OTHERS)))


def test_a_lead_longer_than_the_text_behind_it_does_not_stand_for_it() -> None:
    lead = f"{LEAD} {TEXT[1]}"
    article = read(f"<div class=sapo>{lead}</div><div class=chu>{text(TEXT[:1])}</div><p>Từ khóa: thủy lợi</p>")
    assert said(article) == f"{lead}\n\n{TEXT[0]}"
    boxes = "<div class=ngoai><div class=trong><div class={}>{}</div></div></div>"
    article = read(boxes.format("dau", lead) + boxes.format("chu", text(TEXT[:1])))
    assert said(article) == f"{lead}\n\n{TEXT[0]}"


def test_a_date_is_read_from_a_bar_whose_parts_run_together() -> None:
    bar = "<div><span>08:15 | 12/03/2024</span><span>345 lượt xem</span><button>Zalo</button></div>"
    article = read(f"{bar}<div class=chu>{text()}</div>")
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-12T08:15:00+07:00"
