"""The fat fraction that a network predicted from a T1 or T2 image, and its binary form.

The prediction needs torch and is made once for an image, in a process of its own (:mod:`segmentation.fat_process`); it does
not depend on outlines. From then on it is one of the case's images, and measuring needs no network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.validity import everywhere
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role

LEARNED = "learned"

HALF = 0.5
"""A voxel with more fat than this is fat in the binary map."""

REASON = "learned and tested on contrasts synthesised from Dixon images, not yet compared with Dixon in patients"


@dataclass(frozen=True, eq=False)
class PredictedFraction(Image):
    """A predicted fat fraction: float32, 0 to 1, NaN where there is no answer.

    Attributes:
        record: JSON-able facts about the prediction: the network's name and digest, the device.
    """

    record: Mapping[str, object] = field(default_factory=dict)


def prepare_learned(images: Images, *, binary: bool = False) -> Callable[[Image | None], FatMap]:
    """Fat map of a predicted fraction; it does not depend on the labels.

    Args:
        images: ANATOMY and, predicted from it, LEARNED_FRACTION.
        binary: count every voxel as fat or as muscle, by whether its fraction is above one half, as the fat network of JOR
            Spine 2024 marks them.

    Raises:
        MeasurementError: nothing has been predicted for this image.
    """
    predicted = images.get(Role.LEARNED_FRACTION)
    if predicted is None:
        raise MeasurementError(
            "The fat fraction of this image has not been predicted yet. Outline the image once with the method learned "
            "(this needs PyTorch), or choose another fat method."
        )
    fraction = predicted.array > np.float32(HALF) if binary else predicted.array
    signal = images[Role.ANATOMY].array
    unknown = np.isnan(predicted.array) | ~np.isfinite(signal) | (signal == 0)
    answered = np.where(unknown, np.float32(np.nan), fraction).astype(np.float32)
    record = dict(predicted.record) if isinstance(predicted, PredictedFraction) else {}
    parameters = {"image": Role.ANATOMY.value, "binary": binary, "prediction": record}
    made = FatMap(Image(answered, predicted.affine), LEARNED, parameters, everywhere(REASON))
    return lambda _labels: made
