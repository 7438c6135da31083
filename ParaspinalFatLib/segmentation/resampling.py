"""Resampling between two pixel rows of different spacing, as one small matrix an axis.

A slice is resampled by ``rows @ slice @ columns.T``. Positions are those of voxel centres in mm, so nothing is shifted
however the pixel sizes relate. Reducing blurs to the target's pixel first, so that nothing is aliased.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SIGMA_OF_PIXEL = 0.4247
"""Standard deviation of the Gaussian whose full width at half maximum is one pixel: 1 / (2 sqrt(2 ln 2))."""

ROUNDING = 1e-6
"""Pixel edges closer than this part of a pixel coincide; the difference is floating-point rounding."""

KERNEL_REACH = 3.5
"""The blur's Gaussian is cut at this many standard deviations, where it has fallen to 0.2 %."""


@dataclass(frozen=True)
class Axis:
    """Pixel centres along one direction of a slice.

    Attributes:
        start_mm: position of the first pixel's centre.
        spacing_mm: distance between centres.
        size: number of pixels.
    """

    start_mm: float
    spacing_mm: float
    size: int

    @property
    def centres_mm(self) -> npt.NDArray[np.float64]:
        """(size,) positions of the pixel centres."""
        return self.start_mm + self.spacing_mm * np.arange(self.size, dtype=np.float64)

    @property
    def middle_mm(self) -> float:
        """Position halfway between the first and the last centre."""
        return self.start_mm + self.spacing_mm * (self.size - 1) / 2


def centred_axis(around: Axis, spacing_mm: float) -> Axis:
    """The axis of another spacing that has the same middle and, to the nearest whole pixel, the same extent.

    >>> centred_axis(Axis(0.0, 0.5, 100), spacing_mm=1.0)
    Axis(start_mm=0.25, spacing_mm=1.0, size=50)
    """
    size = max(1, round(around.size * around.spacing_mm / spacing_mm))
    return Axis(around.middle_mm - spacing_mm * (size - 1) / 2, spacing_mm, size)


@dataclass(frozen=True)
class Window:
    """A run of pixels of an axis; it may begin before the axis and end after it.

    Attributes:
        start: first pixel.
        size: number of pixels.
    """

    start: int
    size: int

    def axis(self, whole: Axis) -> Axis:
        """The pixels' positions."""
        return Axis(whole.start_mm + self.start * whole.spacing_mm, whole.spacing_mm, self.size)

    def inside(self, whole: Axis) -> tuple[slice, slice]:
        """Where the window's pixels lie on the axis, and where these lie in the window."""
        start, stop = max(0, self.start), min(whole.size, self.start + self.size)
        return slice(start, stop), slice(start - self.start, stop - self.start)


def covering_window(whole: Axis, part: Axis, multiple_of: int) -> Window:
    """The shortest window of ``whole``, a multiple of ``multiple_of`` long, that covers ``part``, which lies in its middle.

    >>> covering_window(Axis(0.0, 1.0, 100), Axis(40.0, 1.0, 20), multiple_of=16)
    Window(start=34, size=32)
    """
    first = (part.start_mm - part.spacing_mm / 2 - whole.start_mm) / whole.spacing_mm + 0.5  # outer pixel edges, in pixels
    last = first + part.size * part.spacing_mm / whole.spacing_mm
    start, stop = math.floor(first + ROUNDING), math.ceil(last - ROUNDING)
    size = multiple_of * max(1, math.ceil((stop - start) / multiple_of))
    return Window(start - (size - (stop - start)) // 2, size)


def resampling_matrix(source: Axis, target: Axis) -> npt.NDArray[np.float32]:
    """Weights that turn values on ``source`` into values on ``target``.

    Linear interpolation; where the target is coarser, after a Gaussian blur to its pixel (variances add, so the blur is what
    the source pixel's own width leaves to be done). Targets beyond the source's outer pixel edges get 0.

    Returns:
        (target.size, source.size) float32; a row sums to 1 inside the source and to 0 outside.
    """
    positions = (target.centres_mm - source.start_mm) / source.spacing_mm
    inside = (positions >= -0.5) & (positions <= source.size - 0.5)
    matrix = _interpolation(np.clip(positions, 0, source.size - 1), source.size)
    variance_mm2 = SIGMA_OF_PIXEL**2 * (target.spacing_mm**2 - source.spacing_mm**2)
    if variance_mm2 > 0:
        matrix = matrix @ _blur(np.sqrt(variance_mm2) / source.spacing_mm, source.size)
    return (matrix * inside[:, None]).astype(np.float32)


def _interpolation(positions: npt.NDArray[np.float64], size: int) -> npt.NDArray[np.float64]:
    """(n, size) linear interpolation weights of positions in pixels, all between the first and the last centre."""
    distance = np.abs(positions[:, None] - np.arange(size)[None, :])
    return np.maximum(1.0 - distance, 0.0)


def _blur(sigma: float, size: int) -> npt.NDArray[np.float64]:
    """(size, size) Gaussian blur of ``sigma`` pixels; at the ends the weights of existing pixels are scaled to sum 1."""
    distance = np.arange(size)[:, None] - np.arange(size)[None, :]
    kernel = np.exp(-0.5 * (distance / sigma) ** 2)
    kernel[np.abs(distance) > KERNEL_REACH * sigma] = 0.0
    return kernel / kernel.sum(axis=1, keepdims=True)
