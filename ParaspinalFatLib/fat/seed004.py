"""The threshold algorithm of JOR Spine 2024 (dual model of lumbar structures and intramuscular fat), its section 5.1.

Per slice: Otsu's threshold in each of ten muscles (psoas, quadratus lumborum, iliocostalis, longissimus and multifidus on
each side). A threshold further than 1.96 standard deviations from the mean of the ten is replaced by the mean of the
other nine. Signal above a muscle's threshold is fat.

Where the paper is silent: the standard deviation is that of the ten values themselves (divisor n, as OpenCV
computes it). Labels that hold the erector spinae undivided put it in the place of iliocostalis and longissimus, and a
slice where a muscle is missing has fewer thresholds; the rule then runs over those present, and their number is reported.
With divisor n no value of fewer than five can lie beyond 1.96 standard deviations, so nothing is replaced there. A muscle
of one single value has no threshold of its own and takes the mean of the others. The iliacus is not part of the algorithm
and gets no fraction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.fat.conventional import Conventional, conventional_image
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.histogram import histogram_of
from ParaspinalFatLib.fat.muscle_voxels import (
    MUSCLE_STRUCTURES,
    MuscleVoxels,
    muscle_voxels,
    required_labels,
)
from ParaspinalFatLib.fat.otsu import otsu_threshold
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images

METHOD = "seed004"

MUSCLES = ("PM", "QL", "IL", "LO", "MF", "ES")
"""The paper's five, and the erector spinae for labels that do not divide it."""

LIMIT_DEVIATIONS = 1.96

REASON = "compared with hand-marked fat, not with Dixon, in its paper (mean error about half of the value)"

_MEMBERS = {structure.value: structure for structure in MUSCLE_STRUCTURES if structure.abbreviation in MUSCLES}


def prepare_seed004(images: Images, *, bias_correction: bool = False) -> Callable[[Image | None], FatMap]:
    """Fat map by the paper's thresholds, slice by slice.

    Args:
        images: one image on which fat is bright.
        bias_correction: not part of the paper; see :func:`conventional.conventional_image`.
    """
    source = conventional_image(images, bias_correction)
    return lambda labels: _fat_map(source, labels)


def definitive_thresholds(primary: Mapping[int, float | None]) -> tuple[dict[int, float], list[int]]:
    """The paper's rule for one slice.

    Args:
        primary: label value to Otsu's threshold, or None where a muscle has none.

    Returns:
        Label value to the definitive threshold (none if no muscle has one), and the values whose threshold was replaced.

    >>> definitive_thresholds({1: 10.0, 2: 11.0, 5: 9.0, 6: 10.0, 7: 40.0, 8: 10.0})[1]
    [7]
    """
    found = {value: threshold for value, threshold in primary.items() if threshold is not None}
    if not found:
        return {}, []
    thresholds = np.array(list(found.values()))
    mean, deviation = thresholds.mean(), thresholds.std()
    definitive, replaced = {}, []
    for value in primary:
        own = found.get(value)
        if own is None or abs(own - mean) > LIMIT_DEVIATIONS * deviation:
            own = float(np.mean([threshold for other, threshold in found.items() if other != value]))
            replaced.append(value)
        definitive[value] = own
    return definitive, replaced


def _fat_map(source: Conventional, labels: Image | None) -> FatMap:
    image = source.image
    view = axial_view(required_labels(labels, image, METHOD), "The segmentation")
    voxels = muscle_voxels(view.image.array, np.ascontiguousarray(view.reorder(image.array)))
    limits = np.full((voxels.shape[0], 256), np.nan)
    replaced: list[list[object]] = []
    for k, primary in _primary_thresholds(voxels).items():
        definitive, changed = definitive_thresholds(primary)
        limits[k, list(definitive)] = list(definitive.values())
        replaced += [[_MEMBERS[value].identifier, k] for value in changed]
    fraction = view.restore(voxels.fractions(limits[voxels.slices, voxels.labels]))
    parameters = {**source.record, **_record(voxels.structures, limits), "replaced": replaced}
    return FatMap(image.with_array(fraction), METHOD, parameters, source.not_validated(REASON))


def _primary_thresholds(voxels: MuscleVoxels) -> dict[int, dict[int, float | None]]:
    """Slice to label value to Otsu's threshold, for the muscles of the algorithm."""
    keys = voxels.slices * 256 + voxels.labels
    order = np.argsort(keys, kind="stable")
    found, starts = np.unique(keys[order], return_index=True)
    thresholds: dict[int, dict[int, float | None]] = {}
    for key, places in zip(found.tolist(), np.split(order, starts[1:]), strict=True):
        k, value = divmod(key, 256)
        if value in _MEMBERS:
            signal = voxels.signal[places[voxels.known[places]]]
            thresholds.setdefault(k, {})[value] = otsu_threshold(histogram_of(signal)) if len(signal) else None
    return thresholds


def _record(structures: list[Structure], limits: npt.NDArray[np.float64]) -> dict[str, object]:
    """What was used, slice by slice from the most caudal one."""
    members = [structure for structure in structures if structure.value in _MEMBERS]
    return {
        "fitted_over": "each side of each muscle in each slice",
        "muscles": [structure.identifier for structure in members],
        "muscles_in_slice": np.count_nonzero(~np.isnan(limits), axis=1).tolist(),
        "thresholds": {
            structure.identifier: [None if np.isnan(limit) else float(limit) for limit in limits[:, structure.value]]
            for structure in members
        },
    }
