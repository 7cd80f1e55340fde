"""What is personal in a text, and what only looks like it; and that nothing of it is left in what is written."""

from __future__ import annotations

import gzip
import re
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
import zstandard
from conftest import CommandLine

from pipelines.corpus.personal import Span, personal
from pipelines.corpus.redaction import Redacted, redact, redact_html, redacted
from pipelines.items import Article, Attachment, Image

MARKED = re.compile(r"⟦(?P<kind>\w):(?P<it>.*?)⟧")
KINDS = {"e": "email", "p": "phone", "i": "id_number"}
MANY = 100_000


def test_all_that_is_personal_is_found_and_nothing_else() -> None:
    """100 places in 102 lines as portals write them, and over 130 numbers that are something else."""
    text, wanted, end, plain = (Path(__file__).parent / "personal_samples.txt").read_text("utf-8"), set(), 0, ""
    for found in MARKED.finditer(text):
        plain += text[end : found.start()]
        wanted.add((len(plain), len(plain) + len(found["it"]), KINDS[found["kind"]]))
        plain, end = plain + found["it"], found.end()
    plain += text[end:]
    told = {(span.start, span.end, span.kind) for span in personal(plain)}
    assert {plain[start:to] for start, to, _ in wanted - told} == set()
    assert {plain[start:to] for start, to, _ in told - wanted} == set()
    assert told == wanted


