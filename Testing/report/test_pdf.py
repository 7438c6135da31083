"""The PDF is A4, says on every page what it is, repeats headings, and takes any text."""

from __future__ import annotations

import re
import zlib

from ParaspinalFatLib.report.document import Document, Facts, Heading, Paragraph, Section, TableBlock
from ParaspinalFatLib.report.pdf import as_pdf, write_pdf


def document(text: str, rows: int = 3) -> Document:
    """One table of any length."""
    table = TableBlock(
        "A table", (Heading("Name", share=2.0), Heading("Area", "mm²", is_number=True)), ((text, "1.5"),) * rows
    )
    return Document("Title", text, "today", (Section(text, (Paragraph(text), Facts(((text, text),)), table)),))


def page_count(content: bytes) -> int:
    """Pages of the file."""
    return len(re.findall(rb"/Type /Page\b", content))


def test_pages_are_a4():
    box = re.search(rb"/MediaBox \[([^\]]*)\]", as_pdf(document("plain"))).group(1)
    assert [round(float(number) / 72 * 25.4) for number in box.split()] == [0, 0, 210, 297]


def test_a_long_table_goes_on_over_pages():
    assert page_count(as_pdf(document("plain"))) == 1
    assert page_count(as_pdf(document("plain", rows=200))) > 2


def test_markup_and_foreign_letters_in_names_are_text():
    for name in ("<b>unclosed & <para>", "Łukasz Ωmega Жук", "<script>x</script>", "x" * 500, "山田"):
        assert page_count(as_pdf(document(name))) >= 1


def test_letters_are_embedded_and_no_script_is_in_the_file():
    content = as_pdf(document("plain"))
    streams = [zlib_or_empty(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)]
    assert b"/FontFile2" in content
    assert b"/JavaScript" not in content
    assert streams


def zlib_or_empty(part: bytes) -> bytes:
    """A stream's content, if it is deflated without more."""
    try:
        return zlib.decompress(part)
    except zlib.error:
        return b""


def test_it_is_written_whole(tmp_path):
    write_pdf(tmp_path / "report.pdf", document("plain"))
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]
