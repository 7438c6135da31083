"""How sure the network is of each structure in each slice: the mean of its probability over the outline."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.segmentation.division import PARTS, WHOLE
from ParaspinalFatLib.segmentation.outline import Outlines
from ParaspinalFatLib.segmentation.preparation import Preparation

MEAN_PROBABILITY = "mean_probability"
"""Key in the network's record."""

Means = dict[str, list[float | None]]
"""Identifier to a mean for each slice in axial order, None where the slice lacks the structure."""


def mean_probabilities(labels: npt.NDArray[np.uint8], outlines: Outlines, preparation: Preparation) -> Means:
    """Of each outlined structure, slice by slice, the mean over its voxels of the probability of the network's own label.

    Where cleaning gave a voxel another label (a filled hole, a corrected side), that of the network's label counts. Erector
    spinae has its own probability also where it is divided; that of a part is the probability of erector spinae times the
    likelihood of the part in it.

    Args:
        labels: (k, j, i) cleaned and divided label values in axial order.
        outlines: of the same slices, with ``probability``.
        preparation: of this image.
    """
    assert outlines.probability is not None
    table = np.full((len(labels), 256), math.nan)
    for k, (plane, stored) in enumerate(zip(labels, outlines.probability, strict=True)):
        probability = stored.astype(np.float64)
        _put(table[k], WHOLE[plane], probability)
        if outlines.shares is not None:
            likelihood = preparation.on_image(
                outlines.shares[k].astype(np.float32), *(slice(0, length) for length in plane.shape)
            )
            for parts in PARTS.values():
                for part, share in ((parts.iliocostalis, likelihood), (parts.longissimus, 1 - likelihood)):
                    _put(table[k], np.where(plane == part, part, 0), probability * share)
    return {
        structure.identifier: [None if math.isnan(mean) else round(mean, 6) for mean in table[:, value].tolist()]
        for value, structure in BY_VALUE.items()
        if np.isfinite(table[:, value]).any()
    }


def _put(row: npt.NDArray[np.float64], labels: npt.NDArray[np.uint8], values: npt.NDArray[np.float64]) -> None:
    """Set, in place, the mean of ``values`` over each label that occurs; 0 is none."""
    counts = np.bincount(labels.ravel(), minlength=256)
    sums = np.bincount(labels.ravel(), weights=values.ravel(), minlength=256)
    there = np.flatnonzero(counts[1:]) + 1
    row[there] = sums[there] / counts[there]
