"""The fat fraction F / (F + W) of two signals, with the noise floor below which there is none."""

from __future__ import annotations

import itertools
import numbers
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.errors import InputError, MeasurementError

Signal = npt.NDArray[np.float32]

CORNER_FRACTION = 0.1
"""The corners that serve to measure noise extend over this part of each axis: air in a scan that shows the whole trunk."""

NOISE_QUANTILE = 0.99
"""Quantile of F + W in air that is the noise floor. Each signal's magnitude noise is Rician, so this lies near five standard
deviations of the noise: fainter voxels have a fraction made of noise."""

AIR_TO_MEAN = 0.2
"""The corners are air if their quantile lies below this part of the mean of the image; tissue is at least as bright as the
mean, which counts the air around the body too."""


@dataclass(frozen=True, eq=False)
class FatFraction:
    """Fraction and signals on the grid of the images, all (k, j, i) and NaN where the fraction is.

    Attributes:
        fraction: F / (F + W), 0 to 1.
        fat, total: F and F + W; negative signals count as 0.
        noise_floor: F + W at or below which a voxel has no fraction.
        noise_floor_source: where the noise floor comes from, in words.
        negative_voxels: voxels of which one signal was negative.
        known_voxels: voxels that have a fraction.
    """

    fraction: Signal
    fat: Signal
    total: Signal
    noise_floor: float
    noise_floor_source: str
    negative_voxels: int
    known_voxels: int

    @property
    def record(self) -> dict[str, object]:
        """What determined the fractions, for the fat map's parameters."""
        return {
            "noise_floor": self.noise_floor,
            "noise_floor_source": self.noise_floor_source,
            "voxels_without_fraction": self.fraction.size - self.known_voxels,
            "negative_voxels": self.negative_voxels,
        }


def fat_fraction(fat: np.ndarray, water: np.ndarray, noise_floor: float | None = None) -> FatFraction:
    """Fat fraction of two signals on one scale.

    A negative signal (noise about zero in real-valued reconstructions) counts as 0. Voxels whose F + W is not above the
    noise floor, or not finite, have no fraction.

    Args:
        fat, water: (k, j, i) of equal shape, any real type.
        noise_floor: in the unit of the images; None: measured (:func:`noise_floor_of`).

    Raises:
        MeasurementError: the given floor is not a finite number of at least 0.

    >>> fat_fraction(np.array([[[1, 0, 30]]]), np.array([[[3, 0, -2]]]), 0).fraction
    array([[[0.25,  nan, 1.  ]]], dtype=float32)
    """
    fats, totals, negative = _added(fat, water)
    floor, source = noise_floor_of(totals) if noise_floor is None else (_valid(noise_floor), "given")
    fraction = np.empty(fat.shape, np.float32)
    known = 0
    for k in range(len(fraction)):
        answered = (totals[k] > floor) & (totals[k] < np.inf)
        count = np.count_nonzero(answered)
        if count < answered.size:
            totals[k][~answered] = np.nan
            fats[k][~answered] = np.nan
        known += int(count)
        np.divide(fats[k], totals[k], out=fraction[k])
    return FatFraction(fraction, fats, totals, floor, source, negative, known)


def noise_floor_of(total: np.ndarray) -> tuple[float, str]:
    """Noise floor measured in the air of the eight corners, and where it comes from.

    Many reconstructions set air to exactly 0, then the floor is 0. If the corners hold tissue (a cropped image) nothing can
    be measured, the floor is 0, and only voxels without any signal are left out.

    Args:
        total: (k, j, i), F + W or another image that is bright in fat and in water.

    >>> noise_floor_of(np.ones((4, 4, 4)))
    (0.0, 'none: the corners of the image are not air')
    """
    corner = _corners(total)
    floor = float(np.quantile(corner, NOISE_QUANTILE)) if corner.size else 0.0
    with np.errstate(invalid="ignore"):
        mean = float(np.mean(total, where=np.isfinite(total), dtype=np.float64))
    if floor > 0 and not floor < AIR_TO_MEAN * mean:
        return 0.0, "none: the corners of the image are not air"
    return max(floor, 0.0), "air in the corners of the image"


def require_signals(result: FatFraction, names: str) -> None:
    """Raise InputError if no voxel has a fraction, or most voxels are negative (phase or real part, not magnitude)."""
    if result.known_voxels == 0:
        raise InputError(
            f"{names} have no signal above the noise floor in any voxel. Check that the right files were chosen."
        )
    if result.negative_voxels > result.fraction.size / 2:
        raise InputError(
            f"{names} are negative in most voxels, as in phase images. Give the magnitude images of the Dixon series."
        )


def _added(fat: np.ndarray, water: np.ndarray) -> tuple[Signal, Signal, int]:
    """F, F + W and the number of voxels where a negative signal was set to 0."""
    fats, totals = np.empty(fat.shape, np.float32), np.empty(fat.shape, np.float32)
    negative = 0
    for k in range(len(fats)):  # slice by slice: what is made on the way stays in the processor's cache
        f, w = fat[k].astype(np.float32), water[k].astype(np.float32)
        below = (f < 0) | (w < 0)
        if below.any():
            negative += int(np.count_nonzero(below))
            f, w = np.maximum(f, 0), np.maximum(w, 0)
        fats[k] = f
        np.add(f, w, out=totals[k])
    return fats, totals, negative


def _valid(noise_floor: float) -> float:
    if isinstance(noise_floor, bool) or not isinstance(noise_floor, numbers.Real) or not 0 <= noise_floor < np.inf:
        raise MeasurementError(f"The noise floor must be a number of at least 0, not {noise_floor!r}.")
    return float(noise_floor)


def _corners(array: np.ndarray) -> np.ndarray:
    """The finite values of the eight corners, sorted: the same however the axes are stored."""
    widths = [max(1, round(CORNER_FRACTION * size)) for size in array.shape]
    ends = [(slice(0, width), slice(size - width, size)) for width, size in zip(widths, array.shape, strict=True)]
    values = np.concatenate([array[corner].ravel() for corner in itertools.product(*ends)])
    return np.sort(values[np.isfinite(values)])
