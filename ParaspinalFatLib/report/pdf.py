"""A document as a PDF on A4: title, running head and page numbers, table headings repeated on every page."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.report.document import (
    NOTICE,
    PAGE_WIDTH_MM,
    Block,
    Bullets,
    Document,
    Facts,
    Paragraph,
    Picture,
    TableBlock,
)

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MARGIN_MM = 15.0
MM = 72 / 25.4
"""Points in a millimetre."""

NAME_MM = 42.0
"""Width of the names of facts."""

TALLEST_MM = 235.0
"""Of a picture that shares a page with its heading."""

BLUE, RULE, GREY, WARNING = "#1f4e6b", "#d5dde2", "#555555", "#8a3b00"

FONT, BOLD = "ParaspinalFatSans", "ParaspinalFatSans-Bold"
"""DejaVu Sans, which comes with matplotlib: Latin, Greek and Cyrillic letters, embedded into the file."""

STYLES: dict[str, tuple[str, float, str, float, float]] = {
    "title": (BOLD, 15, BLUE, 0, 2),
    "about": (BOLD, 9.5, "#1a1a1a", 0, 2),
    "notice": (BOLD, 8.5, WARNING, 0, 5),
    "heading": (BOLD, 11, BLUE, 9, 4),
    "body": (FONT, 8.5, "#1a1a1a", 0, 4),
    "note": (FONT, 7.2, GREY, 0, 3),
    "caption": (BOLD, 8.5, "#1a1a1a", 3, 2),
    "cell": (FONT, 7.2, "#1a1a1a", 0, 0),
    "number": (FONT, 7.2, "#1a1a1a", 0, 0),
    "column": (BOLD, 7.2, "#1a1a1a", 0, 0),
    "number column": (BOLD, 7.2, "#1a1a1a", 0, 0),
    "name": (FONT, 8.5, GREY, 0, 0),
}
"""Style to font, size, colour, space before and after in points."""


def write_pdf(path: Path | str, document: Document) -> None:
    """Write a document as PDF.

    Raises:
        OutputError: the folder cannot be written.
        MissingPackageError: reportlab is not installed.
    """
    content = as_pdf(document)
    with written_whole(path) as beside:
        beside.write_bytes(content)


def as_pdf(document: Document) -> bytes:
    """The content of the PDF file.

    Raises:
        MissingPackageError: reportlab or matplotlib is not installed.
    """
    try:
        from reportlab.platypus import SimpleDocTemplate

        _register_fonts()
    except ImportError as error:
        raise MissingPackageError(
            "The PDF report needs reportlab, which is not installed. Run: python -m pip install reportlab matplotlib"
        ) from error
    written = io.BytesIO()
    template = SimpleDocTemplate(
        written, pagesize=(210 * MM, 297 * MM), leftMargin=MARGIN_MM * MM, rightMargin=MARGIN_MM * MM, topMargin=16 * MM,
        bottomMargin=16 * MM, title=f"{document.title} – {document.about}", author="ParaspinalFat", subject=NOTICE,
    )  # fmt: skip
    story = [_text(document.title, "title"), _text(document.about, "about"), _text(NOTICE, "notice")]
    for section in document.sections:
        story += _section(section.title, section.blocks, section.new_page)
    template.build(story, canvasmaker=_numbered_canvas(document))
    return written.getvalue()


def _section(title: str, blocks: Any, new_page: bool) -> list[Any]:
    from reportlab.platypus import CondPageBreak, PageBreak

    content = [part for block in blocks for part in _parts(block)]
    start = PageBreak() if new_page else CondPageBreak(40 * MM)
    return [start, _text(title, "heading"), *content]


def _parts(block: Block) -> list[Any]:
    """What reportlab puts on the page for one block."""
    match block:
        case Paragraph():
            return [_text(block.text, "note" if block.is_note else "body")]
        case Bullets():
            return [_text(f"•  {item}", "body") for item in block.items]
        case Facts():
            return [_facts(block)]
        case TableBlock():
            return _table(block)
        case Picture():
            return _picture(block)


def _text(text: str, style: str) -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph as Flowing

    font, size, colour, before, after = STYLES[style]
    right = style.startswith("number")
    return Flowing(
        escape(text),
        ParagraphStyle(
            style, fontName=font, fontSize=size, leading=size * 1.28, textColor=colour, spaceBefore=before, spaceAfter=after,
            alignment=2 if right else 0, splitLongWords=1, keepWithNext=style in ("heading", "caption"),
        ),
    )  # fmt: skip


def _facts(block: Facts) -> Any:
    from reportlab.platypus import Table

    rows = [[_text(name, "name"), _text(value, "body")] for name, value in block.lines]
    table = Table(rows, colWidths=[NAME_MM * MM, (PAGE_WIDTH_MM - NAME_MM) * MM], hAlign="LEFT")
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight(0.5), ("LEFTPADDING", (0, 0), (0, -1), 0)])
    return table


def _table(block: TableBlock) -> list[Any]:
    from reportlab.platypus import KeepTogether, Spacer, Table

    styles = ["number" if heading.is_number else "cell" for heading in block.headings]
    titles = [
        _text(f"{heading.title} ({heading.unit})" if heading.unit else heading.title, f"{prefix}column")
        for heading, prefix in zip(block.headings, ("number " if one == "number" else "" for one in styles), strict=True)
    ]
    rows = [[_text(cell, style) for cell, style in zip(row, styles, strict=True)] for row in block.rows]
    whole = sum(heading.share for heading in block.headings)
    widths = [PAGE_WIDTH_MM * MM * heading.share / whole for heading in block.headings]
    table = Table([titles, *rows], colWidths=widths, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("VALIGN", (0, 1), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, BLUE),
            ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE),
            *_tight(1.2),
        ]
    )
    parts = [*([_text(block.title, "caption")] if block.title else []), table, Spacer(1, 6)]
    return [KeepTogether(parts)] if block.together else parts


def _tight(points: float) -> list[tuple[Any, ...]]:
    everywhere = ((0, 0), (-1, -1))
    above_below = [("TOPPADDING", *everywhere, points), ("BOTTOMPADDING", *everywhere, points)]
    return [*above_below, ("LEFTPADDING", *everywhere, 2), ("RIGHTPADDING", *everywhere, 2)]


def _picture(block: Picture) -> list[Any]:
    from reportlab.platypus import Image, KeepTogether, Spacer

    width, height = block.size_mm
    scale = min(1.0, PAGE_WIDTH_MM / width, TALLEST_MM / height)
    image = Image(io.BytesIO(block.png), width=width * scale * MM, height=height * scale * MM, hAlign="LEFT")
    caption = [_text(block.caption, "note")] if block.caption else []
    return [KeepTogether([image, *caption, Spacer(1, 4)])]


def _register_fonts() -> None:
    import matplotlib
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in ((FONT, "DejaVuSans.ttf"), (BOLD, "DejaVuSans-Bold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(folder / file)))


def _numbered_canvas(document: Document) -> type[Canvas]:
    """A canvas that knows at the end how many pages there are, and writes head and foot on each."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  reportlab's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                _write_edges(self, document, number, len(self._pages))
                Canvas.showPage(self)
            Canvas.save(self)

    return Numbered


def _write_edges(canvas: Canvas, document: Document, number: int, pages: int) -> None:
    left, right = MARGIN_MM * MM, (210 - MARGIN_MM) * MM
    canvas.setFillColor(GREY)
    canvas.setStrokeColor(RULE)
    canvas.setFont(FONT, 7)
    if number > 1:
        canvas.drawString(left, 286 * MM, _cut(canvas, f"{document.title} – {document.about}", right - left))
    canvas.line(left, 12 * MM, right, 12 * MM)
    canvas.drawString(left, 8.5 * MM, f"{NOTICE} {document.created}")
    canvas.drawRightString(right, 8.5 * MM, f"page {number} of {pages}")


def _cut(canvas: Canvas, text: str, width: float) -> str:
    """The text, or as much of it as fits."""
    while text and canvas.stringWidth(text, FONT, 7) > width:
        text = text[:-2] + "…"
    return text
