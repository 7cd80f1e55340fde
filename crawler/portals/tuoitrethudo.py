"""Youth union newspaper of Hà Nội."""

from crawler.platforms.press_layouts import TUOITRETHUDO
from crawler.portal import Portal


class Tuoitrethudo(Portal):
    name = "tuoitrethudo"
    title = "Báo Tuổi trẻ Thủ đô"
    province = "Hà Nội"
    hosts = ("tuoitrethudo.com.vn",)
    platform = "generic"
    layouts = (TUOITRETHUDO,)
    evidence = "selectors of a public scraper's table (2019-2026): date, lead, body; no page seen"
