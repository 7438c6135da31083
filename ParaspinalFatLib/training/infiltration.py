"""Painted fat: water exchanged for fat inside muscles and between them, as disease, age and weight give it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.special import expit

from ParaspinalFatLib.training.contrast import noise

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

MULTIFIDI, ERECTORS = (1, 2), (3, 4)
POSTERIOR = (*MULTIFIDI, *ERECTORS)

ANTERIOR = (5, 6, 7, 8, 9, 10)

ANTERIOR_SHARE = 0.25
"""Psoas, quadratus lumborum and iliacus keep most of their muscle when the multifidus has turned to fat
(medians of 13, 18 and 12 % against 22 % fat in 173 healthy adults, domain.md)."""

ANGLE_SPREAD_DEGREES = 25.0
"""How far streaks of fat turn away from their muscle's longest axis (one standard deviation), in half of the samples; in the
others they take any direction, as the septa of the erector spinae do."""

THICKEST_LAYER_MM = 8.0
"""Of the fat under the fascia."""

REPLACED_PARTS = {MULTIFIDI: (0.05, 0.45), ERECTORS: (0.01, 0.2)}
"""Smallest and largest part of multifidus and erector spinae that is replaced whole."""


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
    coarse, midline = noise(rng, labels.shape, rng.uniform(2, 5.5)), _midline(labels)
    long, short, evenness = rng.uniform(1.0, 2.8), rng.uniform(0.5, 0.9), rng.uniform(0.3, 1.2)
    spread = np.radians(ANGLE_SPREAD_DEGREES if rng.random() < 0.5 else 180)
    for values, weight in ((POSTERIOR, 1.0), (ANTERIOR, ANTERIOR_SHARE)):
        for value in values:
            inside = labels == value
            if not inside.any():
                continue
            amount = severity * weight * rng.uniform(0.3, 1.0) * (1.3 if value in MULTIFIDI else 0.8)
            along = fascicle_angle(inside) + rng.normal(0, spread)
            pattern = evenness * coarse + rng.uniform(0, 1.5) * _towards(inside, midline, 1.0, 1.0)
            box = ndimage.find_objects(inside.view(np.uint8))[0]
            pattern[box] += _streaks(rng, pattern[box].shape, long, short, along)
            threshold = np.quantile(pattern[inside], 1 - min(amount * 0.75, 0.95))
            soft = expit((pattern - threshold) * rng.uniform(2, 8))
            share[inside] = soft[inside] * rng.uniform(0.5, 1.0)
    share = np.clip(ndimage.gaussian_filter(share, rng.uniform(0.4, 1.0)), 0, 1)
    moved = share * water
    return water - moved, fat + moved


def replace_whole(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> tuple[Plane, Plane]:
    """Exchange all water for fat in the deep, medial part of multifidus and erector spinae: fat on laminae and processes.

    Raters draw both muscles to the bone, past this fat; a network that has only seen streaks draws its border instead.

    Args:
        rng: draws where and how much, much the same on both sides.
        water, fat: (h, w) images.
        labels: (h, w) anatomy values.

    Returns:
        Changed water and fat; their sum stays.
    """
    midline, edge = _midline(labels), noise(rng, labels.shape, 3.0)
    share = np.zeros(labels.shape, np.float32)
    for pair, (least, most) in REPLACED_PARTS.items():
        deep, medial, amount = rng.uniform(0.2, 1.0), rng.uniform(0.0, 1.0), rng.uniform(least, most)
        for inside in (labels == value for value in pair):
            if inside.any():
                pattern = _towards(inside, midline, deep, medial) + rng.uniform(0.02, 0.15) * edge
                lean = pattern < np.quantile(pattern[inside], 1 - amount * rng.uniform(0.6, 1.0))
                share[inside & ~lean] = rng.uniform(0.85, 1.0)
    share = ndimage.gaussian_filter(share, rng.uniform(0.3, 0.8))
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


def subfascial_fat(
    rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, pixel_mm: float
) -> tuple[Plane, Plane]:
    """A layer of fat under the thoracolumbar fascia, within what raters draw as multifidus and erector spinae.

    Args:
        rng: draws where the layer lies and how thick it is, up to :data:`THICKEST_LAYER_MM`.
        water, fat: (h, w) images, rows anterior to posterior.
        labels: (h, w) anatomy values.
        pixel_mm: size of their pixels.

    Returns:
        Changed water and fat; their sum stays.
    """
    back = np.isin(labels, POSTERIOR)
    behind = np.where(back.any(axis=0), len(back) - 1 - back[::-1].argmax(axis=0), -1)
    uneven = np.exp(0.5 * noise(rng, (labels.shape[1],), 8.0))
    thickness = np.minimum(np.exp(rng.uniform(np.log(0.8), np.log(4.0))) * uneven, THICKEST_LAYER_MM) / pixel_mm
    depth = behind - np.arange(len(back))[:, None]
    share = np.where(back & (depth >= 0) & (depth < thickness), rng.uniform(0.7, 1.0), 0).astype(np.float32)
    moved = ndimage.gaussian_filter(share, rng.uniform(0.3, 0.7)) * water
    return water - moved, fat + moved


def fascicle_angle(inside: npt.NDArray[np.bool_]) -> float:
    """Direction of a muscle's longest axis in the slice, in radians from the rows' direction (columns) towards higher rows.

    Fascicles cross an axial slice steeply; what fat between them shows there are lines along the muscle's length.
    """
    rows, columns = np.nonzero(inside)
    if rows.size < 2:
        return 0.0
    spread = np.cov(np.stack([columns, rows]))
    return 0.5 * float(np.arctan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1]))


def _streaks(rng: np.random.Generator, shape: tuple[int, ...], long: float, short: float, angle: float) -> Plane:
    """Noise (h, w) of unit variance, ``long`` pixels along ``angle`` (:func:`fascicle_angle`) and ``short`` across."""
    size = int(np.ceil(np.hypot(shape[0], shape[1]))) + 2
    straight = noise(rng, (size, size), (short, long))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle, half = (size - 1) / 2, (np.array(shape) - 1) / 2
    turned = ndimage.affine_transform(straight, turn, offset=middle - turn @ half, output_shape=shape, order=1, mode="wrap")
    return turned / max(float(turned.std()), 1e-6)


def _midline(labels: Labels) -> float:
    """Column half way between the two multifidi; where one is missing, the middle of the image."""
    columns = [np.nonzero(labels == value)[1] for value in MULTIFIDI]
    if not all(side.size for side in columns):
        return labels.shape[1] / 2
    return sum(float(side.mean()) for side in columns) / 2


def _towards(inside: npt.NDArray[np.bool_], midline: float, deep: float, medial: float) -> Plane:
    """Largest (1 at most) at the deep (anterior) and medial corner of a muscle, falling to -1: fat begins there.

    Args:
        inside: (h, w) the muscle.
        midline: column of the patient's midline.
        deep, medial: how much either direction counts.
    """
    rows, columns = np.nonzero(inside)
    j, i = np.ogrid[: inside.shape[0], : inside.shape[1]]
    depth = (rows.mean() - j) / max(rows.std(), 1.0)
    mediality = (i - columns.mean()) * np.sign(midline - columns.mean()) / max(columns.std(), 1.0)
    return (np.clip((deep * depth + medial * mediality) / 3, -1, 1)).astype(np.float32)
