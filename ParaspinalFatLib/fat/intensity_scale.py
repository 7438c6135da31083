"""Whether a water and a fat image share one intensity scale, as far as the images themselves can tell.

A scanner stores whole numbers and, for each image, the factor that turns them into signal. If that factor was applied to
one of the two images only, one holds whole numbers and the other whole multiples of a broken number. A second sign is
physical: pure fat beside the muscle cannot be darker or many times brighter than lean muscle.
"""

from __future__ import annotations

import numpy as np

FEWEST_VALUES = 50
"""Fewer distinct values than these fit some step by chance."""

MOST_STEPS = 70_000
"""A stored image has at most 2^16 levels; finer steps are those of floating-point numbers, not of storage."""

STEP_TOLERANCE = 0.02
"""How far from a whole multiple of the step a value may lie, in steps; single precision over 2^16 steps needs 0.004."""

WHOLE_TOLERANCE = 1e-4
"""How far from a whole number a factor may lie and still be one."""

BRIGHTNESS_LIMITS = (0.67, 5.0)
"""Pure fat relative to lean muscle, F + W. The ratio lies between that of the proton densities (about 1.1, low flip angle)
and that times the ratio of the T1 times (about 1400 ms in muscle, 380 ms in fat at 3 T: 4); some room on both sides."""

FEWEST_VOXELS = 50

MOST_VOXELS = 500_000
"""In a region of more voxels every second row and column is looked at for brightness: the medians hardly depend on it."""


def storage_step(values: np.ndarray) -> float | None:
    """The number of which all values are whole multiples; None if there is none, or too few values to tell.

    >>> storage_step(np.arange(200) * 1.5)
    1.5
    >>> storage_step(np.sqrt(np.arange(200.0))) is None
    True
    """
    distinct = np.unique(values[np.isfinite(values) & (values > 0)]).astype(np.float64)
    if len(distinct) < FEWEST_VALUES:
        return None
    if np.array_equal(distinct, np.round(distinct)):
        return float(np.gcd.reduce(distinct.astype(np.int64)))
    step = float(np.diff(distinct).min())
    if step * MOST_STEPS < distinct[-1]:
        return None
    for span in (30, 300, 3000, MOST_STEPS):  # each round measures the step better, over a longer stretch of values
        near = distinct[distinct <= span * step]
        multiples = np.round(near / step)
        if multiples.any():
            step = float(near @ multiples / (multiples @ multiples))
    multiples = distinct / step
    return step if np.max(np.abs(multiples - np.round(multiples))) < STEP_TOLERANCE else None


def factor_applied_to_one(fat: np.ndarray, water: np.ndarray) -> tuple[str, float] | None:
    """Which image ("fat" or "water") carries a broken storage factor while the other holds whole numbers, and the factor.

    None where both or neither do, or where it cannot be told.
    """
    steps = {"fat": storage_step(fat), "water": storage_step(water)}
    for name, other in (("fat", "water"), ("water", "fat")):
        step = steps[name]
        if step is not None and steps[other] == 1.0 and abs(step - round(step)) > WHOLE_TOLERANCE:
            return name, step
    return None


def fat_to_muscle_brightness(
    fraction: np.ndarray, total: np.ndarray, labels: np.ndarray, muscle: np.ndarray
) -> float | None:
    """How bright the fattest tenth of the unlabelled tissue is, relative to the leaner half of the muscle: medians of F + W.

    Args:
        fraction, total: F / (F + W) and F + W around the muscles, NaN where unknown.
        labels: label values there.
        muscle: which voxels are muscle.
    """
    if fraction.size > MOST_VOXELS:
        fraction, total, labels, muscle = (array[..., ::2, ::2] for array in (fraction, total, labels, muscle))
    known = ~np.isnan(fraction)
    inside, outside = muscle & known, (labels == 0) & known
    if np.count_nonzero(inside) < FEWEST_VOXELS or np.count_nonzero(outside) < 10 * FEWEST_VOXELS:
        return None
    lean = inside & (fraction <= np.median(fraction[inside]))
    fat = outside & (fraction >= np.quantile(fraction[outside], 0.9))
    return float(np.median(total[fat]) / np.median(total[lean]))
