"""Fat fraction of separated Dixon images: FF = F / (F + W).

Source: the definition of the (proton density) signal fat fraction, Reeder 2012, J Magn Reson Imaging 36:1011. It is the
proton density fat fraction only as far as the reconstruction corrected for T1, T2* and the fat spectrum; the images
cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.signals import fat_fraction, require_signals
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role


def prepare_dixon(images: Images, *, noise_floor: float | None = None) -> Callable[[Image | None], FatMap]:
    """Fat map of a water and a fat image; it does not depend on the labels.

    Args:
        images: WATER and FAT on one grid.
        noise_floor: F + W at or below which a voxel has no fraction; None: measured in the air around the body.

    Raises:
        InputError: the images have no signal, or are no magnitude images.
        MeasurementError: the noise floor is not a number of at least 0.
    """
    fat, water = images[Role.FAT], images[Role.WATER]
    result = fat_fraction(fat.array, water.array, noise_floor)
    require_signals(result, "The water and fat images")
    fraction = fat.with_array(result.fraction)
    made = FatMap(fraction, "dixon", result.record, fat_signal=result.fat, total_signal=result.total)
    return lambda _labels: made
