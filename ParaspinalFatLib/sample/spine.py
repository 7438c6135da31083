"""The spine: discs, vertebral bodies, arches, canal and sacrum, with the lumbar lordosis and a slight scoliosis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.sample import tissue
from ParaspinalFatLib.sample.lofts import Loft, swell
from ParaspinalFatLib.sample.shapes import Capsule, Ellipse, Plane, Point, both_halves, mirrored
from ParaspinalFatLib.sample.tissue import Canvas, Patch
from ParaspinalFatLib.sample.waves import Waves

DISC, BODY, ARCH, CANAL, SACRUM = (BY_IDENTIFIER[name].value for name in ("IVD", "VB", "VA", "canal", "sacrum"))


@dataclass(frozen=True)
class Disc:
    """One intervertebral disc.

    Attributes:
        level: name of the level.
        height: mm above the lumbosacral disc, of its middle.
        tilt: slope of its plane from front to back (mm per mm): positive where the front lies lower.
        list: slope from right to left, positive where the left lies higher.
        front, back: thickness in mm at its front and back borders.
    """

    level: str
    height: float
    tilt: float
    list: float
    front: float
    back: float

    def above(self, x: Plane, y: Plane, z: float) -> Plane:
        """Height in mm of points over the disc's middle plane."""
        return (np.float32(z - self.height) - self.tilt * (y - np.float32(BODY_CENTRE[1])) - self.list * x).astype(
            np.float32
        )

    def half_thickness(self, y: Plane) -> Plane:
        """Half the disc's thickness at points from front to back."""
        share = np.clip((y - np.float32(BODY_FRONT)) / np.float32(BODY_BACK - BODY_FRONT), 0, 1)
        return (0.5 * (self.front + (self.back - self.front) * share)).astype(np.float32)


BODY_CENTRE: Point = (0.0, -26.0)
BODY_FRONT, BODY_BACK = -43.0, -9.0

DISCS = (
    Disc("L5/S1", 0.0, 0.34, 0.00, 12.0, 7.0),
    Disc("L4/5", 35.0, 0.16, 0.03, 13.0, 8.5),
    Disc("L3/4", 69.5, 0.06, 0.04, 11.5, 9.0),
    Disc("L2/3", 103.0, -0.02, 0.02, 10.5, 8.5),
    Disc("L1/2", 135.0, -0.06, -0.02, 9.0, 8.0),
)

ENDPLATE_MM = 1.0
CORTEX_MM = 1.0

_DISC_HALF = ((0, -44), (11, -42.5), (21, -36), (26, -26), (25, -17), (18, -10.5), (9, -8.5), (0, -9))
_WAIST_HALF = ((0, -41.5), (10, -40.5), (18.5, -35), (22.5, -26), (22, -17.5), (16, -11), (8, -9), (0, -9.5))
COLUMN = Loft(
    {
        height: both_halves(half)
        for disc, above in zip(DISCS, [*(following.height for following in DISCS[1:]), 168.0], strict=True)
        for height, half in ((disc.height, _DISC_HALF), ((disc.height + above) / 2, _WAIST_HALF))
    }
)
"""The column of discs and bodies: wide at the discs, with a waist at the middle of each body."""

CANAL_LOFT = Loft(
    {
        -15.0: both_halves(((0, -6), (7, -5), (10, -1), (5, 6), (0, 8))),
        20.0: both_halves(((0, -7), (8, -6), (10, -1), (5, 6), (0, 8))),
        120.0: both_halves(((0, -7), (7, -6), (10, 0), (7, 6), (0, 8))),
    }
)

SCOLIOSIS_MM, LORDOSIS_MM, ROTATION_DEGREES = 4.0, 9.0, 3.0


def course(z: float) -> tuple[float, float, float]:
    """Where the canal's centre lies at height ``z``: mm to the left, mm to posterior, and rotation in radians."""
    phase = np.pi * z / 135.0
    forward = LORDOSIS_MM * ((z - 60.0) / 75.0) ** 2
    return float(SCOLIOSIS_MM * np.sin(phase)), float(forward), float(np.radians(ROTATION_DEGREES) * np.sin(phase))


@dataclass(frozen=True)
class Process:
    """A bony process of one vertebra, drawn as a rounded bar that swells and fades along the spine.

    Attributes:
        line: its course in the plane, left side; bars off the midline are drawn on both sides.
        radius: mm at its middle height.
        centre: mm above the disc below the vertebra.
        half_height: mm.
    """

    line: tuple[Point, ...]
    radius: float
    centre: float
    half_height: float

    def bars(self, above_disc: float) -> list[Capsule]:
        """Its section at a height over the disc below."""
        scale = swell(above_disc, self.centre - self.half_height, self.centre + self.half_height, self.half_height)
        if scale < 0.2:
            return []
        bar = Capsule(self.line, self.radius * scale)
        return [bar] if all(x == 0 for x, _ in self.line) else [bar, Capsule(mirrored(self.line), bar.radius)]


PROCESSES = (
    Process(((14.0, -12.0), (15.5, 3.0)), 4.8, 24.0, 8.5),                   # pedicle
    Process(((16.0, 2.0), (28.0, 3.0), (39.0, 7.5)), 3.4, 20.0, 6.0),        # transverse process
    Process(((17.0, 4.0), (18.0, 11.0)), 5.0, 21.0, 17.0),                   # pars and superior facet
    Process(((14.0, 7.0), (7.0, 12.0), (0.0, 15.0)), 2.8, 12.0, 13.0),       # lamina
    Process(((13.0, 10.0), (16.0, 14.0)), 4.2, 0.0, 13.0),                   # inferior facet, beside the disc below
    Process(((0.0, 15.0), (0.0, 38.0)), 3.0, 6.0, 13.0),                     # spinous process
)  # fmt: skip

