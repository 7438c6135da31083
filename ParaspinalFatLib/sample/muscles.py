"""The paraspinal muscles: their outlines along the spine, their asymmetry, and the fat inside them.

The outlines are our own free drawing of an adult of medium build, made to the usual proportions (multifidus growing and
erector spinae shrinking towards the sacrum, psoas growing, quadratus lumborum ending at the iliac crest). Sections name the
left side; the right one is mirrored. Sides differ on purpose: a program that mixes them up does not get the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, Side
from ParaspinalFatLib.sample.lofts import Loft
from ParaspinalFatLib.sample.shapes import Outline, Plane, mirrored
from ParaspinalFatLib.sample.tissue import FASCIA, FAT_BRIGHTNESS, Canvas
from ParaspinalFatLib.sample.waves import Waves

MULTIFIDUS = Loft(
    {
        -15.0: ((9, 17), (22, 13), (34, 17), (38, 28), (36, 40), (30, 50), (19, 54), (8, 54), (3, 46), (3, 30)),
        17.0: ((9, 14), (20, 11), (30, 14), (33, 26), (32, 39), (28, 51), (18, 57), (8, 57), (3, 50), (3, 31)),
        52.0: ((8, 13), (14, 11), (21, 14), (26, 23), (26, 35), (23, 48), (16, 57), (8, 57), (3, 49), (3, 31)),
        86.0: ((7, 13), (11, 12), (16, 15), (20, 25), (19, 37), (16, 48), (11, 54), (6, 53), (3, 45), (3, 29)),
        120.0: ((6, 13), (9, 12.5), (13, 15), (16.5, 24), (16, 34), (13, 42), (9, 48), (5, 48), (3, 40), (3, 27)),
    }
)
ERECTOR_SPINAE = Loft(
    {
        -15.0: (
            (37, 20), (43, 16), (51, 15), (58, 20), (61, 28),
            (58, 37), (52, 45), (43, 50), (35, 52), (33, 44), (36, 36), (37, 28),
        ),
        17.0: (
            (31, 13), (43, 7), (55, 8), (65, 14), (68, 24), (65, 35),
            (56, 45), (44, 54), (33, 57), (29, 52), (32, 41), (33, 26),
        ),
        52.0: (
            (22, 13), (36, 9), (54, 11), (69, 17), (76, 26),
            (75, 37), (64, 47), (50, 55), (32, 58), (20, 57), (25, 45), (26, 27),
        ),
        86.0: (
            (16, 13), (35, 11), (55, 13), (72, 20), (80, 29),
            (77, 40), (62, 50), (46, 56), (28, 57), (14, 54), (18, 41), (20, 26),
        ),
        120.0: (
            (14, 13), (31, 10), (47, 11), (62, 17), (72, 26),
            (70, 36), (57, 47), (42, 53), (24, 54), (11, 49), (15, 36), (16, 24),
        ),
    }
)  # fmt: skip
PSOAS = Loft(
    {
        -15.0: (
            (30, -30), (33, -41), (43, -50), (55, -53), (65, -47),
            (68, -34), (62, -21), (51, -14), (40, -15), (32, -20),
        ),
        17.0: ((23, -24), (27, -37), (36, -45), (48, -47), (57, -40), (59, -27), (53, -13), (42, -5), (31, -3), (21, -10)),
        52.0: ((21, -22), (24, -34), (32, -40), (42, -41), (50, -33), (52, -19), (47, -6), (38, 0), (29, 0), (19, -9)),
        86.0: ((20, -20), (23, -30), (29, -35), (37, -35), (43, -28), (45, -16), (41, -4), (34, 2), (26, 0), (18, -9)),
        120.0: ((19, -17), (23, -25), (27, -30), (33, -31), (38, -24), (39, -13), (36, -2), (30, 3), (24, 1), (18, -8)),
    }
)  # fmt: skip
QUADRATUS_LUMBORUM = Loft(
    {
        20.0: ((46, 4), (55, -4), (68, -5), (79, -1), (82, 6), (72, 11), (56, 9)),
        52.0: ((42, 6), (52, -3), (66, -2), (80, 6), (87, 16), (76, 19), (58, 14)),
        86.0: ((37, 7), (46, -1), (58, 0), (70, 8), (79, 18), (70, 21), (53, 16)),
        120.0: ((33, 8), (38, 1), (47, 2), (56, 9), (64, 17), (55, 18), (43, 13)),
    },
    bottom=18.0,
    top=136.0,
)
ILIACUS = Loft(
    {
        -15.0: ((76, 1), (88, -10), (100, -24), (113, -44), (106, -47), (93, -40), (80, -27), (72, -12)),
        0.0: ((76, 6), (86, -4), (97, -15), (109, -34), (104, -38), (93, -30), (82, -17), (73, -4)),
        17.0: ((78, 6), (85, 1), (92, -6), (99, -16), (97, -20), (89, -16), (82, -9), (77, -1)),
    },
    top=26.0,
)


@dataclass(frozen=True)
class Fat:
    """Fat inside a muscle: a lean ground and bright strands in it, both more towards the sacrum.

    Each pair is the value at the caudal end (S1) and at the cranial end (L2) of the scan.

    Attributes:
        ground: fat fraction between the strands.
        strands: fat fraction added on the crest of a strand.
    """

    ground: tuple[float, float]
    strands: tuple[float, float]


@dataclass(frozen=True)
class Muscle:
    """One muscle on one side: which one, where, and what is inside it."""

    identifier: str
    loft: Loft
    fat: Fat
    width: float = 1.0
    """Scale of the section about its centre."""
    more_fat: float = 1.0
    """Factor on its fat."""
    deep_fat: float = 0.0
    """Fat fraction added next to the lamina, where multifidus degenerates first."""

    def outline(self, z: float) -> Outline | None:
        """The section at height ``z``, x to the left; None where the muscle does not reach."""
        if not self.loft.reaches(z):
            return None
        section = self.loft.outline(z, self.width)
        return section if BY_IDENTIFIER[self.identifier].side is Side.LEFT else Outline(mirrored(section.points))


_MULTIFIDUS_FAT = Fat(ground=(0.13, 0.06), strands=(0.65, 0.35))
_ERECTOR_FAT = Fat(ground=(0.09, 0.05), strands=(0.6, 0.3))
_PSOAS_FAT = Fat(ground=(0.04, 0.03), strands=(0.2, 0.12))
_QUADRATUS_FAT = Fat(ground=(0.06, 0.05), strands=(0.35, 0.2))

MUSCLES = (
    Muscle("QL_right", QUADRATUS_LUMBORUM, _QUADRATUS_FAT, width=1.0),
    Muscle("QL_left", QUADRATUS_LUMBORUM, _QUADRATUS_FAT, width=0.95, more_fat=1.2),
    Muscle("PM_right", PSOAS, _PSOAS_FAT, width=1.0),
    Muscle("PM_left", PSOAS, _PSOAS_FAT, width=0.94),
    Muscle("IC_right", ILIACUS, _PSOAS_FAT, width=1.0),
    Muscle("IC_left", ILIACUS, _PSOAS_FAT, width=0.97),
    Muscle("MF_right", MULTIFIDUS, _MULTIFIDUS_FAT, width=1.0, deep_fat=0.1),
    Muscle("MF_left", MULTIFIDUS, _MULTIFIDUS_FAT, width=0.95, more_fat=1.4, deep_fat=0.2),
    Muscle("ES_right", ERECTOR_SPINAE, _ERECTOR_FAT, width=0.97),
    Muscle("ES_left", ERECTOR_SPINAE, _ERECTOR_FAT, width=1.0, more_fat=1.15),
)
"""In the order of painting: neighbours touch, and the later one has the common border."""

CAUDAL_END, CRANIAL_END = -15.0, 120.0
"""Heights in mm to which the two values of :class:`Fat` belong."""

STRAND_WIDTH = 0.28
"""Width of the fat strands in standard deviations of the waves they follow: they take about a fifth of the muscle."""

EPIMYSIUM_MM = 0.5
"""Thickness of the dark sheath at a muscle's border."""


