"""Where single .gov.vn portals keep the parts of an article: layouts for portal files, one for each portal.

They are no family: each is one portal's own template, on an engine other portals share. Not every selector is
matched by pages of every year; what does not match is read generically.
"""

from crawler.parse.layout import Layout

BINHDINH = Layout(
    name="binhdinh",
    published=(".dtContentDate",),
    # No body: its element has no name of its own, and is found as the one the summary stands in.
    lead=("p.content_summary", ".content_summary"),
)
KIENGIANG = Layout(
    name="kiengiang",
    published=(".block_tin .date_pst", ".date_pst"),
    lead=("p.mota + p",),
    body=(".block_tin div.textbody", "div.textbody"),
)
KONTUM = Layout(
    name="kontum",
    published=(".thongke-ngay",),
    lead=(".noidung.sapo",),
    body=("div.noidung:not(.sapo)",),
)
QUANGTRI = Layout(
    name="quangtri",
    published=(".time_detail_news",),
    lead=(".summary_detail_news",),
    body=("div.article_summary_detail",),
)
DANANG = Layout(
    name="danang",
    title=(".chi-tiet-title-wrap .chi-tiet-title", ".chi-tiet-title"),
    published=(".chi-tiet-publish-date",),
    lead=(".chi-tiet-sub-content",),
    body=(".chi-tiet-main-content",),
)
KHANHHOA = Layout(
    name="khanhhoa",
    published=("#datearticle",),
    body=(".chitietbaiviet",),
)
QUANGNGAI = Layout(
    name="quangngai",
    published=(".date-post",),
    body=(".asset-content",),
)
QUANGNINH = Layout(
    name="quangninh",
    published=(".publish-date",),
    body=("div.noi-dung-trang",),
)
HOABINH = Layout(
    name="hoabinh",
    published=(".date_time",),
    lead=(".summary",),
    body=("div.textdetail",),
)
HAIPHONG = Layout(
    name="haiphong",
    published=(".divDetail_DateCreate",),
)
MOIT = Layout(
    name="moit",
    title=(".article-detail h1.title-art", "h1.title-art"),
    body=(".article-detail #contentnews", "#contentnews"),
)
