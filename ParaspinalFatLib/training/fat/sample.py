"""One training sample of the fat network: a conventional image, each pixel's fat fraction, and where it counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.segmentation.resampling import SIGMA_OF_PIXEL
from ParaspinalFatLib.training.artefacts import bias, chemically_shifted, motion, rician_noise, surface_coil
from ParaspinalFatLib.training.contrast import noise
from ParaspinalFatLib.training.deformation import Strength, read
from ParaspinalFatLib.training.fat.contrast import conventional_signal
from ParaspinalFatLib.training.infiltration import epimuscular_fat, infiltrate
from ParaspinalFatLib.training.subjects import Subject
from ParaspinalFatLib.training.synthesis import read_images, source_positions
from ParaspinalFatLib.training.view import View

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

FAT_PIXEL_MM = 1.0
"""In-plane pixel of the fat network: streaks of fat are a millimetre wide, and the images it learns from are no finer."""

FINE = 2
"""Water, fat and signal are painted on pixels this many times finer, and blurred together to what a scanner resolves."""

ACQUIRED_MM = (0.4, 1.5)
"""Smallest and largest acquired pixel: spine protocols at 0.4 mm, whole torsos at 1.5 mm."""

MUSCLES = range(1, 11)
POSTERIOR_PATTERN = np.zeros(256, np.uint8)
"""Psoas and quadratus lumborum renamed as the muscles behind the spine: fat is painted into them as heavily now and then, so
that the network reads their fat from the image and not from their name."""
POSTERIOR_PATTERN[[5, 6, 7, 8]] = [3, 4, 1, 2]

RIM_PIXELS = 3
RIM_WEIGHT, ELSEWHERE_WEIGHT = 0.3, 0.03
"""Fractions count fully inside muscle, less in the rim that another outline may take in, hardly elsewhere."""

LEAST_SIGNAL = 0.3
"""Where water + fat is fainter than this (air, bone, tendon; muscle is near 1) the fraction is noise and does not count."""


@dataclass(frozen=True)
class FatSample:
    """Planes (h, w) float32 on pixels of :data:`FAT_PIXEL_MM`; outside the field of view all are 0.

    Attributes:
        image: 0 to 1, scaled as for prediction.
        fraction: fat / (water + fat), 0 to 1.
        weight: how much the fraction counts.
    """

    image: Plane
    fraction: Plane
    weight: Plane


def fat_sample(rng: np.random.Generator, subject: Subject, index: int, view: View) -> FatSample:
    """A random sample of one slice.

    Args:
        rng: source of every choice; the same state gives the same sample.
        subject: with water and fat image.
        index: which of its slices.
        view: framing, in pixels of :data:`FAT_PIXEL_MM`.
    """
    field = [round(size * rng.uniform(view.smallest_share, 1.0)) for size in view.canvas]
    fine = (field[0] * FINE, field[1] * FINE)
    positions = source_positions(rng, subject, None, index, fine, view.jitter, Strength(), FAT_PIXEL_MM / FINE)
    labels = read(subject.labels[index], positions, subject.pixel_mm, 0)
    water, fat = read_images(rng, subject, index, positions)
    water, fat = more_fat(rng, water, fat, labels)
    signal = conventional_signal(rng, water, chemically_shifted(rng, fat, FAT_PIXEL_MM / FINE), labels)
    acquired = rng.uniform(*ACQUIRED_MM, 2)
    signal, water, fat = (to_pixels(plane, acquired) for plane in (signal, water, fat))
    image = normalise(scanned(rng, signal)[None])[0]
    fraction, weight = fraction_of(water, fat), weight_of(labels[::FINE, ::FINE], water + fat)
    if rng.random() < 0.5:
        image, fraction, weight = image[:, ::-1], fraction[:, ::-1], weight[:, ::-1]
    return _placed(rng, FatSample(image, fraction, weight), view.canvas)


def more_fat(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> tuple[Plane, Plane]:
    """Exchange water for fat in most samples: streaks, fat between muscles, fat spread evenly; up to about 60 %."""
    if rng.random() < 0.65:
        water, fat = infiltrate(rng, water, fat, labels, severity=rng.uniform(0, 1.2))
    if rng.random() < 0.3:
        water, fat = infiltrate(rng, water, fat, POSTERIOR_PATTERN[labels], severity=rng.uniform(0, 0.8))
    if rng.random() < 0.35:
        water, fat = epimuscular_fat(rng, water, fat, labels)
    if rng.random() < 0.3:
        water, fat = diffuse_fat(rng, water, fat, labels, level=rng.uniform(0, 0.2))
    return water, fat


def diffuse_fat(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, level: float) -> tuple[Plane, Plane]:
    """Fat between the fibres, finer than any pixel: about ``level`` of a muscle's water everywhere, a little uneven."""
    table = np.zeros(256, np.float32)
    table[list(MUSCLES)] = np.clip(level * np.exp(rng.normal(0, 0.5, len(MUSCLES))), 0, 0.8)
    uneven = np.exp(0.3 * noise(rng, labels.shape, rng.uniform(2, 10)))
    share = np.clip(table[labels] * uneven, 0, 0.9)
    moved = (share * water).astype(np.float32)
    return water - moved, fat + moved


