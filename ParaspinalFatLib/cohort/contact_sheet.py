"""The contact sheet: the overlays of the most conspicuous cases, small, on one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.cohort.review_list import ReviewEntry
from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.files import written_whole

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageFont import FreeTypeFont

OVERLAY = "overlay.png"
BESIDE = 3
CELL = (720, 880)
"""Width and height of one case in pixels, its caption included."""

CAPTION_HEIGHT, FONT_SIZE = 58, 17
MOST = 12
"""Cases on a sheet that can still be judged."""


def write_contact_sheet(path: Path, entries: Sequence[ReviewEntry], most: int = MOST) -> int:
    """Write the sheet as PNG; overlays are opened one after the other.

    Args:
        path: of the sheet.
        entries: the most conspicuous first.
        most: cases shown.

    Returns:
        How many cases are shown; 0 if there is none to show, and then no file is written.

    Raises:
        OutputError: the folder cannot be written.
        MissingPackageError: Pillow, which comes with matplotlib, is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingPackageError(
            "The contact sheet needs Pillow, which is not installed. Run: python -m pip install Pillow matplotlib"
        ) from error
    shown = entries[:most]
    if not shown:
        return 0
    width, height = CELL
    sheet = Image.new("RGB", (width * min(BESIDE, len(shown)), height * -(-len(shown) // BESIDE)), "black")
    for number, entry in enumerate(shown):
        row, column = divmod(number, BESIDE)
        sheet.paste(_cell(entry, number + 1), (column * width, row * height))
    with written_whole(path) as beside:
        sheet.save(beside, format="PNG", optimize=True)
    return len(shown)


def _cell(entry: ReviewEntry, number: int) -> Picture:
    from PIL import Image, ImageDraw

    width, height = CELL
    cell = Image.new("RGB", CELL, "black")
    draw = ImageDraw.Draw(cell)
    for line, text in enumerate((f"{number}  {entry.case}", entry.reasons[0] if entry.reasons else "")):
        draw.text((8, 6 + line * 26), _cut(text, width - 16), fill="white" if line == 0 else "#bbbbbb", font=_font())
    picture = _overlay(entry.segmentation.parent / OVERLAY, (width - 8, height - CAPTION_HEIGHT - 8))
    if picture is None:
        draw.text((8, CAPTION_HEIGHT + 8), "no picture", fill="#bbbbbb", font=_font())
    else:
        cell.paste(picture, ((width - picture.width) // 2, CAPTION_HEIGHT))
    return cell


def _overlay(path: Path, largest: tuple[int, int]) -> Picture | None:
    """The picture made to fit; None if it cannot be read."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    picture.thumbnail(largest, Image.Resampling.LANCZOS)
    return picture


def _font() -> FreeTypeFont:
    import matplotlib
    from PIL import ImageFont

    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", FONT_SIZE)


def _cut(text: str, width: int) -> str:
    """As much of a line as fits."""
    font = _font()
    while len(text) > 1 and font.getlength(text) > width:
        text = text[:-2] + "…"
    return text
