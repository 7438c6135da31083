"""What a scanner does to an image: coil fall-off, bias, coarse pixels, blur or ringing, motion, wrap-around, noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.training.deformation import enlarge

Plane = npt.NDArray[np.float32]


LARGEST_SHIFT_MM = 1.0
"""Of fat against water: 1.5 pixels of 0.7 mm, at 150 Hz a pixel and 1.5 T."""


def scan(rng: np.random.Generator, signal: Plane) -> Plane:
    """Pass an ideal image (h, w, network pixels, rows anterior to posterior) through a random scanner."""
    signal = bias(rng, signal, rng.uniform(0, 0.5))
    if rng.random() < 0.6:
        signal = surface_coil(rng, signal)
    if rng.random() < 0.06:
        signal = wrap_around(rng, signal)
    if rng.random() < 0.05:
        signal = motion(rng, signal)
    signal = resolution(rng, signal)
    return rician_noise(rng, signal)


def chemically_shifted(rng: np.random.Generator, fat: Plane, pixel_mm: float) -> Plane:
    """Fat (h, w) displaced along one axis by at most a millimetre, in one sample of four: its frequency is not water's."""
    if rng.random() < 0.75:
        return fat
    shift = [0.0, 0.0]
    shift[rng.integers(2)] = rng.uniform(-1, 1) * LARGEST_SHIFT_MM / pixel_mm
    return ndimage.shift(fat, shift, order=1, mode="nearest")


def bias(rng: np.random.Generator, signal: Plane, strength: float) -> Plane:
    """Multiply with a smooth field whose logarithm varies by ``strength`` (one standard deviation)."""
    knots = int(rng.integers(4, 7))
    field = enlarge(rng.normal(0, 1.6 * strength, (1, knots, knots)).astype(np.float32), signal.shape)[0]
    return signal * np.exp(field)


def surface_coil(rng: np.random.Generator, signal: Plane) -> Plane:
    """A spine coil behind the back: signal falls with the distance from it, steeply in small examinations."""
    height, width = signal.shape
    reach = np.exp(rng.uniform(np.log(30.0), np.log(150.0)))
    j, i = np.ogrid[:height, :width]
    depth = height + rng.uniform(-14, 20) - j
    aside = (i - width / 2 - rng.normal(0, 14)) * rng.uniform(0.2, 0.9)
    distance = np.hypot(np.maximum(depth, 0), aside)
    return (signal * np.exp(-distance / reach)).astype(np.float32)


def wrap_around(rng: np.random.Generator, signal: Plane) -> Plane:
    """Tissue from beyond one edge of the field of view, folded in at the other."""
    axis = int(rng.integers(2))
    shift = int(signal.shape[axis] * rng.uniform(0.7, 0.9))
    return signal + rng.uniform(0.1, 0.4) * np.roll(signal, shift, axis) * _strip(signal.shape, axis, rng.uniform(0.05, 0.2))


def motion(rng: np.random.Generator, signal: Plane) -> Plane:
    """Ghosts of breathing: faint copies along one axis."""
    axis, step = int(rng.integers(2)), int(rng.integers(8, 28))
    ghosts = np.roll(signal, step, axis) + np.roll(signal, -step, axis)
    return signal + rng.uniform(0.02, 0.12) * ghosts


def resolution(rng: np.random.Generator, signal: Plane) -> Plane:
    """Coarser pixels (up to 1.7 times), a blurred image or a sharpened one."""
    choice = rng.random()
    if choice < 0.3:
        return _coarse(signal, rng.uniform(1.0, 1.7, 2))
    if choice < 0.55:
        return ndimage.gaussian_filter(signal, rng.uniform(0.3, 0.9, 2))
    if choice < 0.85:
        blurred = ndimage.gaussian_filter(signal, rng.uniform(0.7, 1.6))
        return np.maximum(signal + rng.uniform(0.3, 2.0) * (signal - blurred), 0)
    return signal


def rician_noise(rng: np.random.Generator, signal: Plane) -> Plane:
    """Magnitude of the signal plus complex noise, white or as correlated as interpolated images have it."""
    level = 0.5 * float(np.percentile(signal, 95)) * np.exp(rng.uniform(np.log(0.004), np.log(0.12)))
    real, imaginary = rng.standard_normal((2, *signal.shape), dtype=np.float32)
    if rng.random() < 0.5:
        sigma = rng.uniform(0.4, 0.9)
        real, imaginary = (ndimage.gaussian_filter(part, sigma) * 2 * sigma for part in (real, imaginary))
    return np.hypot(signal + level * real, level * imaginary).astype(np.float32)


def _coarse(signal: Plane, pixel: npt.NDArray[np.float64]) -> Plane:
    """Average to larger pixels and interpolate back."""
    shape = [max(8, round(size / edge)) for size, edge in zip(signal.shape, pixel, strict=True)]
    smooth = ndimage.gaussian_filter(signal, (pixel - 0.8) * 0.45)
    small = ndimage.zoom(smooth, [a / b for a, b in zip(shape, signal.shape, strict=True)], order=1)
    return ndimage.zoom(small, [b / a for a, b in zip(small.shape, signal.shape, strict=True)], order=1)


def _strip(shape: tuple[int, ...], axis: int, share: float) -> Plane:
    """1 at the low edge along an axis, falling to 0 after ``share`` of the length."""
    ramp = np.clip(1 - np.arange(shape[axis]) / (share * shape[axis]), 0, 1).astype(np.float32)
    return ramp[:, None] if axis == 0 else ramp[None, :]
