"""A threshold that the user sets: signal above it is fat, in every muscle.

Source: manual thresholding is the reference technique of many studies on T2 (Fortin 2017, Biomed Eng Online 16:61). It
depends on the reader, so every muscle is marked as not validated.
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass, replace

import numpy as np

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.conventional import Conventional, conventional_image
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels, muscle_voxels, required_labels
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images

METHOD = "user_threshold"
REASON = "the threshold was chosen by the user"


@dataclass(frozen=True, eq=False)
class UserThresholdMapper:
    """Makes the fat map of one image for any labels, and quickly for another threshold (:meth:`at`).

    Attributes:
        source: the image.
        threshold: in the unit of the image.
    """

    source: Conventional
    threshold: float
    _voxels_of: dict[int, tuple[Image, MuscleVoxels]]

    def at(self, threshold: float) -> UserThresholdMapper:
        """The same with another threshold; labels already looked at are not searched again."""
        return replace(self, threshold=_number(threshold))

    def __call__(self, labels: Image | None) -> FatMap:
        """The fat map inside the labelled muscles; see :func:`methods.fat_map_of` for the errors."""
        voxels = self._voxels(labels)
        share = float(np.mean(voxels.signal[voxels.known] > self.threshold)) if voxels.known.any() else None
        fit = {"threshold": self.threshold, "voxels": int(np.count_nonzero(voxels.known)), "fat_share": share}
        fraction = voxels.fractions(np.full(len(voxels.places), self.threshold))
        parameters = {**self.source.record, "fitted_over": "set by the user", "fits": {"all muscles": fit}}
        return FatMap(self.source.image.with_array(fraction), METHOD, parameters, self.source.not_validated(REASON))

    def _voxels(self, labels: Image | None) -> MuscleVoxels:
        if labels is not None and (kept := self._voxels_of.get(id(labels))) and kept[0] is labels:
            return kept[1]
        given = required_labels(labels, self.source.image, METHOD)
        voxels = muscle_voxels(given.array, self.source.image.array)
        self._voxels_of.clear()
        if labels is not None:
            self._voxels_of[id(labels)] = (labels, voxels)
        return voxels


def prepare_user_threshold(
    images: Images, *, threshold: float | None = None, bias_correction: bool = False
) -> UserThresholdMapper:
    """Fat map of one threshold for all muscles.

    Args:
        images: one image on which fat is bright.
        threshold: in the unit of the image (after bias correction, if asked for).
        bias_correction: see :func:`conventional.conventional_image`.

    Raises:
        MeasurementError: the threshold is not a finite number.
    """
    return UserThresholdMapper(conventional_image(images, bias_correction), _number(threshold), {})


def _number(threshold: float | None) -> float:
    if isinstance(threshold, bool) or not isinstance(threshold, numbers.Real) or not np.isfinite(threshold):
        raise MeasurementError(
            f"The method {METHOD} needs a threshold, a number in the unit of the image; got {threshold!r}."
        )
    return float(threshold)
