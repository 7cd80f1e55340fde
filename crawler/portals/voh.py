"""Radio of Ho Chi Minh City."""

from crawler.platforms.press_layouts import VOH
from crawler.portal import Portal


class Voh(Portal):
    name = "voh"
    title = "Đài Tiếng nói nhân dân TP. Hồ Chí Minh"
    province = "Thành phố Hồ Chí Minh"
    hosts = ("voh.com.vn",)
    platform = "generic"
    layouts = (VOH,)
    evidence = "selectors of a public scraper's table (2019-2026): lead, body; no page seen"
