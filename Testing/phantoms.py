"""Bodies whose areas, axes and fat fractions are known in closed form, and grids of every orientation to sample them on."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image

Points = npt.NDArray[np.float64]
"""(..., 3) positions in RAS mm."""

LPS_UPWARDS = np.diag([-1.0, -1.0, 1.0])
"""Directions of i, j, k in axial order: to the left, to posterior, to superior."""


def rotation(axis: Sequence[float], degrees: float) -> npt.NDArray[np.float64]:
    """3x3 rotation about an axis through the origin (Rodrigues' formula)."""
    x, y, z = np.asarray(axis, dtype=float) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = math.radians(degrees)
    return np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross


def grid(
    shape: tuple[int, int, int],
    spacing: tuple[float, float, float],
    turn: npt.NDArray[np.float64] | None = None,
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Image:
    """An empty uint8 image in axial order.

    Args:
        shape: voxels along k, j, i.
        spacing: mm along i, j, k.
        turn: 3x3 rotation of the grid about its centre, RAS.
        centre: RAS mm of the grid's centre.
    """
    directions = (np.eye(3) if turn is None else turn) @ LPS_UPWARDS
    affine = np.eye(4)
    affine[:3, :3] = directions * spacing
    middle = (np.array(shape[::-1]) - 1) / 2
    affine[:3, 3] = np.array(centre) - affine[:3, :3] @ middle
    return Image(np.zeros(shape, np.uint8), affine)


def voxel_positions(image: Image) -> Points:
    """(k, j, i, 3) RAS mm of every voxel centre."""
    k, j, i = np.indices(image.array.shape)
    return image.world(np.stack([i, j, k], axis=-1))


@dataclass(frozen=True)
class EllipticCylinder:
    """An endless elliptic cylinder.

    Attributes:
        point: RAS mm of a point on its axis.
        axis: direction of the axis.
        semi_axes: mm, perpendicular to the axis; the first lies as near to left-right as it can.
    """

    point: tuple[float, float, float]
    axis: tuple[float, float, float]
    semi_axes: tuple[float, float]

    @property
    def direction(self) -> npt.NDArray[np.float64]:
        """Unit vector along the axis."""
        return np.asarray(self.axis) / np.linalg.norm(self.axis)

    def contains(self, positions: Points) -> npt.NDArray[np.bool_]:
        """Which positions lie inside."""
        first = np.array([1.0, 0.0, 0.0]) - self.direction[0] * self.direction
        first /= np.linalg.norm(first)
        second = np.cross(self.direction, first)
        offset = positions - np.asarray(self.point)
        a, b = self.semi_axes
        return (offset @ first / a) ** 2 + (offset @ second / b) ** 2 <= 1

    @property
    def perpendicular_area(self) -> float:
        """Area across the axis, mm2."""
        return math.pi * self.semi_axes[0] * self.semi_axes[1]

    def area_in_plane(self, normal: Points) -> float:
        """Area of the section with a plane, mm2."""
        return self.perpendicular_area / abs(float(self.direction @ normal))


@dataclass(frozen=True)
class StackedEllipses:
    """An ellipse in every horizontal plane; centre and size change with height: curved, tapered, or both.

    Attributes:
        centre: height in mm to the RAS x and y of the centre.
        semi_axes: height in mm to the semi-axes along x and y.
    """

    centre: Callable[[Points], tuple[Points, Points]]
    semi_axes: Callable[[Points], tuple[Points, Points]]

    def contains(self, positions: Points) -> npt.NDArray[np.bool_]:
        """Which positions lie inside."""
        x, y, z = np.moveaxis(positions, -1, 0)
        centre_x, centre_y = self.centre(z)
        a, b = self.semi_axes(z)
        return ((x - centre_x) / a) ** 2 + ((y - centre_y) / b) ** 2 <= 1


def counting_bound(semi_axes: tuple[float, float], pixel: tuple[float, float]) -> float:
    """Largest difference between an ellipse's area and (pixels whose centre lies inside) x pixel area, mm2.

    A pixel counted although part of it lies outside reaches at most half its diagonal d beyond the outline, so the surplus
    lies in the outer strip of width d / 2, whose area is P d / 2 + pi d^2 / 4 for a convex outline of length P (Steiner).
    The deficit lies in the inner strip, which is smaller. P <= pi sqrt(2 (a^2 + b^2)) for an ellipse (Euler).
    """
    diagonal = math.hypot(*pixel)
    perimeter = math.pi * math.sqrt(2 * (semi_axes[0] ** 2 + semi_axes[1] ** 2))
    return perimeter * diagonal / 2 + math.pi * diagonal**2 / 4


def orientations() -> Iterator[tuple[tuple[int, int, int], tuple[bool, bool, bool]]]:
    """All 48 orders of storing one volume: permutations of the axes, each with every flip."""
    return itertools.product(itertools.permutations((0, 1, 2)), itertools.product((False, True), repeat=3))


def stored_as(image: Image, permutation: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> Image:
    """The same anatomy with another order of the voxels in memory: array axis n is the old axis ``permutation[n]``, reversed
    where ``flips[n]``. The affine changes with it; half of all orders are left-handed.
    """
    array = image.array.transpose(permutation)
    affine = image.affine.copy()
    columns, origin = [], image.affine[:3, 3].copy()
    for new, (old, flip) in enumerate(zip(permutation, flips, strict=True)):
        column = image.affine[:3, 2 - old]
        origin += column * (array.shape[new] - 1) if flip else 0
        columns.append(-column if flip else column)
    affine[:3, :3] = np.stack(columns[::-1], axis=1)
    affine[:3, 3] = origin
    reversal = tuple(slice(None, None, -1 if flip else 1) for flip in flips)
    return Image(np.ascontiguousarray(array[reversal]), affine)


def labelled(image: Image, bodies: Mapping[int, EllipticCylinder | StackedEllipses]) -> Image:
    """A label image on a grid: label value to the body that it fills."""
    positions = voxel_positions(image)
    array = np.zeros(image.array.shape, np.uint8)
    for value, body in bodies.items():
        array[body.contains(positions)] = value
    return image.with_array(array)


def fat_map_of(
    fraction: Image, total: npt.NDArray[np.floating] | None = None, not_validated: Mapping[str, str] | None = None
) -> FatMap:
    """A Dixon fat map with a known fraction; ``total`` is F + W, by default the same everywhere."""
    values = np.asarray(fraction.array, np.float32)
    total = np.where(np.isnan(values), np.nan, 100.0 if total is None else total)
    return FatMap(
        fraction.with_array(values),
        "dixon",
        not_validated=not_validated or {},
        fat_signal=values.astype(np.float64) * total,
        total_signal=total,
    )


def lumbar_labels(shape: tuple[int, int, int], spacing: tuple[float, float, float]) -> Image:
    """Fifteen structures of plausible size and place: five pairs of muscles, discs, bodies, arch, canal and sacrum.

    Args:
        shape: voxels along k, j, i; at least 80 mm in every direction.
        spacing: mm along i, j, k.
    """
    image = grid(shape, spacing)
    up = (0.0, 0.0, 1.0)
    pairs = {1: (14.0, -38.0, 12.0, 14.0), 3: (45.0, -36.0, 20.0, 18.0), 5: (42.0, 12.0, 16.0, 18.0)}
    pairs |= {7: (72.0, -8.0, 12.0, 10.0), 9: (88.0, 12.0, 8.0, 20.0)}
    bodies = {}
    for value, (x, y, a, b) in pairs.items():
        bodies[value] = EllipticCylinder((x, y, 0.0), up, (a, b))
        bodies[value + 1] = EllipticCylinder((-x, y, 0.0), up, (a, b))
    bodies[13] = EllipticCylinder((0.0, -18.0, 0.0), up, (20.0, 7.0))
    bodies[14] = EllipticCylinder((0.0, -18.0, 0.0), up, (9.0, 6.0))
    bodies[12] = EllipticCylinder((0.0, 10.0, 0.0), up, (23.0, 16.0))
    array = labelled(image, bodies).array
    height = np.arange(shape[0]) * spacing[2]
    column = array == 12
    array[column & ((height % 36.0) < 9.0)[:, None, None]] = 11
    array[column & (height < 20.0)[:, None, None]] = 15
    return image.with_array(array)
