"""Lofts: shapes that change along the spine, given at a few heights and interpolated smoothly between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from ParaspinalFatLib.sample.shapes import Outline, Point


@dataclass(frozen=True)
class Loft:
    """Control points of an outline at several heights.

    Attributes:
        sections: height in mm (0 = lumbosacral disc, positive to cranial) to control points; the same number of points,
            in corresponding order, at every height.
        bottom, top: heights between which the structure exists; it closes over ``TAPER_MM`` towards an end that lies
            inside the sections.
    """

    sections: Mapping[float, Sequence[Point]]
    bottom: float = -np.inf
    top: float = np.inf

    def points(self, z: float) -> tuple[Point, ...]:
        """Control points at height ``z``; beyond the outermost sections the outermost one goes on."""
        heights = sorted(self.sections)
        stacked = np.array([self.sections[height] for height in heights], dtype=float)
        inside = float(np.clip(z, heights[0], heights[-1]))
        return tuple((float(x), float(y)) for x, y in PchipInterpolator(heights, stacked)(inside))

    def reaches(self, z: float) -> bool:
        """Whether the structure exists at height ``z``."""
        return swell(z, self.bottom, self.top) >= SMALLEST_SCALE

    def outline(self, z: float, width: float = 1.0) -> Outline:
        """The outline at height ``z`` (which the loft must reach), ``width`` times as wide about its centre."""
        scale = width * swell(z, self.bottom, self.top)
        points = np.array(self.points(z))
        centre = points.mean(axis=0)
        return Outline(tuple((float(x), float(y)) for x, y in centre + scale * (points - centre)))


TAPER_MM = 12.0
"""Length over which a muscle's end closes."""

SMALLEST_SCALE = 0.15
"""Below this share of its full width a closing end is too thin to draw."""


def swell(z: float, bottom: float, top: float, taper: float = TAPER_MM) -> float:
    """Width of a rounded body between two heights: 0 at both ends, 1 from ``taper`` mm inside, a quarter ellipse between.

    >>> swell(5.0, 0.0, 10.0, taper=5.0), swell(0.0, 0.0, 10.0), swell(50.0, 0.0, 100.0)
    (1.0, 0.0, 1.0)
    """
    inside = min(z - bottom, top - z)
    if inside <= 0:
        return 0.0
    missing = max(0.0, 1.0 - inside / taper)
    return float(np.sqrt(1.0 - missing**2))
