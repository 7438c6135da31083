"""Random contrasts from one water and one fat image: T1, T2, fat-saturated, Dixon, fat-fraction map, or nothing that exists.

Signal is ``water gain x water + fat gain x fat``; the water gain depends on tissue (fluid is bright on T2 and dark on
T1), the labels say which tissue is where, and a random curve on top makes contrasts no sequence gives. A network that
meets all of them learns shapes instead of grey values (Billot 2023, SynthSeg).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.training.partial_labels import OPEN

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

DISC, BODY, ARCH, CANAL, SACRUM = 11, 12, 13, 14, 15
MUSCLES = tuple(range(1, 11))

EDGE_PIXELS = 0.6
"""Gains drawn from labels are softened by this Gaussian: tissue borders are partial volume, not steps."""


def random_contrast(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """An image of random contrast.

    Args:
        rng: source of every choice.
        water, fat: (h, w), muscle water and pure fat near 1, air near 0.
        labels: (h, w) anatomy values.

    Returns:
        (h, w) signal, not negative, scale arbitrary.
    """
    kinds: list[tuple[float, Callable[[np.random.Generator, Plane, Plane, Labels], Plane]]] = [
        (0.32, t2_weighted),
        (0.16, t1_weighted),
        (0.13, water_image),
        (0.11, fat_image),
        (0.06, in_phase),
        (0.06, fat_saturated),
        (0.04, opposed_phase),
        (0.04, fat_fraction_map),
        (0.10, arbitrary),
    ]
    shares = np.array([share for share, _ in kinds])
    make = kinds[rng.choice(len(kinds), p=shares / shares.sum())][1]
    signal = make(rng, water, fat, labels)
    if rng.random() < 0.3:
        signal = random_curve(rng, signal)
    return np.maximum(signal, 0.0)


def plain_contrast(water: Plane, fat: Plane) -> Plane:
    """Fat bright, muscle grey, the same every time: what training from random weights begins with."""
    return np.maximum(0.4 * water + fat, 0.0)


def varied_contrast(rng: np.random.Generator, image: Plane) -> Plane:
    """An image whose contrast is given, made brighter or darker in the middle of its range, sometimes through any curve."""
    if rng.random() < 0.25:
        return random_curve(rng, image)
    return np.maximum(image, 0.0) ** np.float32(np.exp(rng.normal(0, 0.3)))


def t2_weighted(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """Fast spin echo T2: fat and fluid bright, muscle dark grey, annulus dark, nucleus by its hydration.

    On 24 sagittal T2 scans (SPIDER) the annulus has 0.1 to 0.4 of the marrow's signal, the nucleus 0.1 to 1.8, the canal
    0.7 to 5; the ranges here give that.
    """
    muscle = rng.uniform(0.12, 0.42)
    annulus, nucleus = rng.uniform(0.03, 0.3), np.exp(rng.uniform(np.log(0.05), np.log(0.9)))
    gains = {CANAL: rng.uniform(0.35, 2.0), DISC: annulus, BODY: muscle * rng.uniform(0.6, 2.2)}
    gains |= {ARCH: muscle * rng.uniform(0.4, 1.3), SACRUM: gains[BODY]}
    gain = tissue_gain(rng, labels, muscle, gains, spread=0.12, patches=0.55)
    gain = _nucleus(rng, gain, labels, nucleus / annulus)
    gain = _nerve_roots(rng, gain, labels)
    return gain * water + rng.uniform(0.6, 1.1) * fat


def t1_weighted(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """Spin echo T1: fat bright, muscle and disc grey, fluid dark."""
    muscle = rng.uniform(0.2, 0.55)
    gains = {
        CANAL: muscle * rng.uniform(0.3, 0.9),
        DISC: muscle * rng.uniform(0.7, 1.3),
        BODY: muscle * rng.uniform(0.6, 1.5),
    }
    gains |= {ARCH: muscle * rng.uniform(0.4, 1.1), SACRUM: gains[BODY]}
    return tissue_gain(rng, labels, muscle, gains, spread=0.1, patches=0.2) * water + rng.uniform(0.7, 1.1) * fat


def water_image(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """Dixon water, with whatever little fat the separation left."""
    gains = {CANAL: rng.uniform(0.7, 1.6), DISC: rng.uniform(0.7, 1.4), BODY: rng.uniform(0.6, 1.3)}
    gains |= {ARCH: rng.uniform(0.5, 1.2), SACRUM: gains[BODY]}
    return tissue_gain(rng, labels, 1.0, gains, spread=0.08, patches=0.25) * water + rng.uniform(0, 0.15) * fat


def fat_image(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """Dixon fat, with whatever little water the separation left."""
    gains = {DISC: rng.uniform(0, 0.1), CANAL: rng.uniform(0, 0.1)}
    return fat + tissue_gain(rng, labels, rng.uniform(0, 0.12), gains, spread=0.3, patches=0.5) * water


def fat_saturated(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """T2 or short-tau inversion recovery with suppressed fat: fluid bright, muscle grey, fat dark."""
    return 0.15 * rng.random() * fat + t2_weighted(rng, water, np.zeros_like(fat), labels)


def in_phase(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """Gradient echo with water and fat in phase: their sum, fat a little brighter or darker than muscle."""
    return water_image(rng, water, np.zeros_like(fat), labels) + rng.uniform(0.6, 1.7) * fat


def opposed_phase(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """Gradient echo with water and fat opposed: dark lines where they meet."""
    return np.abs(water_image(rng, water, np.zeros_like(fat), labels) - rng.uniform(0.6, 1.2) * fat)


def fat_fraction_map(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:  # noqa: ARG001
    """fat / (water + fat); in air either noise or nothing, as scanners differ."""
    total = water + fat
    air = total < 0.12
    inside = fat / np.maximum(total, 0.05)
    outside = rng.random(total.shape, dtype=np.float32) if rng.random() < 0.5 else np.zeros_like(total)
    return np.where(air, outside, inside).astype(np.float32)


def arbitrary(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """Any mixture with any gain for each tissue, then any curve: physics does not apply."""
    gains = {value: rng.uniform(0.0, 1.5) for value in (DISC, BODY, ARCH, CANAL, SACRUM)}
    gain = tissue_gain(rng, labels, rng.uniform(0.1, 1.2), gains, spread=0.3, patches=0.5)
    return random_curve(rng, gain * water + rng.uniform(0.0, 1.2) * fat)


def tissue_gain(
    rng: np.random.Generator, labels: Labels, muscle: float, gains: dict[int, float], spread: float, patches: float
) -> Plane:
    """A water gain for every pixel.

    Args:
        rng: draws the variations.
        labels: (h, w).
        muscle: gain of muscle and of everything without an own gain.
        gains: gain of single structures.
        spread: relative difference between one muscle and the next (one standard deviation).
        patches: relative variation over what has no label (organs, vessels, bowel), in blobs of about 15 mm.
    """
    table = np.full(256, muscle, np.float32)
    table[list(MUSCLES)] = muscle * np.exp(rng.normal(0, spread / 2, len(MUSCLES)))
    for value, gain in gains.items():
        table[value] = gain
    gain_map = table[labels]
    blobs = noise(rng, labels.shape, 8.0) * patches
    gain_map = np.where((labels == 0) | (labels >= OPEN), gain_map * np.exp(blobs), gain_map)
    return ndimage.gaussian_filter(gain_map, EDGE_PIXELS)


def random_curve(rng: np.random.Generator, signal: Plane) -> Plane:
    """Map grey values through a smooth random curve: rising in two cases of three, any shape otherwise; 0 stays lowest."""
    top = float(np.percentile(signal, 99.5)) or 1.0
    knots = np.linspace(0, 1, int(rng.integers(4, 7)))
    heights = rng.uniform(0, 1, len(knots))
    if rng.random() < 0.67:
        heights = np.cumsum(heights + 0.05)
    heights[0] = 0.0
    return np.interp(signal / top, knots, heights / heights.max()).astype(np.float32)


def noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float | tuple[float, float]) -> Plane:
    """Gaussian noise smoothed by ``sigma`` pixels and scaled back to unit variance."""
    smooth = ndimage.gaussian_filter(rng.standard_normal(shape, dtype=np.float32), sigma, mode="wrap", truncate=3.0)
    return smooth / max(float(smooth.std()), 1e-6)


def _nucleus(rng: np.random.Generator, gain: Plane, labels: Labels, ratio: float) -> Plane:
    """A disc whose inside has ``ratio`` times the signal of its rim, with a soft and uneven border between them."""
    disc = labels == DISC
    if not disc.any():
        return gain
    depth = ndimage.distance_transform_edt(disc)
    uneven = 0.12 * noise(rng, labels.shape, 3.0)
    inner = np.clip((depth / depth.max() - rng.uniform(0.15, 0.5) + uneven) * rng.uniform(2, 6), 0, 1)
    return (gain * ratio ** (inner * disc)).astype(np.float32)


def _nerve_roots(rng: np.random.Generator, gain: Plane, labels: Labels) -> Plane:
    """Dark dots in the bright fluid of the canal."""
    if rng.random() < 0.4:
        return gain
    roots = np.clip(noise(rng, labels.shape, 1.2) - rng.uniform(0, 1.2), 0, 1) * rng.uniform(0.3, 0.9)
    return np.where(labels == CANAL, gain * (1 - roots), gain)
