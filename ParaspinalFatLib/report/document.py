"""A document as its parts, without a format: the HTML page and the PDF are made from the same parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NOTICE = "Research use only. Not a medical device, not for diagnosis."

PAGE_WIDTH_MM = 180.0
"""What pictures and tables may fill of an A4 page (210 mm wide)."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph.

    Attributes:
        text: plain text; it is escaped where it is written.
        is_note: smaller, beside the matter.
    """

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What something is, line by line: (name, value)."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Heading:
    """One column of a table.

    Attributes:
        title: what it holds.
        unit: as it is printed under the title.
        is_number: numbers stand at the right, so that their digits lie below one another.
        share: part of the width, relative to the other columns.
    """

    title: str
    unit: str = ""
    is_number: bool = False
    share: float = 1.0


@dataclass(frozen=True)
class TableBlock:
    """A table whose heading is repeated on every page.

    Attributes:
        title: above the table.
        headings: the columns.
        rows: cells as text, one for each column.
        together: whether it must not be divided between pages.
    """

    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    together: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture that lies in the document itself.

    Attributes:
        png: content of a PNG file.
        size_mm: width and height on paper.
        says: what it shows, for readers who cannot see it.
        caption: below the picture.
    """

    png: bytes
    size_mm: tuple[float, float]
    says: str
    caption: str = ""


Block = Paragraph | Bullets | Facts | TableBlock | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it.

    Attributes:
        title: the heading.
        blocks: the content.
        new_page: whether it begins a page on paper.
    """

    title: str
    blocks: Sequence[Block]
    new_page: bool = False


@dataclass(frozen=True)
class Document:
    """All of it.

    Attributes:
        title: of the document.
        about: which case or cohort; stands on every page.
        created: when it was made.
        sections: the content.
    """

    title: str
    about: str
    created: str
    sections: tuple[Section, ...]
