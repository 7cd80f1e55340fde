"""A small archive of two invented portals, and the site over it on a real server."""

from __future__ import annotations

import http.client
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from made_reports import run
from stored_articles import FIRST_DAY, Folder

from pipelines.archive.warc import Exchange
from pipelines.dedup import Dedup
from pipelines.errors import Dropped
from pipelines.items import Article, Attachment, Image
from pipelines.normalise import Normalise
from pipelines.search.index import catch_up
from pipelines.store import Store
from pipelines.web.holdings import PortalFacts
from pipelines.web.serving import listening, server
from pipelines.web.site import Settings, site_app

HANOI = timezone(timedelta(hours=7))
PAPER, OFFICE = "bao_tanson", "so_nv_tanson"
FACTS = {
    PAPER: PortalFacts("Báo Tân Sơn", "Tân Sơn"),
    OFFICE: PortalFacts("Sở Nội vụ Tân Sơn", "Tân Sơn", date(2024, 7, 1), "Đồng Mai"),
}
FLOOD = (
    "Mưa lớn kéo dài từ đêm mồng ba làm nước sông Khe Trúc dâng nhanh, tràn vào bốn thôn ven sông.\n\n"
    "Đến trưa, lực lượng dân quân đã đưa một trăm hai mươi hộ dân lên trường học trên đồi; không ai bị nạn.\n\n"
    "Chủ tịch xã cho biết việc khôi phục đường liên thôn sẽ bắt đầu ngay khi nước rút, dự kiến hết mười ngày."
)
MEETING = (
    "Sáng nay, Ban Chỉ đạo chuyển đổi số của tỉnh họp phiên thứ hai, đánh giá việc đưa dịch vụ công lên mạng.\n\n"
    "Đã có hai trăm thủ tục được giải quyết trực tuyến toàn trình, nhiều nhất ở lĩnh vực hộ tịch và đất đai.\n\n"
    "Giám đốc Sở yêu cầu các huyện gửi báo cáo trước ngày hai mươi lăm hằng tháng, kèm số liệu của từng xã."
)
ODD = "Chợ phiên <b>& “ba miền”</b> ]]> \ufffe họp lại \U0001f33e"
DOCUMENT = "QUYẾT ĐỊNH\nvề việc công nhận làng nghề miến dong Bản Chiềng đạt chuẩn năm 2024"


def fill(folder: Path) -> None:
    """Make the archive: an edited article, one gone, copies in the other portal, files, pictures, hostile titles."""
    with Folder(folder) as made:
        _store(made, PAPER, "lu-khe-truc", "Nước sông Khe Trúc tràn vào bốn thôn", FLOOD, day=1, section="Xã hội")
        _store(made, OFFICE, "tin/lu", "Nước sông Khe Trúc tràn vào bốn thôn", FLOOD, day=2, section="Tin địa phương")
        near = FLOOD.replace("một trăm hai mươi hộ", "một trăm ba mươi hộ")
        _store(made, OFFICE, "tin/lu-2", "Bốn thôn ở Yên Thượng bị nước sông tràn vào", near, day=3)
        _store(made, PAPER, "chuyen-doi-so", "Ban Chỉ đạo chuyển đổi số họp phiên thứ hai", MEETING, day=20, lead=None)
        later = MEETING.replace("hai trăm thủ tục", "hai trăm mười thủ tục")
        _store(made, PAPER, "chuyen-doi-so", "Ban Chỉ đạo chuyển đổi số họp phiên thứ hai", later, day=20)
        _store(
            made,
            OFFICE,
            "lang-nghe",
            "Công nhận làng nghề miến dong Bản Chiềng",
            "Làng nghề miến dong Bản Chiềng vừa được công nhận, sau ba năm chuẩn bị của năm mươi hộ.",
            day=40,
            authors=["Lò Thị Mây", "Hà Văn Khoan"],
            tags=["làng nghề", "miến dong"],
            lead="Năm mươi hộ dân vui trong ngày hội.",
            images=[Image(url="http://so-nv-tanson.example/anh.jpg", caption="Phơi miến")],
            file=DOCUMENT,
        )
        _store(made, PAPER, "cho-phien", ODD, "Chợ phiên họp lại từ tuần này, sau hai tháng sửa đường.", day=None)
        _store(made, PAPER, "go", "Cầu treo Nà Phường thông xe", "Cầu treo Nà Phường thông xe sáng nay.", day=60)
        made.gone(PAPER, "go")
        made.archive(PAPER).record_run(run(0, portal=PAPER, run=f"20260302T013000000Z-{PAPER}"))
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:  # one by one, not all of them now
        db.execute("UPDATE articles SET stored_at = strftime('2024-01-01T%H:%M:%f000Z', nth * 60, 'unixepoch')")
    catch_up(folder)


def _store(made: Folder, portal: str, name: str, title: str, body: str, day: float | None, **fields: Any) -> Article:
    made._stored += 1
    archive, url = made.archive(portal), made.url(portal, name)
    at = FIRST_DAY + timedelta(days=400, minutes=made._stored)
    kept = archive.keep(_exchange(url, "text/html; charset=utf-8", f"<p>{title}</p>{at}", at), "live")
    if file := fields.pop("file", ""):
        where = f"{url}.pdf"
        capture = archive.keep(_exchange(where, "application/pdf", file, at), "live", {"attachment-of": url})
        fields["attachments"] = [Attachment(where, "Quyết định.pdf", "application/pdf", None, file, None, capture)]
    article = Article(
        portal=portal,
        province=FACTS[portal].province,
        url=url,
        title=title,
        body=body,
        body_html="".join(f"<p>{part}</p>" for part in body.split("\n\n")),
        published_at=None if day is None else (FIRST_DAY + timedelta(days=day)).astimezone(HANOI),
        published_precision=None if day is None else "minute",
        captured_at=kept.captured_at,
        warc_file=kept.warc_file,
        warc_offset=kept.warc_offset,
        warc_digest=kept.warc_digest,
        **fields,
    )
    with suppress(Dropped):
        for step in (Normalise(), Dedup(archive), Store(archive)):
            article = step.process_item(article)
    return article


def _exchange(url: str, kind: str, body: str, at: datetime) -> Exchange:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n"
    return Exchange(url, at, b"", (head + body).encode())


@dataclass
class Answer:
    """What a server said; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """Asks one server; paths go out as they are."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.base = f"http://127.0.0.1:{port}"

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            told = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, told)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read())
        finally:
            connection.close()


@contextmanager
def visited(folder: Path, **settings: Any) -> Iterator[Visitor]:
    """The site over an archive, served until left."""
    app = site_app(folder, Settings(portals=FACTS, **settings))
    place = listening("127.0.0.1", 0)
    serving = server(app, log_level="critical")
    thread = threading.Thread(target=serving.run, args=([place],))
    thread.start()
    try:
        yield Visitor(place.getsockname()[1])  # the socket takes connections before the server does
    finally:
        serving.should_exit = True
        thread.join()
        place.close()
