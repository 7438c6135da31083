"""Text that spreadsheets take for text: a cell of a CSV file must never run as a formula."""

from __future__ import annotations

import re

_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What Excel, LibreOffice and Google Sheets take for the start of a formula (OWASP, CSV injection), full-width forms
included."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def safe_cell(text: str) -> str:
    """Text for a cell of a CSV file: one line, without control characters, and never read as a formula.

    An apostrophe is put before what a spreadsheet would calculate; plain numbers stay numbers.

    >>> safe_cell('=HYPERLINK("x")'), safe_cell("@SUM(A1)"), safe_cell("-1.5"), safe_cell("-1+cmd")
    ('\\'=HYPERLINK("x")', "'@SUM(A1)", '-1.5', "'-1+cmd")
    """
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text
