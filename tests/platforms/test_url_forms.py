"""What the form of a URL, or a bare page, says to the families of .gov.vn departments."""

import pytest

from crawler.parse.page import Page, read_page
from crawler.platforms.base import Kind
from crawler.platforms.detect import PLATFORMS, detect

HOST = "https://so.example"


def page(url: str, head: str = "", body: str = "", classes: str = "") -> Page:
    html = f"<html><head><title>Trang</title>{head}</head><body class='{classes}'>{body}<p>Nội dung.</p></body></html>"
    return read_page(html.encode(), url, {"content-type": "text/html; charset=utf-8"})


@pytest.mark.parametrize(
    ("family", "path", "kind"),
    [
        ("webforms", "/ChiTietTin.aspx?ID=18", Kind.ARTICLE),
        ("webforms", "/NewsDetail.aspx?cat=2&newsid=18", Kind.ARTICLE),
        ("webforms", "/DanhSachTin.aspx?cm=2", Kind.LISTING),
        ("webforms", "/Default.aspx?id=2", Kind.UNKNOWN),
        ("webcenter", "/webcenter/portal/so/pages_tin/chi-tiet?dDocName=PORTAL342", Kind.ARTICLE),
        ("webcenter", "/webcenter/portal/so/pages_tin", Kind.UNKNOWN),
        ("websphere", "/wps/portal/!ut/p/z1/04_S/?1dmy&urile=wcm%3apath%3a/so/tin/a", Kind.ARTICLE),
        ("websphere", "/wps/portal/!ut/p/z1/04_S/", Kind.UNKNOWN),
        ("dotnetnuke", "/tin-tuc/ArtMID/426/ArticleID/18/mot-tin", Kind.ARTICLE),
        ("dotnetnuke", "/tin-tuc/pgrid/426/pageid/2", Kind.LISTING),
        ("dotnetnuke", "/Default.aspx?TabID=1736&p=2", Kind.LISTING),
        ("drupal", "/node/18", Kind.ARTICLE),
        ("drupal", "/taxonomy/term/3", Kind.LISTING),
        ("drupal", "/tin-tuc/mot-tin", Kind.UNKNOWN),
    ],
)
def test_kind_by_url(family: str, path: str, kind: Kind) -> None:
    assert PLATFORMS[family].kind(page(HOST + path)) is kind
    assert not PLATFORMS[family].refuses(HOST + path)


@pytest.mark.parametrize(
    ("family", "path"),
    [
        ("webforms", "/WebResource.axd?d=1"),
        ("webforms", "/Dang-Nhap.aspx?ReturnUrl=%2f"),
        ("webcenter", "/webcenter/documentContent?dDocName=PORTAL342"),
        ("websphere", "/wps/myportal/Home"),
        ("websphere", "/wps/wcm/connect/1a2b/anh.jpg?MOD=AJPERES"),
        ("dotnetnuke", "/LinkClick.aspx?fileticket=abc"),
        ("dotnetnuke", "/tin-tuc/ctl/Login"),
        ("drupal", "/user/login?destination=node/18"),
        ("drupal", "/node/18/edit"),
    ],
)
def test_refuses(family: str, path: str) -> None:
    assert PLATFORMS[family].refuses(HOST + path)


@pytest.mark.parametrize(
    ("classes", "kind"),
    [
        ("path-node page-node-type-news", Kind.ARTICLE),
        ("page-node node-type-article", Kind.ARTICLE),
        ("path-node page-node-type-page", Kind.STATIC),
        ("path-search", Kind.SEARCH),
        ("path-frontpage", Kind.LISTING),
    ],
)
def test_drupal_body_classes(classes: str, kind: Kind) -> None:
    assert PLATFORMS["drupal"].kind(page(f"{HOST}/mot-trang", classes=classes)) is kind


WCM = f"{HOST}/wps/portal?1dmy&urile=wcm:path:/so/tin/a"
STATE = f"{HOST}/wps/portal/Home/!ut/p/z1/04_Sj9/"


@pytest.mark.parametrize(
    ("url", "head", "canonical"),
    [
        (STATE + "?1dmy&urile=wcm%3apath%3a%2Fso%2Ftin%2Fa", "", WCM),
        (STATE + "?WCM_GLOBAL_CONTEXT=/wps/wcm/connect/so/tin/a", "", WCM),
        (STATE + "?1dmy&urile=wcm%3aoid%3a1a2b-3c", "", f"{HOST}/wps/portal?1dmy&urile=wcm:oid:1a2b-3c"),
        (STATE, "<link rel='canonical' href='/wps/wcm/connect/so/tin/a/'>", WCM),
        (STATE, f"<meta property='og:url' content='{HOST}/tin/a'>", f"{HOST}/tin/a"),
        (STATE, f"<link rel='canonical' href='{STATE}'>", None),
        (STATE, f"<meta property='og:url' content='{HOST}/'>", None),
        (STATE, "<link rel='canonical' href='https://khac.example/tin/a'><meta property='og:url' content='//['>", None),
    ],
)
def test_websphere_names_the_content(url: str, head: str, canonical: str | None) -> None:
    assert PLATFORMS["websphere"].canonical(page(url, head)) == canonical


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ("<link rel='shortlink' href='/node/18'>", f"{HOST}/node/18"),
        ("<link rel='shortlink' href='/node/18'><link rel='canonical' href='/tin/a'>", None),
        ("<link rel='shortlink' href='http://['>", None),
    ],
)
def test_drupal_short_link(head: str, canonical: str | None) -> None:
    assert PLATFORMS["drupal"].canonical(page(f"{HOST}/tin/a", head)) == canonical


@pytest.mark.parametrize(
    ("head", "body", "family"),
    [
        ("", "<form id='aspnetForm'><input id='__VIEWSTATE'></form>", "webforms"),
        ("", "<form id='form1'><input id='__VIEWSTATE'><input id='__EVENTTARGET'></form>", "webforms"),
        ("", "<form id='form1'><input id='__VIEWSTATE'></form>", "generic"),
        ("", "<form id='Form'><input id='__VIEWSTATE'><input id='__EVENTTARGET'><div class='DnnModule'></div></form>",
         "dotnetnuke"),
        ("<script src='/wps/themes/a.js'></script>", "", "websphere"),
        ("<link rel='stylesheet' href='/webcenter/afr/a.css'>", "", "webcenter"),
        ("<meta name='Generator' content='Drupal 9 (https://www.drupal.org)'>", "", "drupal"),
    ],
)  # fmt: skip
def test_marks(head: str, body: str, family: str) -> None:
    assert detect(page(HOST + "/", head, body)).name == family
