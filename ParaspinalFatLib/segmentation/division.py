"""Iliocostalis and longissimus apart: the outlined erector spinae is divided last, so its own outline never changes.

The network says of every pixel how likely it is iliocostalis if it is erector spinae at all, on either side; the
side is that of the outline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.segmentation.preparation import Preparation

Labels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Parts:
    """Label values of the two parts of one side's erector spinae."""

    iliocostalis: int
    longissimus: int


PARTS: Mapping[int, Parts] = {
    BY_IDENTIFIER[f"ES_{side}"].value: Parts(BY_IDENTIFIER[f"IL_{side}"].value, BY_IDENTIFIER[f"LO_{side}"].value)
    for side in ("right", "left")
}
"""Label value of the erector spinae -> those of its parts."""

WHOLE = np.arange(256, dtype=np.uint8)
"""Label value -> the same, a part of the erector spinae -> the erector spinae of its side."""
for _whole, _parts in PARTS.items():
    WHOLE[[_parts.iliocostalis, _parts.longissimus]] = _whole

SMOOTHING_MM = 3.0
"""Standard deviation of the in-plane average before the border is drawn: fat streaks within a muscle are narrower, the fat
between the two muscles is what the network has looked for."""

LEAST_ERECTOR = 0.02
"""Pixels less likely erector spinae than this say nothing about its parts."""


def smooth_share(share: Plane, erector: Plane, pixel_mm: float) -> Plane:
    """Average the likelihood of iliocostalis over the neighbourhood, each pixel as far as it is erector spinae.

    Args:
        share: (h, w) likelihood of iliocostalis, of no meaning outside the erector spinae.
        erector: (h, w) likelihood of erector spinae of either side.
        pixel_mm: size of the pixels.

    Returns:
        (h, w); one half where no erector spinae is near.
    """
    result = np.full_like(share, 0.5)
    box = _box(erector > LEAST_ERECTOR, margin=round(2 * SMOOTHING_MM / pixel_mm))
    if box is not None:
        weight = erector[box]
        blurred = [
            ndimage.gaussian_filter(values, SMOOTHING_MM / pixel_mm, mode="constant", truncate=2.5)
            for values in ((share[box] - 0.5) * weight, weight)
        ]
        result[box] += blurred[0] / np.maximum(blurred[1], 1e-4)
    return result


def divide(labels: Labels, shares: npt.NDArray[np.floating], preparation: Preparation) -> None:
    """Name every voxel of the erector spinae iliocostalis or longissimus, in place; sides and outer border stay.

    Within a slice each connected piece of the erector spinae gets at most one connected piece of either part.

    Args:
        labels: (k, j, i) cleaned label values in axial order.
        shares: (k, *network_shape) smoothed likelihood of iliocostalis.
        preparation: of this image.
    """
    for plane, share in zip(labels, shares, strict=True):
        for whole, parts in PARTS.items():
            box = _box(plane == whole, margin=0)
            if box is None:
                continue
            lateral = preparation.on_image(share.astype(np.float32), *box) > 0.5
            part = plane[box]
            for piece in _pieces(part == whole):
                iliocostalis = _in_one_piece_each(lateral & piece, piece)
                part[piece] = np.where(iliocostalis[piece], parts.iliocostalis, parts.longissimus)


def _in_one_piece_each(first: npt.NDArray[np.bool_], whole: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """``first`` of two parts of a connected piece, with all but the largest piece of each part given to the other part."""
    kept = _largest(first)
    return whole & ~_largest(whole & ~kept)


def _largest(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    numbers, count = ndimage.label(mask)
    if count <= 1:
        return mask
    return numbers == 1 + np.argmax(np.bincount(numbers.ravel())[1:])


def _pieces(mask: npt.NDArray[np.bool_]) -> Iterator[npt.NDArray[np.bool_]]:
    numbers, count = ndimage.label(mask)
    yield from (numbers == number for number in range(1, count + 1))


def _box(mask: npt.NDArray[np.bool_], margin: int) -> tuple[slice, slice] | None:
    """Rows and columns that hold a mask (h, w), with a margin where the plane has it; None where it is empty."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return None
    first, second = (slice(max(0, line[0] - margin), line[-1] + 1 + margin) for line in (rows, columns))
    return first, second
