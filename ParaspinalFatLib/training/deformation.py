"""Random shapes: where each pixel of a training slice is taken from in its source slice.

A sampling map runs from the output grid (pixels of the network) to positions in the source slice in mm. It is
put together from the right end: output pixel -> affine (rotation, scale, shear) -> elastic B-spline field -> fitted
field of another person's muscles (:mod:`shapes`) -> source. Images are read linearly and labels by nearest neighbour
through one map, so image and labels always stay together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Positions = npt.NDArray[np.float32]
"""(2, h, w): row and column positions in mm."""


STEEPEST_DEGREES = (24.0, 10.0)
"""How far oblique cuts tilt at most: about the left-right axis (L5/S1 tilts by about 20 to 30 degrees) and about the
front-back axis."""


@dataclass(frozen=True)
class Strength:
    """How strongly shapes are varied; angles in degrees, lengths in mm."""

    rotation: float = 14.0
    scale: tuple[float, float] = (0.78, 1.28)
    anisotropy: float = 0.15
    shear: float = 0.12
    elastic: float = 9.0
    """Largest amplitude of the elastic field; its displacements then have a standard deviation of about 5 mm."""

    def times(self, share: float) -> Strength:
        """The same kinds of variation, each at this share of its strength.

        >>> Strength(rotation=10.0).times(0.5).rotation
        5.0
        """
        low, high = self.scale
        return Strength(
            self.rotation * share,
            (low**share, high**share),
            self.anisotropy * share,
            self.shear * share,
            self.elastic * share,
        )


def random_affine(rng: np.random.Generator, strength: Strength) -> npt.NDArray[np.float64]:
    """A 2x2 matrix from output to source: rotation, shear, and scale (below 1 the body appears larger)."""
    angle = np.radians(np.clip(rng.normal(0, strength.rotation / 2), -strength.rotation, strength.rotation))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    low, high = np.log(strength.scale)
    size = np.exp(-rng.uniform(low, high))
    stretch = np.exp(rng.uniform(-strength.anisotropy, strength.anisotropy))
    shear = np.array([[1.0, rng.normal(0, strength.shear / 2)], [0.0, 1.0]])
    return turn @ shear @ np.diag([size * stretch, size / stretch])


def random_field(rng: np.random.Generator, shape: tuple[int, int], amplitude: float) -> Positions:
    """A smooth displacement (2, h, w) in mm: a cubic B-spline with random control values."""
    knots = int(rng.integers(6, 12))
    coarse = rng.normal(0, amplitude * 10 / knots, (2, knots, knots)).astype(np.float32)
    return enlarge(coarse, shape)


def enlarge(coarse: npt.NDArray[np.float32], shape: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Spread control values (c, a, b) over ``shape`` as a uniform cubic B-spline, first and last span at the borders."""
    rows, columns = (_spline_basis(size, knots) for size, knots in zip(shape, coarse.shape[1:], strict=True))
    return rows @ coarse @ columns.T


def _spline_basis(size: int, knots: int) -> npt.NDArray[np.float32]:
    """(size, knots) weights of ``knots`` >= 4 cubic B-spline control values at ``size`` equally spaced points."""
    place = np.linspace(0, knots - 3, size, dtype=np.float32)[:, None] + 1  # control value 1 lies at the first point
    distance = np.abs(place - np.arange(knots, dtype=np.float32))
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.clip(2 - distance, 0, None) ** 3 / 6
    return np.where(distance < 1, near, far).astype(np.float32)


def sampling_map(
    rng: np.random.Generator,
    shape: tuple[int, int],
    pixel_mm: float,
    centre: tuple[float, float],
    strength: Strength,
) -> Positions:
    """Source positions (mm) of an output grid of square pixels whose middle looks at ``centre`` (row, column in mm)."""
    height, width = shape
    grid = np.mgrid[0:height, 0:width].astype(np.float32)
    grid -= np.array([(height - 1) / 2, (width - 1) / 2], np.float32)[:, None, None]
    grid *= np.float32(pixel_mm)
    matrix = random_affine(rng, strength).astype(np.float32)
    turned = np.tensordot(matrix, grid, axes=1)
    turned += np.asarray(centre, np.float32)[:, None, None]
    return turned + random_field(rng, shape, strength.elastic * rng.uniform(0.2, 1.0))


def follow(positions: Positions, field: npt.NDArray[np.float32], spacing: float, share: float) -> Positions:
    """Move positions by ``share`` of a displacement field (2, a, b) in mm whose knots lie ``spacing`` mm apart from 0."""
    knots = positions / np.float32(spacing)
    moved = [ndimage.map_coordinates(component, knots, order=1, mode="nearest") for component in field]
    return positions + np.float32(share) * np.stack(moved)


def oblique(
    rng: np.random.Generator, positions: Positions, index: int, centre: tuple[float, float], slice_mm: float
) -> npt.NDArray[np.float32]:
    """Which slice each pixel of an oblique cut lies in: (h, w) slice numbers with fractions.

    Cuts tilt forwards and backwards, as stacks along the discs do, and less to the side, as a spine with scoliosis lies in
    any stack.

    Args:
        rng: draws the angles.
        positions: in the straight slice, mm.
        index: that slice, which the cut meets at ``centre`` (row, column in mm).
        slice_mm: distance of the slices.
    """
    steepest = np.array(STEEPEST_DEGREES)
    slopes = np.tan(np.radians(np.clip(rng.normal(0, steepest / 2), -steepest, steepest))) / slice_mm
    return (index + sum(slope * (way - at) for slope, way, at in zip(slopes, positions, centre, strict=True))).astype(
        np.float32
    )


def read_cut(
    stack: np.ndarray, slices: npt.NDArray[np.float32], positions: Positions, pixel_mm: tuple[float, float], outside: float
) -> np.ndarray:
    """Values of a stack (k, j, i) on an oblique cut: as :func:`read`, and the first and last slice go on for ever.

    Args:
        slices: (h, w) slice numbers with fractions (:func:`oblique`).
    """
    pixels = positions / np.asarray(pixel_mm, np.float32)[:, None, None]
    order = 0 if np.issubdtype(stack.dtype, np.integer) else 1
    numbers = np.clip(slices, 0, len(stack) - 1)
    return ndimage.map_coordinates(stack, np.stack([numbers, *pixels]), order=order, mode="constant", cval=outside)


def read(plane: np.ndarray, positions: Positions, pixel_mm: tuple[float, float], outside: float) -> np.ndarray:
    """Values of one slice (j, i) at positions in mm: linear for images, nearest for labels (integer planes)."""
    pixels = positions / np.asarray(pixel_mm, np.float32)[:, None, None]
    order = 0 if np.issubdtype(plane.dtype, np.integer) else 1
    return ndimage.map_coordinates(plane, pixels, order=order, mode="constant", cval=outside)
