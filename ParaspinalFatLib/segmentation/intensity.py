"""Input scaling of the network: the same for training and prediction, whatever units and offset the image has.

Every slice is scaled by itself, so a slice gives the same result alone as within its stack, and a stack whose slices differ
in brightness needs no correction. A slice's zero is its darkest percent, its unit is the median of its foreground, and
bright outliers (subcutaneous fat under a surface coil, cerebrospinal fluid on T2) are compressed:
``y = z / (z + 1)`` with ``z = (x - zero) / unit``. The result lies in 0 to 1, with the median of the foreground at 0.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LOW_PERCENTILE = 1.0
"""Percentile of a slice that becomes 0: air around a torso, or the darkest tissue of a small field of view."""

HIGH_PERCENTILE = 99.5
"""Percentile that stands for the brightest tissue; above it lie flow artefacts and single bright pixels."""

FOREGROUND_FRACTION = 0.1
"""Part of the way from low to high percentile above which a voxel counts as foreground. Air (Rician noise) lies below, so
the scale does not depend on how much air the field of view holds."""

PARAMETERS: dict[str, float | str] = {
    "method": "per slice, foreground median, z / (z + 1)",
    "low_percentile": LOW_PERCENTILE,
    "high_percentile": HIGH_PERCENTILE,
    "foreground_fraction": FOREGROUND_FRACTION,
}
"""What a weights card records under ``intensity``: weights trained with other values must not be used with this code."""


def normalise(array: npt.NDArray[np.floating | np.integer]) -> npt.NDArray[np.float32]:
    """Scale every slice for the network.

    Args:
        array: (k, j, i) grey values of any unit, integer or floating, finite.

    Returns:
        (k, j, i) float32 in 0 to 1; unchanged (to rounding) when the input is multiplied by a positive number or
        shifted by a constant. A constant slice becomes 0.

    >>> stack = np.arange(16, dtype=np.int16).reshape(1, 4, 4)
    >>> bool(np.allclose(normalise(stack), normalise(stack * 10.0 - 3.0), atol=1e-6))
    True
    """
    return np.stack([_normalise_slice(plane) for plane in array])


def _normalise_slice(plane: np.ndarray) -> npt.NDArray[np.float32]:
    values = plane.astype(np.float64)
    low, high = np.percentile(values, (LOW_PERCENTILE, HIGH_PERCENTILE))
    if high <= low:
        return np.zeros(plane.shape, np.float32)
    scaled = np.maximum((values - low) / (high - low), 0.0)
    unit = np.median(scaled[scaled > FOREGROUND_FRACTION])
    return (scaled / (scaled + unit)).astype(np.float32)
