"""A threshold that the user sets: signal above it is fat, in every muscle.

Source: manual thresholding is the reference technique of many studies on T2 (Fortin 2017, Biomed Eng Online 16:61). It
depends on the reader, so every muscle is marked as not validated.
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass, field

import numpy as np

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.conventional import Conventional, conventional_image
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.gathering import MuscleGatherer
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels, required_labels
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images

METHOD = "user_threshold"
REASON = "the threshold was chosen by the user"


@dataclass(frozen=True, eq=False)
class ThresholdSlider:
    """Fat maps of one image inside fixed labels for any threshold, each within milliseconds.

    Attributes:
        source: the image.
        voxels: its muscle voxels, gathered once.
    """

    source: Conventional
    voxels: MuscleVoxels

    def __call__(self, threshold: float) -> FatMap:
        """The fat map of a threshold in the unit of the image."""
        threshold = _number(threshold)
        signal = self.voxels.signal[self.voxels.known]
        share = float(np.mean(signal > threshold)) if len(signal) else None
        fit = {"threshold": threshold, "voxels": len(signal), "fat_share": share}
        fraction = self.voxels.fractions(np.full(len(self.voxels.places), threshold))
        parameters = {**self.source.record, "fitted_over": "set by the user", "fits": {"all muscles": fit}}
        return FatMap(self.source.image.with_array(fraction), METHOD, parameters, self.source.not_validated(REASON))


@dataclass(frozen=True, eq=False)
class UserThresholdMapper:
    """Makes the fat map of one image and one threshold for any labels.

    Attributes:
        source: the image.
        threshold: in the unit of the image.
        gather: finds the muscle voxels; shared by what looks at the same labels.
    """

    source: Conventional
    threshold: float
    gather: MuscleGatherer = field(default_factory=MuscleGatherer)

    def __call__(self, labels: Image | None) -> FatMap:
        """The fat map inside the labelled muscles; see :func:`methods.fat_map_of` for the errors."""
        return self.slider(labels)(self.threshold)

    def slider(self, labels: Image | None) -> ThresholdSlider:
        """What makes the fat map of any threshold inside these labels, as they are now."""
        values = required_labels(labels, self.source.image, METHOD).array
        return ThresholdSlider(self.source, self.gather(values, self.source.image.array))


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
    return UserThresholdMapper(conventional_image(images, bias_correction), _number(threshold))


def _number(threshold: float | None) -> float:
    if isinstance(threshold, bool) or not isinstance(threshold, numbers.Real) or not np.isfinite(threshold):
        raise MeasurementError(
            f"The method {METHOD} needs a threshold, a number in the unit of the image; got {threshold!r}."
        )
    return float(threshold)
