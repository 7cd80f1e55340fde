"""Ministry of Industry and Trade."""

from crawler.platforms.gov_layouts import MOIT
from crawler.portal import Portal


class Moit(Portal):
    name = "moit"
    title = "Cổng thông tin điện tử Bộ Công Thương"
    hosts = ("moit.gov.vn",)
    platform = "generic"
    layouts = (MOIT,)
    evidence = "selectors of public scrapers: title, body, pager; no page seen"
