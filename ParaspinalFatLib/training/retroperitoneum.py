"""What lies around psoas and quadratus lumborum in most people and hardly in a lean volunteer: fat, and vessels in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.training.contrast import noise
from ParaspinalFatLib.training.partial_labels import OPEN

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

PSOAS = (5, 6)
COLLARED = (5, 6, 7, 8)
"""Psoas and quadratus lumborum: fat lies around both."""

WIDEST_COLLAR_MM = 13.5

VESSEL_RADIUS_MM = (2.0, 7.0)
"""From a lumbar vein or the ureter to a common iliac artery or vein."""

MOST_VESSELS = 3
"""Beside each psoas."""


def fat_collar(
    rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, pixel_mm: float
) -> tuple[Plane, Plane, Labels]:
    """Fat around psoas and quadratus lumborum, here wide, there narrow or none; no structure that is drawn loses a pixel.

    Args:
        rng: draws how wide, and where.
        water, fat: (h, w) images, muscle water and pure fat near 1.
        labels: (h, w) anatomy values.
        pixel_mm: size of a pixel.

    Returns:
        Changed water and fat, and the labels: what has become fat is background, whatever was not known of it before.
    """
    muscle = np.isin(labels, COLLARED)
    if not muscle.any():
        return water, fat, labels
    uneven = np.clip(rng.uniform(0.0, 1.0) + noise(rng, labels.shape, 12.0 / pixel_mm), 0, 1)
    width = rng.uniform(0.3, 1.0) * WIDEST_COLLAR_MM * uneven
    near = ndimage.distance_transform_edt(~muscle, sampling=pixel_mm) <= width
    collar = near & _free(labels)
    share = ndimage.gaussian_filter(collar.astype(np.float32), rng.uniform(0.3, 0.7))
    fatty = np.float32(rng.uniform(0.85, 1.05)) * (1 + np.float32(0.06) * noise(rng, labels.shape, 1.5))
    lean = np.float32(rng.uniform(0.0, 0.08))
    return (
        (1 - share) * water + share * lean,
        (1 - share) * fat + share * fatty,
        np.where(collar, 0, labels).astype(np.uint8),
    )


def vessels(
    rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, pixel_mm: float
) -> tuple[Plane, Plane, Labels]:
    """Round vessels and ureters beside the psoas, dark by flow, grey like muscle or bright; drawn structures stay whole.

    Where fat alone is bright they look like the psoas, and only their shape tells them apart.

    Args:
        rng: draws how many, how large, where and how bright.
        water, fat: (h, w) images, muscle water and pure fat near 1.
        labels: (h, w) anatomy values.
        pixel_mm: size of a pixel.

    Returns:
        Changed water and fat, and the labels: vessels and their walls are background.
    """
    inside = np.zeros(labels.shape, np.float32)
    bright = np.ones(labels.shape, np.float32)
    for value in PSOAS:
        count = int(rng.integers(MOST_VESSELS + 1)) if (labels == value).any() else 0
        if not count:
            continue
        distance = ndimage.distance_transform_edt(labels != value, sampling=pixel_mm)
        for _ in range(count):
            disc = _disc_beside(rng, distance, pixel_mm)
            inside = np.maximum(inside, disc)
            bright[disc > 0] = rng.choice((rng.uniform(0, 0.2), rng.uniform(0.2, 1.3)))
    share = inside * _free(labels)
    return (
        (1 - share) * water + share * bright,
        (1 - share) * fat + share * np.float32(0.03),
        np.where(share > 0, 0, labels).astype(np.uint8),
    )


def _disc_beside(rng: np.random.Generator, distance: npt.NDArray[np.float64], pixel_mm: float) -> Plane:
    """Share of each pixel in a random ellipse that touches a muscle or lies a few millimetres away.

    Args:
        rng: draws size, form and place.
        distance: (h, w) from the muscle, in mm.
        pixel_mm: size of a pixel.
    """
    radius = rng.uniform(*VESSEL_RADIUS_MM)
    centres = np.argwhere(np.abs(distance - radius - rng.uniform(-0.3 * radius, 3.0)) < pixel_mm)
    if not len(centres):
        return np.zeros(distance.shape, np.float32)
    stretch = np.exp(rng.normal(0, 0.15))
    row, column = centres[rng.integers(len(centres))]
    j, i = np.ogrid[: distance.shape[0], : distance.shape[1]]
    from_centre = np.hypot((j - row) * stretch, (i - column) / stretch) * pixel_mm
    return np.clip((radius - from_centre) / pixel_mm + 0.5, 0, 1).astype(np.float32)


def _free(labels: Labels) -> npt.NDArray[np.bool_]:
    """Where nothing is drawn."""
    return (labels == 0) | (labels >= OPEN)
