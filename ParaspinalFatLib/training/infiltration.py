"""Painted fat: water exchanged for fat inside muscles, between them and around them, as disease, age and weight give it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.special import expit

from ParaspinalFatLib.training.contrast import noise
from ParaspinalFatLib.training.partial_labels import OPEN

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

POSTERIOR = (1, 2, 3, 4)
ANTERIOR = (5, 6, 7, 8, 9, 10)

COLLARED = (5, 6, 7, 8)
"""Psoas and quadratus lumborum: retroperitoneal fat lies around them in most people, but hardly in a lean volunteer."""

WIDEST_COLLAR_PIXELS = 9.0

ANTERIOR_SHARE = 0.25
"""Psoas, quadratus lumborum and iliacus keep most of their muscle when the multifidus has turned to fat
(medians of 13, 18 and 12 % against 22 % fat in 173 healthy adults, domain.md)."""


def infiltrate(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, severity: float) -> tuple[Plane, Plane]:
    """Exchange water for fat inside the muscles.

    Args:
        rng: draws the pattern.
        water, fat: (h, w) images.
        labels: (h, w) anatomy values.
        severity: 0 (none) to 1 (about 60 % fat in the multifidus).

    Returns:
        Changed water and fat; their sum stays.
    """
    share = np.zeros(labels.shape, np.float32)
    streaks = _streaks(rng, labels.shape)
    for values, weight in ((POSTERIOR, 1.0), (ANTERIOR, ANTERIOR_SHARE)):
        for value in values:
            inside = labels == value
            if not inside.any():
                continue
            amount = severity * weight * rng.uniform(0.3, 1.0) * (1.3 if value <= 2 else 0.8)
            pattern = streaks + rng.uniform(0, 1.5) * _deep_and_medial(inside)
            threshold = np.quantile(pattern[inside], 1 - min(amount * 0.75, 0.95))
            soft = expit((pattern - threshold) * rng.uniform(2, 8))
            share[inside] = soft[inside] * rng.uniform(0.5, 1.0)
    share = np.clip(ndimage.gaussian_filter(share, rng.uniform(0.4, 1.0)), 0, 1)
    moved = share * water
    return water - moved, fat + moved


def epimuscular_fat(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> tuple[Plane, Plane]:
    """Fat, or dark fascia, along parts of the seams between neighbouring muscles."""
    seam = np.zeros(labels.shape, np.float32)
    muscle = (labels >= 1) & (labels <= 10)
    for axis in (0, 1):
        other = np.roll(labels, 1, axis)
        seam[muscle & (other != labels) & (other >= 1) & (other <= 10)] = 1
    width = rng.uniform(0.5, 1.1)
    strength = np.clip(ndimage.gaussian_filter(seam, width) * 2.5 * width, 0, 1)
    strength *= np.clip(noise(rng, labels.shape, 6.0) + rng.uniform(-0.5, 1.0), 0, 1)
    moved = strength * water
    return water - moved, fat + moved * (1.0 if rng.random() < 0.8 else 0.1)


def fat_collar(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> tuple[Plane, Plane, Labels]:
    """Fat around psoas and quadratus lumborum, here wide, there narrow or none; no structure that is drawn loses a pixel.

    Args:
        rng: draws how wide, and where.
        water, fat: (h, w) images, muscle water and pure fat near 1.
        labels: (h, w) anatomy values.

    Returns:
        Changed water and fat, and the labels: what has become fat is background, whatever was not known of it before.
    """
    muscle = np.isin(labels, COLLARED)
    if not muscle.any():
        return water, fat, labels
    width = (
        rng.uniform(0.3, 1.0) * WIDEST_COLLAR_PIXELS * np.clip(rng.uniform(0.0, 1.0) + noise(rng, labels.shape, 8.0), 0, 1)
    )
    near = ndimage.distance_transform_edt(~muscle) <= width
    collar = near & ((labels == 0) | (labels >= OPEN))
    share = ndimage.gaussian_filter(collar.astype(np.float32), rng.uniform(0.3, 0.7))
    fatty = np.float32(rng.uniform(0.85, 1.05)) * (1 + np.float32(0.06) * noise(rng, labels.shape, 1.5))
    lean = np.float32(rng.uniform(0.0, 0.08))
    return (
        (1 - share) * water + share * lean,
        (1 - share) * fat + share * fatty,
        np.where(collar, 0, labels).astype(np.uint8),
    )


def _streaks(rng: np.random.Generator, shape: tuple[int, ...]) -> Plane:
    """Noise drawn out along a random direction mix, fine and coarse together."""
    long, short = rng.uniform(1.0, 2.8), rng.uniform(0.5, 0.9)
    sigma = (long, short) if rng.random() < 0.6 else (short, long)
    return noise(rng, shape, sigma) + rng.uniform(0.3, 1.2) * noise(rng, shape, rng.uniform(2, 5.5))


def _deep_and_medial(inside: npt.NDArray[np.bool_]) -> Plane:
    """1 at the deep (anterior) and medial corner of a muscle, falling to -1: fat begins there."""
    rows, columns = np.nonzero(inside)
    j, i = np.ogrid[: inside.shape[0], : inside.shape[1]]
    medial_sign = np.sign(inside.shape[1] / 2 - columns.mean())
    depth = (rows.mean() - j) / max(rows.std(), 1.0)
    medial = (i - columns.mean()) * medial_sign / max(columns.std(), 1.0)
    return (np.clip((depth + medial) / 3, -1, 1)).astype(np.float32)
