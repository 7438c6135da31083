"""Tissues: how bright they are and how much of that is fat, and the painting of tissues over one another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.sample.shapes import Plane, Point, Shape


@dataclass(frozen=True)
class Tissue:
    """What one tissue gives the scanner.

    Attributes:
        brightness: water plus fat signal, 1 = lean muscle.
        fat_fraction: share of fat in that signal, 0 to 1.
    """

    brightness: float
    fat_fraction: float


AIR = Tissue(0.0, 0.0)
SKIN = Tissue(0.55, 0.15)
FAT = Tissue(1.65, 0.95)
DEEP_FAT = Tissue(1.5, 0.92)
SEPTUM = Tissue(1.3, 0.75)
FASCIA = Tissue(0.6, 0.35)
LEAN = Tissue(1.0, 0.05)
CORTEX = Tissue(0.3, 0.2)
ENDPLATE = Tissue(0.4, 0.15)
MARROW = Tissue(1.05, 0.45)
ARCH_MARROW = Tissue(0.95, 0.5)
LIGAMENT = Tissue(0.45, 0.15)
INTERSPINOUS = Tissue(0.8, 0.4)
NUCLEUS = Tissue(1.0, 0.03)
ANNULUS = Tissue(0.72, 0.04)
FLUID = Tissue(1.3, 0.01)
NERVE = Tissue(0.9, 0.04)
BLOOD = Tissue(1.15, 0.01)
BOWEL = Tissue(0.95, 0.03)
GAS = Tissue(0.12, 0.05)
KIDNEY = Tissue(1.3, 0.02)
LIVER = Tissue(0.95, 0.04)

FAT_BRIGHTNESS = 0.55
"""How much brighter than lean muscle pure fat within it is: shorter T1 at a small flip angle."""


class Canvas:
    """One infinitely thin axial plane, finely sampled; later paint covers earlier paint.

    Attributes:
        x, y: mm, position of every sample in the spine's frame (:mod:`ParaspinalFatLib.sample.shapes`).
        brightness, fat_fraction: what is there.
        structure: uint8, value of :mod:`ParaspinalFatLib.anatomy` that is there, 0 elsewhere.
    """

    def __init__(self, x: Plane, y: Plane) -> None:
        self.x, self.y = x, y
        self.brightness = np.zeros(x.shape, np.float32)
        self.fat_fraction = np.zeros(x.shape, np.float32)
        self.structure: npt.NDArray[np.uint8] = np.zeros(x.shape, np.uint8)

    def window(self, centre: Point, reach: float) -> tuple[slice, slice] | None:
        """The part of the plane within ``reach`` of a point (all of it, a little more around), or None if outside."""
        near = np.abs(self.x - np.float32(centre[0])) <= reach
        near &= np.abs(self.y - np.float32(centre[1])) <= reach
        rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
        if not len(rows):
            return None
        return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)

    def paint(
        self, shape: Shape, tissue: Tissue, structure: int = 0, rim: Tissue | None = None, rim_mm: float = 0.0
    ) -> None:
        """Fill a shape with one tissue, its outermost ``rim_mm`` with another."""
        patch = self.patch(shape)
        if patch is None:
            return
        patch.fill(patch.depth > 0, tissue, structure)
        if rim is not None:
            patch.fill((patch.depth > 0) & (patch.depth < rim_mm), rim, structure)

    def patch(self, shape: Shape) -> Patch | None:
        """The surroundings of a shape, to paint it in more than one tissue; None if it lies outside the plane."""
        window = self.window(shape.centre, shape.reach + 0.5)
        return None if window is None else Patch(self, window, shape)


class Patch:
    """The rectangle of a canvas around one shape.

    Attributes:
        x, y: mm, positions of its samples.
        depth: mm, distance to the shape's border, positive inside.
    """

    def __init__(self, canvas: Canvas, window: tuple[slice, slice], shape: Shape) -> None:
        self._canvas, self._window = canvas, window
        self.x, self.y = canvas.x[window], canvas.y[window]
        self.depth = shape.depth(self.x, self.y)

    def fill(self, where: npt.NDArray[np.bool_], tissue: Tissue, structure: int = 0) -> None:
        """Paint one tissue where ``where`` holds."""
        self.fill_field(where, np.float32(tissue.brightness), np.float32(tissue.fat_fraction), structure)

    def fill_field(
        self,
        where: npt.NDArray[np.bool_],
        brightness: Plane | np.float32,
        fat_fraction: Plane | np.float32,
        structure: int = 0,
    ) -> None:
        """Paint a tissue that varies from sample to sample where ``where`` holds."""
        np.copyto(self._canvas.brightness[self._window], brightness, where=where)
        np.copyto(self._canvas.fat_fraction[self._window], fat_fraction, where=where)
        self._canvas.structure[self._window][where] = structure
