"""ASP.NET WebForms portals with `__doPostBack` pagers."""

from crawler.platforms.base import Platform


class WebForms(Platform):
    """ASP.NET WebForms portals with `__doPostBack` pagers."""

    name = "webforms"
