"""Where single provincial newspapers (and one portal) keep the parts of an article: layouts for portal files.

They are no families: the engines are others' or nobody knows them. What does not match a page is read generically.
"""

from crawler.parse.layout import Layout
from crawler.platforms.mediasoft import MediaSoft
from crawler.platforms.zce import Zce

NEWSCONTENT = Layout(
    name="newscontent",
    published=("div.date", ".date-time", ".list-unstyled li"),
    lead=("p.text-intro", ".title-italic"),
    body=("div.newscontent", ".newscontent"),
)
SAPO_DETAIL = Layout(name="sapo-detail", published=(".date_news",), lead=(".sapo_detail",), body=("#main-detail",))
BAOAPBAC = Layout(name="baoapbac", body=("#content",))  # the table's #current-date is the header's clock by its name
BAOBACKAN = (*Zce.layouts, *MediaSoft.layouts)  # the newest host's system, then that of the oldest
BAOBACGIANG = Layout(
    name="baobacgiang",
    published=("p.datetimes-detail-articlecontent",),
    lead=("p.alead",),
    body=("div.ArticleContent",),
)
BAOBINHTHUAN = Layout(name="baobinhthuan", body=("#info_g",))  # the table's #today is the header's clock by its name
BAODIENBIENPHU = Layout(
    name="baodienbienphu", published=(".newsLeft .time",), lead=(".sapo",), body=(".newsLeft",), drop=(".time",)
)
BAOHOABINH = Layout(name="baohoabinh", published=("span.meta",), lead=(".summary",), body=("div.post.clearfix",))
BAOKHANHHOA = Layout(name="baokhanhhoa", published=("div.date",), body=("div.detail-news",))
BAOKONTUM = Layout(name="baokontum", published=("div.date-contentL",), body=("div#content",))
BAOLAICHAU = Layout(name="baolaichau", published=(".text-muted",), lead=(".desc.sapo",), body=(".desc.body",))
BAOLANGSON = Layout(name="baolangson", published=("p.post-date",), body=("div.content",))
BAONINHTHUAN = Layout(name="baoninhthuan", published=("#details label",), lead=(".sapo",), body=("#details .content",))
BAOPHUTHO = Layout(name="baophutho", published=("div.pt-post-detail__time",), body=("div#content",))
BAOPHUYEN = Layout(name="baophuyen", published=(".newsDetail .date",), body=(".newsDetail .text", "div.newsDetail"))
BAOQUANGNAM = Layout(name="baoquangnam", published=(".date-time",), lead=("div.chapeau",), body=("div.body-content",))
BAOTHAIBINH = Layout(name="baothaibinh", published=(".date",), lead=(".desc",), body=(".news_content",))
BAOTHAINGUYEN = Layout(
    name="baothainguyen", published=("span.date_up",), lead=("div.Summary",), body=("div.news_detail",)
)
BAOTUYENQUANG = Layout(
    name="baotuyenquang", published=("time",), lead=(".summary",), body=('[itemprop="articleBody"]',)
)
BAOVINHPHUC = Layout(name="baovinhphuc", published=("div.titleDdtail",), body=("div.content-about-baiviet",))
BAOYENBAI = Layout(name="baoyenbai", published=(".grid-header ul span",), body=("div.singlepage",))
TAYNINH = Layout(
    name="tayninh",
    published=('.de-newsCent span[id*="DateTime"]',),
    lead=(".de-sumcontent span",),
    body=(".de-newscont > span", ".de-newscont"),
)
BAOBINHPHUOC = Layout(
    name="baobinhphuoc", published=(".time",), lead=(".sapo",), body=(".news_body",), drop=(".news_body .ilink",)
)
CONGAN = Layout(
    name="congan",
    published=("[style='white-space: nowrap;']",),
    lead=(".article_head",),
    body=("#article_content",),
    byline=("#article_content .article_author",),
)
HANOIMOI = Layout(name="hanoimoi", published=(".period",), lead=(".summary",), body=("div.article",))
KINHTEDOTHI = Layout(
    name="kinhtedothi",
    published=(".time_detail_news",),
    lead=(".sapo_detail",),
    body=("#cotent_detail",),
    drop=("#cotent_detail .box_guests",),
)
THHP = Layout(name="thhp", published=("p.mnv-date",))
TUOITRETHUDO = Layout(
    name="tuoitrethudo",
    published=("div.cate-date",),
    lead=(".title-article-content h3",),
    body=("#content_detail", ".article-check"),
)
VOH = Layout(name="voh", lead=("h3.sound-text",), body=("#divfirst",))