def to_pixels(plane: Plane, acquired_mm: npt.NDArray[np.float64] | tuple[float, float]) -> Plane:
    """A fine plane as an acquired pixel and the network's own show it: blurred to the larger of both, then reduced.

    Args:
        plane: (h, w) on pixels of ``FAT_PIXEL_MM / FINE``.
        acquired_mm: the scanner's pixel (row, column).
    """
    fine_mm = FAT_PIXEL_MM / FINE
    wide = np.maximum(np.asarray(acquired_mm), FAT_PIXEL_MM)
    # Variances add; the mean of FINE pixels, to which the plane is reduced, has this part of it.
    of_mean = fine_mm**2 * (FINE**2 - 1) / 12
    sigma = np.sqrt((SIGMA_OF_PIXEL * wide) ** 2 - of_mean) / fine_mm
    smooth = ndimage.gaussian_filter(plane, sigma, truncate=3.0)
    height, width = plane.shape[0] // FINE, plane.shape[1] // FINE
    return smooth[: height * FINE, : width * FINE].reshape(height, FINE, width, FINE).mean(axis=(1, 3)).astype(np.float32)


def scanned(rng: np.random.Generator, signal: Plane) -> Plane:
    """What a scanner adds to the signal alone: coil, bias, ghosts, noise. Its resolution has been applied already."""
    signal = bias(rng, signal, rng.uniform(0, 0.4))
    if rng.random() < 0.6:
        signal = surface_coil(rng, signal)
    if rng.random() < 0.04:
        signal = motion(rng, signal)
    return rician_noise(rng, signal)


def fraction_of(water: Plane, fat: Plane) -> Plane:
    """fat / (water + fat), 0 where both are nearly 0.

    >>> fraction_of(np.array([[3.0, 0.0]]), np.array([[1.0, 0.0]])).tolist()
    [[0.25, 0.0]]
    """
    total = water + fat
    return np.where(total > 0.05, np.clip(fat / np.maximum(total, 0.05), 0, 1), 0).astype(np.float32)


def weight_of(labels: Labels, total: Plane) -> Plane:
    """How much each pixel's fraction counts, from the muscles there and the signal that the fraction was computed from."""
    muscle = np.isin(labels, MUSCLES)
    rim = ndimage.binary_dilation(muscle, iterations=RIM_PIXELS) if muscle.any() else muscle
    weight = np.where(muscle, 1.0, np.where(rim, RIM_WEIGHT, ELSEWHERE_WEIGHT))
    return (weight * (total > LEAST_SIGNAL)).astype(np.float32)


def _placed(rng: np.random.Generator, sample: FatSample, canvas: tuple[int, int]) -> FatSample:
    """The field of view somewhere on an empty canvas, as prediction pads to the network's stride."""
    height, width = sample.image.shape
    top, left = (int(rng.integers(room + 1)) for room in (canvas[0] - height, canvas[1] - width))
    planes = np.zeros((3, *canvas), np.float32)
    for whole, plane in zip(planes, (sample.image, sample.fraction, sample.weight), strict=True):
        whole[top : top + height, left : left + width] = plane
    return FatSample(*planes)