@dataclass(frozen=True)
class MuscleTexture:
    """The random part of the muscles, drawn once for a whole body."""

    strands: Waves
    patches: Waves
    grain: Waves

    @classmethod
    def random(cls, generator: np.random.Generator) -> MuscleTexture:
        return cls(
            strands=Waves.random(generator, 7, 18, along_mm=70),
            patches=Waves.random(generator, 18, 45, along_mm=60, count=6),
            grain=Waves.random(generator, 4, 14, along_mm=40, count=14),
        )

    def fat_fraction(self, muscle: Muscle, x: Plane, y: Plane, z: float) -> Plane:
        """The fat fraction at points inside a muscle: the closed-form field behind the truth."""
        share = float(np.clip((z - CAUDAL_END) / (CRANIAL_END - CAUDAL_END), 0, 1))
        ground, strands = (float(np.interp(share, (0, 1), pair)) for pair in (muscle.fat.ground, muscle.fat.strands))
        patchy = 1 / (1 + np.exp(-3 * self.patches(x, y, z)))
        near_lamina = np.exp(-((np.abs(x) - 8) ** 2 + (y - 20) ** 2) / np.float32(2 * 9**2))
        field = ground + strands * patchy * self.strands.ridges(x, y, z, STRAND_WIDTH)
        return np.clip(
            np.float32(muscle.more_fat) * field + np.float32(muscle.deep_fat * (1 - 0.8 * share)) * near_lamina, 0, 0.95
        )


def paint_muscles(canvas: Canvas, z: float, texture: MuscleTexture) -> None:
    """Paint every muscle's section at height ``z``."""
    for muscle in MUSCLES:
        outline = muscle.outline(z)
        patch = None if outline is None else canvas.patch(outline)
        if patch is None:
            continue
        fraction = texture.fat_fraction(muscle, patch.x, patch.y, z)
        brightness = (1 + 0.025 * texture.grain(patch.x, patch.y, z)) * (1 + np.float32(FAT_BRIGHTNESS) * fraction)
        value = BY_IDENTIFIER[muscle.identifier].value
        sheath = patch.depth < EPIMYSIUM_MM
        brightness = np.where(sheath, np.float32(FASCIA.brightness), brightness)
        fraction = np.where(sheath, np.float32(FASCIA.fat_fraction), fraction)
        patch.fill_field(patch.depth > 0, brightness.astype(np.float32), fraction, value)
