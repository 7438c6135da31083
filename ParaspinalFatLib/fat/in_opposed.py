"""Fat fraction of in-phase and opposed-phase images (two-point Dixon): W = (IP + OP) / 2, F = (IP - OP) / 2.

Source: Dixon 1984, Radiology 153:189. Magnitude images cannot tell which of water and fat is larger: a voxel with more
fat than water appears as its complement (70 % as 30 %), and neither T2* decay nor the fat spectrum is corrected. So it is
no proton density fat fraction, least of all above 50 %, and every muscle is marked as not validated.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.signals import fat_fraction, require_signals
from ParaspinalFatLib.fat.validity import everywhere
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role

REASON = "two-point in and opposed phase is not PDFF; fractions above 50 % appear as their complement"


def prepare_in_opposed(images: Images, *, noise_floor: float | None = None) -> Callable[[Image | None], FatMap]:
    """Fat map of an in-phase and an opposed-phase image; it does not depend on the labels.

    Where the opposed-phase signal exceeds the in-phase signal (noise, T2* decay) the fat signal counts as 0.

    Args:
        images: IN_PHASE and OPPOSED_PHASE on one grid.
        noise_floor: F + W (the in-phase signal) at or below which a voxel has no fraction; None: measured in the air.

    Raises:
        InputError: the images have no signal, or are no magnitude images.
        MeasurementError: the noise floor is not a number of at least 0.
    """
    together, against = (images[role].array.astype(np.float32) for role in (Role.IN_PHASE, Role.OPPOSED_PHASE))
    fat, water = (together - against) / 2, (together + against) / 2
    result = fat_fraction(fat, water, noise_floor)
    require_signals(result, "The in-phase and opposed-phase images")
    parameters = {**result.record, "note": "not PDFF; above 50 % the complement is seen"}
    fraction = images[Role.IN_PHASE].with_array(result.fraction)
    made = FatMap(fraction, "in_opposed", parameters, everywhere(REASON), result.fat, result.total)
    return lambda _labels: made
