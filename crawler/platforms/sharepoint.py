"""SharePoint publishing sites of provinces and ministries."""

from crawler.parse.layout import Layout
from crawler.platforms.base import Platform
from crawler.platforms.marks import Marks


class SharePoint(Platform):
    """Pages named `.aspx` whose parts carry fixed ids, or ids that end in a fixed word behind a GUID."""

    name = "sharepoint"
    marks = Marks(
        generator=("microsoft sharepoint",),
        selectors=("#divArticleDescription2", "#divArticleContent", ".ms-rtestate-field"),
        assets=("/_layouts/15/", "/_layouts/1033/", "/_catalogs/masterpage"),
    )
    layouts = (
        Layout(
            name="sharepoint",
            title=("#divArticleDescription3 h1", "#news-title", ".news-title"),
            published=('[id$="pnHide"] span', ".PostDate", "#news-date"),
            lead=("#divArticleDescription1", "#news-des"),
            body=("#divArticleDescription2", "#divArticleContent", "#news-detail", ".ms-rtestate-field"),
            byline=('[id$="pnNguontin"] p',),
            drop=(".ms-hide", ".ms-webpart-titleText"),
        ),
    )
