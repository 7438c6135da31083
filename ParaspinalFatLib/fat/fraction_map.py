"""Fat fraction from a map that the scanner made: find its scale (0-1, 0-100 or 0-1000) and read it.

Vendors store the same quantity as a fraction, in per cent or in per mille. The scale is taken from the image's own upper
end: a lumbar image holds nearly pure fat (subcutaneous, or at least between the muscles), so the values that few voxels
exceed must be a plausible high fraction on exactly one scale. The three ranges leave wide gaps between them; in a gap the
answer is refused, and so are maps rescaled to 0-255 or 0-500. What no upper end can tell: 0-1024 reads as 0-1000 (2 % of the
value), and 0-255 with no fat above 43 % anywhere reads as 0-100.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role

SCALES = {1.0: "0 to 1", 100.0: "0 to 100", 1000.0: "0 to 1000"}
"""What 100 % fat is stored as, and the words for it."""

UPPER_SHARE = 0.005
"""The upper end is what this share of the voxels above 0 exceeds; fewer may be spikes of noise beyond 100 %."""

UPPER_FROM, UPPER_TO = 0.55, 1.1
"""The upper end must lie between 55 % and 110 %. Subcutaneous fat reaches 85 to 100 %, noise a little more; a small field of
view without it still holds fat between the muscles, about 60 % with its partial volume. A lower bound would take a map from
0 to 500, whose upper end is 50 % of the next scale, for one from 0 to 1000."""

CLIP_MARGIN = 0.1
"""Fractions at most this far outside 0 to 1 are noise and are clipped to the range; further out they are no fractions."""


def prepare_fraction_map(images: Images, *, scale: float | None = None) -> Callable[[Image | None], FatMap]:
    """Fat map of a fat-fraction map; it does not depend on the labels.

    Args:
        images: FAT_FRACTION among them.
        scale: the value that stands for 100 % fat (1, 100 or 1000); None: found from the image.

    Raises:
        InputError: the image is a mask, or has no value above 0.
        MeasurementError: the scale is ambiguous, or the given one is not known.
    """
    image = images[Role.FAT_FRACTION]
    found = scale_of(image.array) if scale is None else _known(scale)
    fraction = (image.array / np.float32(found)).astype(np.float32)
    with np.errstate(invalid="ignore"):
        outside = (fraction < 0) | (fraction > 1)
        strange = ~((fraction >= -CLIP_MARGIN) & (fraction <= 1 + CLIP_MARGIN))
    np.clip(fraction, 0, 1, out=fraction)
    fraction[strange] = np.nan
    parameters = {
        "scale": SCALES[found],
        "scale_source": "found from the image" if scale is None else "given",
        "clipped_voxels": int(np.count_nonzero(outside & ~strange)),
        "voxels_without_fraction": int(np.count_nonzero(strange)),
    }
    made = FatMap(image.with_array(fraction), "fat_fraction_map", parameters)
    return lambda _labels: made


def scale_of(values: np.ndarray) -> float:
    """The value that stands for 100 % fat.

    Raises:
        InputError: no value is above 0, or the image is a mask of whole numbers 0 and 1.
        MeasurementError: the upper end of the values fits no scale.

    >>> scale_of(np.linspace(0, 95, 1000))
    100.0
    """
    with np.errstate(invalid="ignore"):
        positive = np.count_nonzero((values > 0) & (values < np.inf))
        if positive == 0:
            raise InputError("The fat-fraction map has no value above 0. Check that the right file was chosen.")
        if np.issubdtype(values.dtype, np.integer) and values.max() <= 1:
            raise InputError("The fat-fraction map holds only 0 and 1: it is a mask. Give the map of fractions.")

        def exceeds(limit: float) -> bool:
            return bool(np.count_nonzero(values > limit) > UPPER_SHARE * positive)

        for scale in SCALES:
            if exceeds(UPPER_FROM * scale) and not exceeds(UPPER_TO * scale):
                return scale
    upper = float(np.quantile(values[np.isfinite(values) & (values > 0)], 1 - UPPER_SHARE))
    raise MeasurementError(
        f"The scale of the fat-fraction map is ambiguous: its values reach {upper:.4g}, which is the upper end of none of "
        f"the scales {', '.join(SCALES.values())}. State the scale (scale = 1, 100 or 1000), or export the map again."
    )


def _known(scale: float) -> float:
    if isinstance(scale, bool) or scale not in SCALES:
        raise MeasurementError(f"The scale of a fat-fraction map is 1, 100 or 1000, not {scale!r}.")
    return float(scale)
