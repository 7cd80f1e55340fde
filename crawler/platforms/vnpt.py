"""VNPT Portal, a fork of Liferay."""

from crawler.parse.layout import Layout
from crawler.platforms.liferay import Liferay
from crawler.platforms.marks import Marks


class Vnpt(Liferay):
    """Liferay with the fork's own news portlets."""

    name = "vnpt"
    marks = Marks(
        selectors=("#testabc", "#change_font_size"), assets=("vnpteportal",), url=r"[?&]p_p_id=\w*WAR_vnpt\w+portlet"
    )
    article_url = r"WAR_vnpteportalnewsportlet\w*_(?:articleId|urlTitle)="
    layouts = (
        Layout(
            name="vnpt",
            title=("#testabc div h1", "#testabc h1"),
            published=("#testabc div > p.date", "#testabc .ngay-dang", "#testabc div p"),
            body=("#change_font_size", "#testabc"),
        ),
    )