SACRAL_PROCESSES = (
    Process(((18.0, -17.0), (36.0, -9.0)), 14.0, -28.0, 28.0),               # ala, beside the body
    Process(((36.0, -8.0), (56.0, 4.0)), 11.5, -28.0, 26.0),                 # ala, towards the iliac bone
    Process(((30.0, 2.0), (46.0, 10.0)), 8.0, -30.0, 26.0),                  # ala, rear
    Process(((18.0, 2.0), (22.0, 12.0)), 5.5, -14.0, 20.0),                  # superior facet and intermediate crest
    Process(((14.0, 9.0), (0.0, 15.0)), 3.0, -22.0, 16.0),                   # lamina
    Process(((0.0, 15.0), (0.0, 30.0)), 3.2, -22.0, 14.0),                   # median crest
)  # fmt: skip


@dataclass(frozen=True)
class SpineTexture:
    """The random part of the bones."""

    trabeculae: Waves

    @classmethod
    def random(cls, generator: np.random.Generator) -> SpineTexture:
        return cls(Waves.random(generator, 3, 16, along_mm=10, count=16))


def paint_spine(canvas: Canvas, z: float, texture: SpineTexture) -> None:
    """Paint the section of the spine at height ``z`` over what lies around it."""
    _paint_ligaments(canvas)
    _paint_column(canvas, z, texture)
    _paint_bars(canvas, [bar for process in SACRAL_PROCESSES for bar in process.bars(z)], SACRUM, texture, z)
    for below in DISCS:
        bars = [bar for process in PROCESSES for bar in process.bars(z - below.height)]
        _paint_bars(canvas, bars, ARCH, texture, z)
    _paint_canal(canvas, z)


def _paint_ligaments(canvas: Canvas) -> None:
    canvas.paint(Capsule(((0.0, 14.0), (0.0, 46.0)), 2.6), tissue.INTERSPINOUS)
    for side in (1, -1):
        canvas.paint(Capsule(((side * 11.0, 7.0), (side * 2.0, 13.5)), 1.8), tissue.LIGAMENT)


def _paint_column(canvas: Canvas, z: float, texture: SpineTexture) -> None:
    patch = canvas.patch(COLUMN.outline(z))
    if patch is None:
        return
    inside = patch.depth > 0
    under_all = DISCS[0].above(patch.x, patch.y, z) < 0
    _fill_marrow(patch, inside & ~under_all, tissue.MARROW, BODY, texture, z)
    _fill_marrow(patch, inside & under_all, tissue.MARROW, SACRUM, texture, z)
    for where, value in ((inside & ~under_all, BODY), (inside & under_all, SACRUM)):
        patch.fill(where & (patch.depth < CORTEX_MM), tissue.CORTEX, value)
        for disc in DISCS:
            near = np.abs(disc.above(patch.x, patch.y, z)) < disc.half_thickness(patch.y) + ENDPLATE_MM
            patch.fill(where & near, tissue.ENDPLATE, value)
    for disc in DISCS:
        _fill_disc(patch, disc, z)


def _fill_disc(patch: Patch, disc: Disc, z: float) -> None:
    flat = disc.half_thickness(patch.y) - np.abs(disc.above(patch.x, patch.y, z))
    where = (patch.depth > 0) & (flat > 0)
    inner = np.clip((np.minimum(patch.depth / 9, flat / 3)), 0, 1)
    brightness = tissue.ANNULUS.brightness + (tissue.NUCLEUS.brightness - tissue.ANNULUS.brightness) * inner
    rim = patch.depth < CORTEX_MM
    brightness = np.where(rim, np.float32(tissue.LIGAMENT.brightness), brightness)
    patch.fill_field(where, brightness.astype(np.float32), np.float32(tissue.NUCLEUS.fat_fraction), DISC)


def _fill_marrow(
    patch: Patch, where: np.ndarray, marrow: tissue.Tissue, value: int, texture: SpineTexture, z: float
) -> None:
    fraction = np.clip(marrow.fat_fraction + 0.04 * texture.trabeculae(patch.x, patch.y, z), 0, 1)
    patch.fill_field(where, np.float32(marrow.brightness), fraction.astype(np.float32), value)


def _paint_bars(canvas: Canvas, bars: list[Capsule], value: int, texture: SpineTexture, z: float) -> None:
    """Bone drawn from overlapping bars: all cortex first, then the marrow, so that no cortex runs through the inside."""
    for bar in bars:
        canvas.paint(bar, tissue.CORTEX, value)
    for bar in bars:
        core = Capsule(bar.line, bar.radius - 1.3 * CORTEX_MM)
        patch = canvas.patch(core) if core.radius > 0 else None
        if patch is not None:
            _fill_marrow(patch, patch.depth > 0, tissue.ARCH_MARROW, value, texture, z)


def _paint_canal(canvas: Canvas, z: float) -> None:
    """Epidural fat, then the sac of fluid (the structure ``canal``), then the roots of the cauda equina in it."""
    canvas.paint(CANAL_LOFT.outline(z, width=1.25), tissue.DEEP_FAT)
    canvas.paint(CANAL_LOFT.outline(z), tissue.FLUID, CANAL, rim=tissue.NERVE, rim_mm=0.7)
    spread = 1.0 + 0.25 * (z < 60)
    for number in range(8):
        angle = np.pi * (number + 0.5) / 8
        root = (float(6.0 * np.cos(angle) / spread), float(0.5 + 3.4 * np.sin(angle) / spread))
        canvas.paint(Ellipse(root, (0.9, 0.9)), tissue.NERVE, CANAL)
