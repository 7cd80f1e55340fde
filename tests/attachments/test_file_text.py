"""The text of files: by content, of every kind, with TCVN3 and VNI converted, and of hostile files none."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import openpyxl
import pytest
from made_files import docx, excel_2, ole_file, pdf, word_6, word_97, zip_file

from pipelines import attachments
from pipelines.attachments import FileText, child, read_file, reading, sheets
from pipelines.attachments.kinds import MEDIA_TYPES, kind_of
from pipelines.attachments.reading import read_here

# "Căn cứ Nghị quyết của Hội đồng nhân dân tỉnh về dự toán ngân sách" as it was typed for .VnTime and for VNI-Times
TCVN3 = "C¨n cø NghÞ quyÕt cña Héi ®ång nh©n d©n tØnh vÒ dù to¸n ng©n s¸ch, ®Çu t­".encode("latin-1")
VNI = "Caên cöù Nghò quyeát cuûa Hoäi ñoàng nhaân daân tænh veà döï toaùn ngaân saùch, ñaàu tö".encode("latin-1")
SOUND = "Căn cứ Nghị quyết của Hội đồng nhân dân tỉnh về dự toán ngân sách, đầu tư"


@pytest.mark.parametrize("typed", [TCVN3, VNI], ids=["tcvn3", "vni"])
@pytest.mark.parametrize(
    "make",
    [
        lambda typed: word_97([typed]),
        word_6,
        lambda typed: excel_2([[typed]]),
        lambda typed: b"{\\rtf1\\ansi\\ansicpg1252 " + b"".join(b"\\'%02x" % byte for byte in typed) + b"\\par}",
        lambda typed: pdf([typed]),
        lambda typed: docx(f"<w:p><w:r><w:t>{typed.decode('latin-1')}</w:t></w:r></w:p>"),
    ],
    ids=["word97", "word6", "excel2", "rtf", "pdf", "docx"],
)
def test_legacy_text_of_every_kind_is_converted(make: Callable[[bytes], bytes], typed: bytes) -> None:
    assert read_here(make(typed)).text == SOUND


def test_words_in_a_font_of_the_symbol_set_are_read_by_their_bytes() -> None:
    typed = "".join(chr(0xF000 + byte) if byte > 0x20 else " " for byte in TCVN3)
    assert read_here(word_97(f"\uf0b7 {typed}")).text == f"\uf0b7 {SOUND}"


def test_pieces_of_word_in_both_widths_stand_in_order() -> None:
    file = word_97(["Số ", b"12/2004/", "QĐ-UBND\rngày 5 tháng 3", b" 2004\r"])
    assert read_here(file).text == "Số 12/2004/QĐ-UBND\nngày 5 tháng 3 2004"


def test_fields_give_their_results_and_cells_are_parted() -> None:
    file = word_97(
        'Xem \x13 HYPERLINK "a" \x14trang \x13 PAGE \x142\x15\x15 nhé\rMã\x07Tên hàng\x07\x07A1\x07Gạo\x07\x07'
    )
    assert read_here(file).text == "Xem trang 2 nhé\nMã | Tên hàng\nA1 | Gạo"


def test_notes_and_headers_follow_the_body_and_comments_are_left_out() -> None:
    stories = ["Điều 1.\r", "Chú thích.\r", "Mẫu số 3\rMẫu số 3\r", "", "Sửa lại!\r"]
    file = word_97("".join(stories), [len(story) for story in stories[1:]])
    assert read_here(file).text == "Điều 1.\n\nChú thích.\n\nMẫu số 3"


def test_docx_reads_tables_boxes_and_leaves_out_what_is_deleted() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Mẫu số 2</w:t></w:r></w:p></w:txbxContent>"
    file = docx(
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Tờ</w:t></w:r><w:del><w:r><w:delText>bỏ</w:delText></w:r></w:del>"
        "<w:r><w:t> trình</w:t></w:r></w:p>"
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Mã</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Tên</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert read_here(file).text == "Tờ trình\n\nMẫu số 2\nMã | Tên"


def test_sheets_show_numbers_and_dates_as_excel_does() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Thu ngân sách", 103.9, 33.746687251, True, None])
    book.active.append([None, "Ước"])
    out = io.BytesIO()
    book.save(out)
    assert read_here(out.getvalue()) == FileText(
        MEDIA_TYPES["xlsx"], "Thu ngân sách | 103.9 | 33.74668725 | TRUE\n| Ước"
    )
    assert read_here(excel_2([[b"Thu", 2004.0], [b"Chi", 0.5]])).text == "Thu | 2004\nChi | 0.5"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xef\xbb\xbf <!DOCTYPE html><title>404</title>", "html"),
        (b"junk %PDF-1.7", "pdf"),
        (zip_file({"a.txt": "a"}), "zip"),
        (zip_file({"mimetype": MEDIA_TYPES["odt"], "content.xml": ""}), "odt"),
        (zip_file({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "pptx"),
        (ole_file({"PowerPoint Document": b""}), "ppt"),
        (ole_file({"WordDocument": b""}), "doc"),
        (ole_file({"Workbook": b""}), "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
        (b"PK\x03\x04 torn", "zip"),
        (b"", None),
    ],
)
def test_a_kind_is_told_by_content(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<html>Khong tim thay</html>", "html-page"),
        (zip_file({"a.txt": "a"}), "unsupported"),
        (word_97("Mật", flags=0x0100), "encrypted"),
        (word_97("Dài", stories=[-5]), "damaged"),
        (ole_file({"WordDocument": b"\xec\xa5\xc1\x00"}), "no-text"),
        (pdf([]), "no-text"),
        (b"%PDF-1.4 torn", "damaged"),
        (zip_file({"[Content_Types].xml": "", "word/document.xml": b"\0" * 257 * 1024 * 1024}), "too-large"),
    ],
    ids=["html", "zip", "encrypted", "lengths", "empty", "scan", "torn", "bomb"],
)
def test_why_there_is_no_text_is_named(data: bytes, problem: str) -> None:
    read = read_here(data)
    assert (read.text, read.problem) == (None, problem)


def test_a_sheet_without_end_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_CELLS", 4)
    assert read_here(excel_2([[b"A", 1.0], [b"B", 2.0], [b"C", 3.0]])) == FileText(
        MEDIA_TYPES["xls"], "A | 1\nB | 2", "cut"
    )


def test_a_text_without_end_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_TEXT_CHARS", 9)
    assert read_here(word_97("Kế hoạch năm 2024")) == FileText(MEDIA_TYPES["doc"], "Kế hoạch", "cut")


def test_entities_of_a_docx_are_not_expanded() -> None:
    doctype = '<!DOCTYPE a [<!ENTITY x "mười"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    assert read_here(docx("<w:p><w:r><w:t>Tờ &x;&f;</w:t></w:r></w:p>", doctype)).text == "Tờ"


def test_a_file_is_read_in_a_child() -> None:
    assert read_file(word_97([TCVN3])) == FileText(MEDIA_TYPES["doc"], SOUND)


def test_children_are_had_again_after_who_forks_them_was_killed() -> None:
    assert read_file(word_97([TCVN3])).text == SOUND
    process = attachments._NURSERY._process
    assert process is not None
    process.kill()
    process.wait()
    assert read_file(word_97([TCVN3])).text == SOUND


def test_a_forked_process_has_children_of_its_own() -> None:
    assert read_file(word_97([TCVN3])).text == SOUND
    with ProcessPoolExecutor(1, get_context("fork")) as pool:
        assert pool.submit(read_file, word_97([VNI])).result().text == SOUND
    assert read_file(word_97([TCVN3])).text == SOUND


def test_what_a_library_raises_costs_only_the_child() -> None:
    assert read_file(zip_file({"[Content_Types].xml": "", "xl/workbook.xml": "<"})) == FileText(problem="damaged")


@pytest.mark.parametrize(
    ("limit", "code", "problem"),
    [
        ("MAX_CPU_SECONDS", "while True: pass", -24),
        ("MAX_MEMORY_BYTES", "bytes(1 << 32)", 1),
    ],
)
def test_the_child_is_limited(limit: str, code: str, problem: int) -> None:
    small = 1 if limit == "MAX_CPU_SECONDS" else 1 << 29
    script = f"from pipelines.attachments import child\nchild.limit(**{{{limit.lower()!r}: {small}}})\n{code}"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ended.returncode == problem


def test_the_limits_hold_for_the_sizes_that_are_fetched() -> None:
    from crawler import settings

    assert child.MAX_MEMORY_BYTES >= 8 * settings.DOWNLOAD_MAXSIZE
