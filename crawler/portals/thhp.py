"""Radio and television of Hải Phòng."""

from crawler.platforms.press_layouts import THHP
from crawler.portal import Portal


class Thhp(Portal):
    name = "thhp"
    title = "Đài Phát thanh và Truyền hình Hải Phòng"
    province = "Hải Phòng"
    hosts = ("thhp.vn",)
    platform = "generic"
    layouts = (THHP,)
    evidence = "selectors of a public scraper's table (2019-2026): date; no page seen"
