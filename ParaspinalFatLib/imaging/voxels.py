"""Whether an image's voxel values can be measured at all."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image


def require_signal(image: Image, name: str) -> None:
    """Raise InputError if the image holds values that are not numbers, or one value only.

    Args:
        image: any image of scalar voxels.
        name: what to call it in the message, at the start of a sentence ("The water image").
    """
    array = image.array
    if array.size == 0:
        raise InputError(f"{name} has no voxels. Export it again.")
    if np.issubdtype(array.dtype, np.complexfloating):
        raise InputError(f"{name} holds complex numbers. Give the magnitude image.")
    if np.issubdtype(array.dtype, np.floating):
        bad = int(np.count_nonzero(~np.isfinite(array)))
        if bad:
            raise InputError(not_finite_sentence(name, bad))
    lowest, highest = array.min(), array.max()
    if lowest == highest:
        raise InputError(f"{name} is empty: every voxel has the value {lowest:g}. Check that the right file was chosen.")


def not_finite_sentence(name: str, count: int) -> str:
    """What to say about ``count`` voxels that are NaN or infinite."""
    return (
        f"{name} has {count} voxels that are not finite numbers (NaN or infinity). "
        "Export it again, or replace them by the true values; a guess would be measured as tissue."
    )
