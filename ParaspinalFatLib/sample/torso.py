"""The torso around muscles and spine: skin, fat, the trunk's wall and pelvis, with the organs inside.

None of it is measured; it is there so that the muscles have the neighbours they have in a patient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ParaspinalFatLib.sample import tissue
from ParaspinalFatLib.sample.lofts import Loft, swell
from ParaspinalFatLib.sample.organs import Organs
from ParaspinalFatLib.sample.shapes import Capsule, Point, both_halves, mirrored
from ParaspinalFatLib.sample.tissue import Canvas
from ParaspinalFatLib.sample.waves import Waves

BODY = Loft(
    {
        -15.0: both_halves(
            ((0, -118), (55, -117), (112, -104), (152, -72), (172, -30),
             (172, 12), (148, 50), (108, 74), (58, 86), (20, 87), (0, 83))
        ),
        40.0: both_halves(
            ((0, -122), (55, -120), (110, -106), (149, -73), (166, -30),
             (163, 9), (141, 43), (103, 65), (58, 77), (20, 78), (0, 72))
        ),
        120.0: both_halves(
            ((0, -124), (55, -122), (110, -108), (148, -75), (162, -30),
             (158, 8), (136, 40), (100, 59), (58, 69), (20, 68), (0, 61))
        ),
    }
)  # fmt: skip
"""The skin's outer surface."""

TRUNK = Loft(
    {
        -15.0: both_halves(
            ((0, -99), (45, -98), (90, -88), (124, -68), (142, -42),
             (138, -8), (118, 22), (88, 42), (52, 53), (20, 57), (0, 54))
        ),
        17.0: both_halves(
            ((0, -102), (45, -101), (90, -90), (120, -67), (130, -34),
             (121, -3), (101, 18), (77, 36), (48, 54), (20, 59), (0, 56))
        ),
        52.0: both_halves(
            ((0, -106), (45, -104), (92, -92), (121, -67), (131, -34),
             (122, -2), (103, 20), (81, 34), (55, 53), (25, 59), (0, 53))
        ),
        86.0: both_halves(
            ((0, -108), (45, -107), (94, -94), (124, -67), (134, -32),
             (126, 2), (106, 22), (84, 35), (60, 52), (30, 58), (0, 51))
        ),
        120.0: both_halves(
            ((0, -110), (48, -109), (98, -95), (128, -67), (138, -30),
             (131, 5), (109, 25), (78, 39), (54, 51), (24, 55), (0, 47))
        ),
    }
)  # fmt: skip
"""The deep fascia around all muscles of the trunk."""

CAVITY = Loft(
    {
        -15.0: both_halves(
            ((0, -89), (45, -87), (84, -77), (108, -60), (118, -46), (102, -28), (80, -6), (60, 2), (40, 2), (0, 0))
        ),
        17.0: both_halves(
            ((0, -91), (45, -89), (82, -78), (105, -58), (113, -34), (104, -14), (86, 2), (60, 5), (40, 2), (0, 0))
        ),
        52.0: both_halves(
            ((0, -96), (45, -94), (84, -80), (107, -58), (115, -32), (109, -6), (92, 8), (66, 6), (40, 2), (0, 0))
        ),
        120.0: both_halves(
            ((0, -99), (48, -97), (90, -83), (114, -58), (122, -29), (115, -2), (96, 10), (66, 7), (40, 2), (0, 0))
        ),
    }
)
"""The inner surface of the trunk's wall, behind the peritoneum too."""

SKIN_MM = 2.0
DEEP_FASCIA_MM = 0.7


def _paired_ilium() -> dict[float, tuple[Point, ...]]:
    """Inner line of the left iliac bone from front to back, by height."""
    return {
        -15.0: ((126, -50), (106, -17), (66, 22)),
        0.0: ((121, -38), (103, -9), (74, 20)),
        14.0: ((111, -20), (99, -1), (81, 15)),
        28.0: ((92, 3), (88, 7), (83, 11)),
    }


ILIUM = Loft(_paired_ilium(), top=33.0)
GLUTEUS = Loft(
    {height: tuple((x + 9, y + 11) for x, y in line) for height, line in _paired_ilium().items()},
    top=22.0,
)


@dataclass(frozen=True)
class Torso:
    """The random part of the torso."""

    organs: Organs
    septa: Waves

    @classmethod
    def random(cls, generator: np.random.Generator) -> Torso:
        return cls(Organs.random(generator), Waves.random(generator, 25, 60, along_mm=80))

    def paint(self, canvas: Canvas, z: float) -> None:
        """Paint the section at height ``z`` of all that lies around muscles and spine."""
        self._paint_shell(canvas, z)
        self.organs.paint(canvas, z, CAVITY.outline(z))
        _paint_pelvis(canvas, z)

    def _paint_shell(self, canvas: Canvas, z: float) -> None:
        body, trunk, cavity = (loft.outline(z) for loft in (BODY, TRUNK, CAVITY))
        canvas.paint(body, tissue.FAT, rim=tissue.SKIN, rim_mm=SKIN_MM)
        patch = canvas.patch(trunk)
        if patch is None:
            return
        lines = self.septa.ridges(canvas.x, canvas.y, z, 0.03) > 0.5
        under_skin = lines & (canvas.fat_fraction == np.float32(tissue.FAT.fat_fraction))
        canvas.fat_fraction[under_skin] = tissue.SEPTUM.fat_fraction
        canvas.brightness[under_skin] = tissue.SEPTUM.brightness
        patch.fill(patch.depth > 0, tissue.DEEP_FAT)
        inside_wall = -cavity.depth(patch.x, patch.y)
        layer = patch.depth / np.maximum(patch.depth + inside_wall, np.float32(0.1))
        aside = np.abs(patch.x)
        rear = 66.0 + 22.0 * float(np.clip((34.0 - z) / 14.0, 0, 1))  # at the crest the wall ends on the bone
        free_border = patch.y < 10 + 0.4 * (aside - 66)
        flank = free_border & ((aside > rear) | (patch.y < -40)) & (patch.depth > 0) & (inside_wall > 0)
        between = (np.abs(layer - 0.36) < 0.035) | (np.abs(layer - 0.68) < 0.035) | (aside < 4)
        patch.fill(flank & ~between, tissue.LEAN)
        patch.fill((patch.depth > 0) & (patch.depth < DEEP_FASCIA_MM), tissue.FASCIA)


def _paint_pelvis(canvas: Canvas, z: float) -> None:
    """Gluteal muscle outside the iliac bone, thick in front, and the bone itself, thick behind."""
    for loft, radii, flesh, rim in (
        (GLUTEUS, (14.0, 9.0), tissue.LEAN, tissue.FASCIA),
        (ILIUM, (4.5, 6.5), tissue.ARCH_MARROW, tissue.CORTEX),
    ):
        scale = swell(z, -np.inf, loft.top)
        if scale < 0.2:
            continue
        front, middle, back = loft.points(z)
        parts = [
            Capsule(line, scale * radius) for line, radius in zip(((front, middle), (middle, back)), radii, strict=True)
        ]
        for bars in (parts, [Capsule(mirrored(bar.line), bar.radius) for bar in parts]):
            for bar in bars:
                canvas.paint(bar, rim)
            for bar in bars:
                canvas.paint(Capsule(bar.line, max(bar.radius - 1.2, 0.1)), flesh)
