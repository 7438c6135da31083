"""The fat fraction that a network predicted from a T1 or T2 image, and its binary form.

The prediction needs torch and is made once for an image, in a process of its own (:mod:`segmentation.fat_process`); it does
not depend on outlines. From then on it is one of the case's images, and measuring needs no network.
"""

from __future__ import annotations

import zlib
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


SAMPLED = 4
"""Every fourth row and column enters the fingerprint, which takes milliseconds: no change of 4 x 4 pixels escapes it."""


@dataclass(frozen=True, eq=False)
class PredictedFraction(Image):
    """A predicted fat fraction: float32, 0 to 1, NaN where there is no answer.

    Attributes:
        source: fingerprint of the voxels that it was predicted from; of others it says nothing.
        record: JSON-able facts about the prediction: the network's name and digest, the device.
    """

    source: str
    record: Mapping[str, object] = field(default_factory=dict)


def fingerprint(array: np.ndarray) -> str:
    """Size, type and a checksum of a sample of an image's voxels (k, j, i)."""
    sample = np.ascontiguousarray(array[:, ::SAMPLED, ::SAMPLED])
    return f"{'x'.join(map(str, array.shape))} {array.dtype} {zlib.crc32(sample.tobytes()):08x}"


def prepare_learned(images: Images, *, binary: bool = False) -> Callable[[Image | None], FatMap]:
    """Fat map of a predicted fraction; it does not depend on the labels.

    Args:
        images: ANATOMY and, predicted from it, LEARNED_FRACTION (a :class:`PredictedFraction`).
        binary: count every voxel as fat or as muscle, by whether its fraction is above one half, as the fat network of JOR
            Spine 2024 marks them.

    Raises:
        MeasurementError: nothing has been predicted for this image, or for other voxels than it has.
    """
    predicted = images.get(Role.LEARNED_FRACTION)
    if predicted is None:
        raise MeasurementError(
            "The fat fraction of this image has not been predicted yet, which needs PyTorch. Press Measure again in the "
            "panel, call SceneLogic.predict_fat in a script, or choose another fat method."
        )
    if not isinstance(predicted, PredictedFraction) or predicted.source != fingerprint(images[Role.ANATOMY].array):
        raise MeasurementError(
            "The fat fraction was predicted from another image than this one. Predict it from this image, or choose another "
            "fat method."
        )
    fraction = predicted.array > np.float32(HALF) if binary else predicted.array
    signal = images[Role.ANATOMY].array
    unknown = np.isnan(predicted.array) | ~np.isfinite(signal) | (signal == 0)
    answered = np.where(unknown, np.float32(np.nan), fraction).astype(np.float32)
    parameters = {"image": Role.ANATOMY.value, "binary": binary, "prediction": dict(predicted.record)}
    made = FatMap(Image(answered, predicted.affine), LEARNED, parameters, everywhere(REASON))
    return lambda _labels: made
