"""Plane shapes with a closed form: what is cut by one axial plane through the synthetic body.

Coordinates are millimetres in the plane, x to the patient's left, y to posterior, measured from the spinal canal's centre.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

Plane = npt.NDArray[np.float32]
Point = tuple[float, float]

DIRECTIONS = 720
"""Directions in which an outline's radius is tabulated: half a degree, 0.3 mm at 35 mm from the centre."""


class Shape(Protocol):
    """A region of the plane."""

    @property
    def centre(self) -> Point:
        """Middle of the circle that holds the whole region."""
        ...

    @property
    def reach(self) -> float:
        """Radius of that circle in mm."""
        ...

    def depth(self, x: Plane, y: Plane) -> Plane:
        """Distance in mm to the border, positive inside; exact on the border, approximate away from it."""
        ...


@dataclass(frozen=True)
class Outline:
    """A smooth closed curve through control points, seen from their mean as radius over direction.

    The curve must be star-shaped about the mean of its points: every ray from there meets it once.

    >>> angles = np.radians(np.arange(0, 360, 10))
    >>> circle = Outline(tuple((10 * np.cos(a), 10 * np.sin(a)) for a in angles))
    >>> round(circle.area, 1)                                   # 100 pi
    314.2
    """

    points: tuple[Point, ...]

    @cached_property
    def centre(self) -> Point:
        x, y = np.mean(self.points, axis=0)
        return float(x), float(y)

    @cached_property
    def _radii(self) -> npt.NDArray[np.float64]:
        """Radius towards the directions -180 to 180 degrees, both ends included."""
        closed = np.array([*self.points, self.points[0]]) - self.centre
        spline = CubicSpline(np.arange(len(closed)), closed, bc_type="periodic")
        x, y = spline(np.linspace(0, len(closed) - 1, 16 * DIRECTIONS, endpoint=False)).T
        directions = np.linspace(-np.pi, np.pi, DIRECTIONS + 1)
        return np.interp(directions, *_sorted_by(np.arctan2(y, x), np.hypot(x, y)), period=2 * np.pi)

    @property
    def reach(self) -> float:
        return float(self._radii.max())

    @property
    def area(self) -> float:
        """Enclosed area in mm2, half the integral of the squared radius over the direction."""
        return float(0.5 * np.sum(self._radii[:-1] ** 2) * 2 * np.pi / DIRECTIONS)

    def depth(self, x: Plane, y: Plane) -> Plane:
        across, down = x - np.float32(self.centre[0]), y - np.float32(self.centre[1])
        position = (np.arctan2(down, across) + np.float32(np.pi)) * np.float32(DIRECTIONS / (2 * np.pi))
        cell = np.minimum(position.astype(np.int32), DIRECTIONS - 1)
        left = self._radii.astype(np.float32)
        slope = np.diff(left)
        radius = left[cell] + slope[cell] * (position - cell)
        steepness = slope[cell] * np.float32(DIRECTIONS / (2 * np.pi)) / radius
        return (radius - np.hypot(across, down)) / np.sqrt(1 + steepness**2)


@dataclass(frozen=True)
class Ellipse:
    """An upright ellipse with half axes along x and y."""

    centre: Point
    half_axes: Point

    @property
    def reach(self) -> float:
        return max(self.half_axes)

    def depth(self, x: Plane, y: Plane) -> Plane:
        a, b = (np.float32(half) for half in self.half_axes)
        radius = np.hypot((x - np.float32(self.centre[0])) / a, (y - np.float32(self.centre[1])) / b)
        return (1 - radius) * min(a, b)


@dataclass(frozen=True)
class Capsule:
    """Everything within ``radius`` of a line from point to point."""

    line: tuple[Point, ...]
    radius: float

    @property
    def centre(self) -> Point:
        x, y = np.mean([np.min(self.line, axis=0), np.max(self.line, axis=0)], axis=0)
        return float(x), float(y)

    @property
    def reach(self) -> float:
        return float(np.hypot(*(np.array(self.line) - self.centre).T).max()) + self.radius

    def depth(self, x: Plane, y: Plane) -> Plane:
        nearest = np.full(x.shape, np.inf, np.float32)
        for start, end in zip(self.line, self.line[1:], strict=False):
            along = np.subtract(end, start).astype(np.float32)
            across, down = x - np.float32(start[0]), y - np.float32(start[1])
            share = np.clip((across * along[0] + down * along[1]) / np.maximum(along @ along, np.float32(1e-6)), 0, 1)
            nearest = np.minimum(nearest, np.hypot(across - share * along[0], down - share * along[1]))
        return np.float32(self.radius) - nearest


def mirrored(points: Sequence[Point]) -> tuple[Point, ...]:
    """The same points on the other side of the body."""
    return tuple((-x, y) for x, y in points)


def both_halves(points: Sequence[Point]) -> tuple[Point, ...]:
    """A closed symmetric line from its left half, given from the front midline to the back midline (both on x = 0)."""
    return (*points, *reversed(mirrored(points[1:-1])))


def _sorted_by(angles: np.ndarray, radii: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(angles)
    return angles[order], radii[order]