HOSTILE = (
    *("0", "0 ", "0912 345 678 ", "a@", "a.", "@", "(at)", "ĐT:", "liên hệ ", "CCCD a", "tài khoản:", "+84", "1900 "),
    *("www.", "zalo.me/1", "| 123456789 ", "CMND | 095012345", "<", "<a ", "</b>0", "0912 <b>345</b> ", 'alt="'),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_no_longer_than_their_length(piece: str) -> None:
    text = piece * (MANY // len(piece))
    for mask in (redact, redact_html):
        masked, counts = mask(text)
        assert len(masked) <= 2 * len(text)
        assert counts.total() <= len(text)


@pytest.mark.parametrize(
    ("html", "masked"),
    [
        ("<p>Gọi 0912 <strong>345</strong> 678 nhé</p>", "<p>Gọi [phone]<strong></strong> nhé</p>"),
        ("<p>0912</p><p>345678</p>", "<p>0912</p><p>345678</p>"),
        ('<a href="mailto:a@b.example">thư</a>', '<a href="mailto:[email]">thư</a>'),
        ('<a href="tel:0912345678">0912345678</a>', '<a href="tel:[phone]">[phone]</a>'),
        ('<a href="https://zalo.me/0912345678">Zalo</a>', '<a href="https://zalo.me/[phone]">Zalo</a>'),
        (
            '<img src="https://a.vn/0912345678.jpg" alt="ĐT 0912345678">',
            '<img src="https://a.vn/0912345678.jpg" alt="ĐT [phone]">',
        ),
        ("<p>Hộp thư &lt;a@b.example&gt; &amp; 3 &lt; 5</p>", "<p>Hộp thư &lt;[email]&gt; &amp; 3 &lt; 5</p>"),
        ("<td>a@b.example</td><td>0912345678</td>", "<td>[email]</td><td>[phone]</td>"),
    ],
)
def test_markup_is_masked_where_readers_see_it_and_where_they_click(html: str, masked: str) -> None:
    assert redact_html(html)[0] == masked


ARTICLE = Article(
    url="https://so.tinhkia.example/0912345678.html",
    title="Gọi 0912 345 678",
    lead="Hộp thư: thu@tinhkia.example",
    body="ĐT: 3870.123, CCCD số 006085001234. Xem Quyết định số 1234/QĐ-UBND.",
    body_html="<p>ĐT: 3870.123, CCCD số 006085001234. "
    'Xem <a href="https://so.tinhkia.example/1">Quyết định</a> số 1234/QĐ-UBND.</p>'
    '<figure><img src="https://so.tinhkia.example/1.jpg"><figcaption>Ảnh: a@b.example</figcaption></figure>',
    authors=["Thu Hà (ha@tinhkia.example)"],
    images=[Image("https://so.tinhkia.example/1.jpg", "Ảnh: a@b.example", None)],
    attachments=[Attachment("https://so.tinhkia.example/a.pdf", "Danh sách", text="Ma Văn Tú, CMND 095012345")],
)
SECRETS = ("0912 345 678", "thu@", "3870.123", "006085001234", "a@b", "ha@", "095012345")


def test_an_article_is_masked_all_over_and_says_how_much() -> None:
    masked, counts = redacted(ARTICLE)
    line = msgspec.json.encode(masked).decode()
    assert [secret for secret in SECRETS if secret in line] == []
    assert counts == Redacted(email=3, phone=2, id_number=2)
    assert (masked.url, masked.images[0].url) == (ARTICLE.url, ARTICLE.images[0].url)
    assert masked.body == "ĐT: [phone], CCCD số [id]. Xem Quyết định số 1234/QĐ-UBND."
    assert redacted(masked) == (masked, Redacted())
    assert ARTICLE.title == "Gọi 0912 345 678"


def test_exports_are_masked_line_by_line(luutin: CommandLine, tmp_path: Path) -> None:
    record = msgspec.to_builtins(ARTICLE) | {
        "id": "00000000000000ff",
        "sentences": ["ĐT: 3870.123, CCCD số 006085001234."],
        "words": ["Số điện_thoại : 3870.123 , hộp_thư van_thu@tinhkia.example"],
        "quality": {"score": 0.5},
    }
    plain = {**record, "id": "0000000000000100", "title": "Họp", "lead": None, "body": "Họp.", "body_html": ""}
    plain |= {"authors": [], "images": [], "attachments": [], "sentences": [], "words": []}
    data = b"".join(msgspec.json.encode(each) + b"\n" for each in (record, plain))
    source, target = tmp_path / "in.jsonl.gz", tmp_path / "new" / "out.jsonl.zst"
    source.write_bytes(gzip.compress(data))

    done = luutin("redact", str(source), str(target))
    assert (done.code, done.out) == (0, "")
    assert "2 articles, 1 of them with personal data: 3 email, 2 phone, 2 id number masked" in done.err
    written = zstandard.ZstdDecompressor().decompress(target.read_bytes())
    first, second = map(msgspec.json.decode, written.splitlines())
    assert [secret for secret in (*SECRETS, "thu@") if secret.encode() in written] == []
    assert first["words"] == ["Số điện_thoại : [phone] , hộp_thư [email]"]
    assert first["redacted"] == {"email": 3, "phone": 2, "id_number": 2}
    assert second == plain | {"redacted": {"email": 0, "phone": 0, "id_number": 0}}
    assert [path.name for path in target.parent.iterdir()] == [target.name]

    piped = luutin("redact", "-", "-", input=written.decode())  # again: nothing more, and the counts stay
    assert (piped.code, piped.out.encode()) == (0, written)

    source.write_bytes(gzip.compress(data + b'{"id":"1","url":"u","title":"t"}\n'))
    refused = luutin("redact", str(source), str(target))
    assert (refused.code, "in.jsonl.gz: line 3 is no article: it has no text 'body'" in refused.err) == (1, True)
    source.write_bytes(gzip.compress(data)[:-20])
    assert luutin("redact", str(source), str(target)).code == 1
    assert luutin("redact", str(source)).code == 2
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert zstandard.ZstdDecompressor().decompress(target.read_bytes()) == written


def test_spans_do_not_overlap() -> None:
    spans = personal("STK: 0912345678 - ĐT 0912345678, CCCD 006085001234 MST: 006085001234")
    assert [span.kind for span in spans] == ["id_number", "phone", "id_number", "id_number"]
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert isinstance(spans[0], Span)
