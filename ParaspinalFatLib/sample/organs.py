"""The organs in front of the spine: bowel, kidneys, liver and the great vessels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ParaspinalFatLib.sample import tissue
from ParaspinalFatLib.sample.shapes import Ellipse, Shape
from ParaspinalFatLib.sample.tissue import Canvas, Tissue
from ParaspinalFatLib.sample.waves import Waves


@dataclass(frozen=True)
class Blob:
    """A rounded organ: an ellipsoid with a wall and a content."""

    centre: tuple[float, float, float]
    half_axes: tuple[float, float, float]
    wall: Tissue
    content: Tissue
    wall_mm: float = 2.0
    mottled: float = 0.0
    """How uneven the content is: standard deviation of its brightness relative to its mean."""

    def section(self, z: float) -> Ellipse | None:
        x, y, middle = self.centre
        a, b, c = self.half_axes
        scale = float(np.sqrt(max(0.0, 1 - ((z - middle) / c) ** 2)))
        return Ellipse((x, y), (a * scale, b * scale)) if scale > 0.2 else None


KIDNEYS = (
    Blob((-72.0, -21.0, 104.0), (27.0, 21.0, 48.0), tissue.KIDNEY, tissue.KIDNEY, mottled=0.05),
    Blob((72.0, -23.0, 114.0), (25.0, 21.0, 50.0), tissue.KIDNEY, tissue.KIDNEY, mottled=0.05),
)
RENAL_SINUSES = (
    Blob((-62.0, -25.0, 106.0), (11.0, 7.0, 22.0), tissue.DEEP_FAT, tissue.DEEP_FAT),
    Blob((63.0, -27.0, 116.0), (10.0, 7.0, 22.0), tissue.DEEP_FAT, tissue.DEEP_FAT),
)
LIVER_TIP = Blob((-92.0, -45.0, 128.0), (28.0, 36.0, 44.0), tissue.LIVER, tissue.LIVER, mottled=0.04)

AORTA_FORK_MM = 42.0
"""Height at which the aorta divides into the iliac arteries and, a little lower, the iliac veins meet."""


@dataclass(frozen=True)
class Organs:
    """The random part of the organs: where the bowel lies, and how mottled it is."""

    bowel: tuple[Blob, ...]
    mottle: Waves

    @classmethod
    def random(cls, generator: np.random.Generator) -> Organs:
        loops = [_loop(generator) for _ in range(150)]
        colon = [*_colon(generator, -90.0, -24.0, 21.0), *_colon(generator, 96.0, -22.0, 14.0)]
        return cls((*loops, *colon), Waves.random(generator, 4, 11, along_mm=9))

    def paint(self, canvas: Canvas, z: float, cavity: Shape) -> None:
        """Paint the organs at height ``z`` where they lie inside the cavity, and the vessels before the spine."""
        for blob in (*self.bowel, LIVER_TIP, *KIDNEYS, *RENAL_SINUSES):
            section = blob.section(z)
            patch = None if section is None else canvas.patch(section)
            if patch is None:
                continue
            where = (patch.depth > 0) & (cavity.depth(patch.x, patch.y) > 1.0)
            patch.fill(where, blob.wall)
            brightness = blob.content.brightness * (1 + blob.mottled * self.mottle(patch.x, patch.y, z))
            content = where & (patch.depth > blob.wall_mm)
            patch.fill_field(content, np.maximum(brightness, 0.05).astype(np.float32), np.float32(blob.content.fat_fraction))
        _paint_vessels(canvas, z)


def _loop(generator: np.random.Generator) -> Blob:
    """A loop of small bowel in front of the spine and beside the psoas."""
    x = generator.uniform(-98, 98)
    y = generator.uniform(-90, -62 if abs(x) < 62 else -18)
    radius = generator.uniform(9, 15)
    axes = (radius * generator.uniform(0.9, 1.5), radius, radius * generator.uniform(1.2, 2.5))
    content = tissue.GAS if generator.random() < 0.12 and y < -60 else Tissue(float(generator.uniform(0.55, 1.1)), 0.03)
    return Blob((x, y, generator.uniform(-30, 130)), axes, tissue.BOWEL, content, 2.5, mottled=generator.uniform(0.05, 0.2))


def _colon(generator: np.random.Generator, x: float, y: float, radius: float) -> list[Blob]:
    """A column of pouches up one flank, below the kidney's front."""
    pouches = []
    for z in np.arange(-30.0, 100.0, 0.9 * radius):
        shift, size = generator.normal(0, 2.5, 2), radius * generator.uniform(0.85, 1.1)
        forward = 14.0 * max(0.0, (z - 60.0) / 40.0)
        centre = (float(x + shift[0]), float(y + shift[1] - forward), float(z))
        content = Tissue(float(generator.uniform(0.6, 0.8)), 0.08)
        pouches.append(Blob(centre, (size, size, 0.8 * size), tissue.BOWEL, content, 2.0, mottled=0.4))
    return pouches


def _paint_vessels(canvas: Canvas, z: float) -> None:
    spread = max(0.0, AORTA_FORK_MM - z)
    aside = min(14.0 + 0.5 * spread, 40.0)
    if spread == 0.0:
        vessels = [((9.0, -53.0), (9.0, 9.0)), ((-15.0, -51.0), (12.0, 8.5))]
    else:
        vessels = [((side * aside * 0.8, -58.0 + 0.1 * spread), (6.0, 6.0)) for side in (1.0, -1.0)]
        vessels += [((side * aside - 3.0, -49.0 - 0.05 * spread), (7.5, 6.5)) for side in (1.0, -1.0)]
    for centre, half_axes in vessels:
        canvas.paint(Ellipse(centre, half_axes), tissue.BLOOD, rim=tissue.FASCIA, rim_mm=0.8)
