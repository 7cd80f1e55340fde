"""VNPT Portal, a fork of Liferay."""

from crawler.parse.layout import Layout
from crawler.platforms.liferay import Liferay
from crawler.platforms.marks import Marks


class Vnpt(Liferay):
    """VNPT Portal: Liferay with news portlets of its own, named in ids and URLs."""

    name = "vnpt"
    marks = Marks(
        selectors=("[id*=_WAR_vnpteportal]", "#testabc"),
        assets=("vnpteportal",),
        url=r"_WAR_vnpteportal",
    )
    article_url = rf"{Liferay.article_url}|[?&][^#]*_(?:newsid|articleid)=\d"
    listing_url = r"[?&]p_p_id=dsnews_war_vnpteportal[^#]*_cur=\d"
    texts = Marks(selectors=("#testabc",))
    layouts = (
        Layout(
            name="vnpt",
            title=("#testabc div h1", "#testabc h1"),
            published=("#testabc div p",),
            lead=("#testabc p strong",),
            body=("#change_font_size", "#testabc"),
            drop=("#testabc h1 + p",),
        ),
        *Liferay.layouts,
    )
