"""Draw the module's icon and the sample case's thumbnail: python ParaspinalFat/Resources/Icons/draw_icons.py

The icon is a lumbar cross-section of our own drawing in the colours of ``ParaspinalFatLib.anatomy``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.resources import resource

FOLDER = Path(__file__).resolve().parent
ICON_SIZE = 256
SMOOTHING = 4
"""Drawn this many times larger, then reduced, for smooth edges."""

FAT = (247, 240, 221)
INSIDE = (86, 88, 96)
BONE = (226, 219, 205)

# Left half of the section, x from the midline and y from the front, in hundredths of the icon's width.
ERECTOR_SPINAE = ((9.5, 66), (15, 62), (24, 61), (31, 66), (32, 74), (27, 82), (18, 86), (11, 85), (11.5, 76))
MULTIFIDUS = ((2.5, 66), (8, 65), (10, 74), (9.5, 83), (6, 87), (2.5, 86))
PSOAS = ((14.5, 44), (19, 38), (26, 38), (31, 44), (31, 52), (25, 58), (18, 57), (14.5, 52))
QUADRATUS = ((27, 59), (33, 54), (37, 56), (36, 62), (32, 64))
TRANSVERSE_PROCESS = ((9, 58), (17, 59.5), (21, 58), (21, 60.5), (15, 62.5), (8, 64))


def smooth(points: tuple[tuple[float, float], ...], side: int) -> list[tuple[float, float]]:
    """Closed curve through the corners' middles (two rounds of corner cutting), in picture coordinates."""
    outline = np.array(points)
    for _round in range(3):
        after = np.roll(outline, -1, axis=0)
        outline = np.stack([0.75 * outline + 0.25 * after, 0.25 * outline + 0.75 * after], axis=1).reshape(-1, 2)
    size = ICON_SIZE * SMOOTHING / 100
    return [(float(50 + side * x) * size, float(y) * size) for x, y in outline]


def colour(identifier: str) -> tuple[int, int, int]:
    red, green, blue = (round(255 * part) for part in BY_IDENTIFIER[identifier].colour)
    return red, green, blue


def icon() -> Picture.Image:
    """The icon; the patient's right is on the picture's left, as on every axial image."""
    size = ICON_SIZE * SMOOTHING
    picture = Picture.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)

    def ellipse(centre: tuple[float, float], radii: tuple[float, float], fill: tuple[int, int, int]) -> None:
        (x, y), (rx, ry) = centre, radii
        draw.ellipse([(x - rx) * size / 100, (y - ry) * size / 100, (x + rx) * size / 100, (y + ry) * size / 100], fill)

    ellipse((50, 52), (49, 44), FAT)
    ellipse((50, 51), (44, 38.5), INSIDE)
    for side, name in ((-1, "right"), (1, "left")):
        draw.polygon(smooth(TRANSVERSE_PROCESS, side), BONE)
        for shape, muscle in ((ERECTOR_SPINAE, "ES"), (MULTIFIDUS, "MF"), (PSOAS, "PM"), (QUADRATUS, "QL")):
            draw.polygon(smooth(shape, side), colour(f"{muscle}_{name}"))
    ellipse((50, 63), (8, 6.5), BONE)
    ellipse((50, 44), (15, 12.5), BONE)
    ellipse((50, 44), (12.5, 10.2), colour("IVD"))
    ellipse((50, 61.5), (5.2, 4.2), colour("canal"))
    draw.polygon(smooth(((-1.6, 66), (1.6, 66), (1.8, 84), (-1.8, 84)), 1), BONE)
    return picture.resize((ICON_SIZE, ICON_SIZE), Picture.Resampling.LANCZOS)


def thumbnail() -> Picture.Image:
    """A middle slice of the sample case's water image with its muscles tinted."""
    view = axial_view(read_image(resource("SampleCase", "water.nii.gz")))
    labels = axial_view(read_image(resource("SampleCase", "labels.nii.gz"))).image.array
    middle = len(labels) // 2
    grey = np.clip(view.image.array[middle] / np.percentile(view.image.array[middle], 99.5), 0, 1)
    shown = np.repeat(grey[:, :, None], 3, axis=2)
    for value, structure in BY_VALUE.items():
        if structure.is_muscle:
            mask = labels[middle] == value
            shown[mask] = 0.55 * shown[mask] + 0.45 * np.array(structure.colour)
    return Picture.fromarray((255 * shown).astype(np.uint8))


if __name__ == "__main__":
    icon().save(FOLDER / "ParaspinalFat.png", optimize=True)
    thumbnail().save(FOLDER / "ParaspinalFatSample.png", optimize=True)
