"""Fat maps of the methods that find one threshold for each muscle, or one for the whole scan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.conventional import Conventional, conventional_image
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.gathering import MuscleGatherer
from ParaspinalFatLib.fat.histogram import Histogram, histogram_of
from ParaspinalFatLib.fat.kmeans import kmeans_threshold
from ParaspinalFatLib.fat.mixture import mixture_threshold
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels, required_labels
from ParaspinalFatLib.fat.otsu import otsu_threshold
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images

Rule = Callable[[Histogram], tuple[float | None, Mapping[str, object]]]
"""From values to the threshold above which they are fat (None: there is none), and what else the fit found."""

_Fit = tuple[float | None, dict[str, object]]
"""Threshold, and what is recorded about it."""

WHOLE_SCAN = "all muscles"

KMEANS2_REASON = "k-means with two clusters agreed poorly with Dixon (ICC at most 0.38, Wesselink 2024)"


@dataclass(frozen=True, eq=False)
class ThresholdMapper:
    """Makes the fat map of one image for any labels.

    The fit is over one muscle, both sides together, unless said otherwise: the published methods fit each muscle, and one
    fit for both sides keeps a difference between the sides from being partly one between two thresholds.

    Attributes:
        method: the method's name.
        source: the image.
        rule: how the threshold is found.
        shared: one fit over all muscles of the scan.
        per_side: one fit for each side of each muscle, as masks are fitted one by one elsewhere.
        reason: why the method is not validated in any muscle, or None.
        gather: finds the muscle voxels; shared by what looks at the same labels.
        fits: what was fitted to which voxels, so that muscles that were not edited are not fitted again.
    """

    method: str
    source: Conventional
    rule: Rule
    shared: bool = False
    per_side: bool = False
    reason: str | None = None
    gather: MuscleGatherer = field(default_factory=MuscleGatherer)
    fits: dict[str, tuple[object, _Fit]] = field(default_factory=dict)

    def __call__(self, labels: Image | None) -> FatMap:
        """The fat map inside the labelled muscles; see :func:`methods.fat_map_of` for the errors."""
        image = self.source.image
        values = required_labels(labels, image, self.method).array
        voxels = self.gather(values, image.array)
        limits = np.full(256, np.nan)
        fits: dict[str, object] = {}
        for name, structures in self._groups(voxels).items():
            threshold, fits[name] = self._known_or_fitted(name, voxels, structures)
            if threshold is not None:
                limits[[structure.value for structure in structures]] = threshold
        parameters = {**self.source.record, "fitted_over": self._scope, "fits": fits}
        fraction = voxels.fractions(limits[voxels.labels])
        return FatMap(image.with_array(fraction), self.method, parameters, self.source.not_validated(self.reason))

    def _known_or_fitted(self, name: str, voxels: MuscleVoxels, structures: list[Structure]) -> _Fit:
        fitted_to = tuple(structures), self.gather.edits(structures)
        if name not in self.fits or self.fits[name][0] != fitted_to:
            self.fits[name] = fitted_to, self._fitted(voxels, structures)
        return self.fits[name][1]

    def _fitted(self, voxels: MuscleVoxels, structures: list[Structure]) -> _Fit:
        histogram = histogram_of(voxels.signal_of(structures))
        threshold, details = self.rule(histogram) if histogram.voxels else (None, {})
        share = None if threshold is None else histogram.share_above(threshold)
        return threshold, {"threshold": threshold, "voxels": histogram.voxels, "fat_share": share, **details}

    @property
    def _scope(self) -> str:
        if self.shared:
            return WHOLE_SCAN
        return "each side of each muscle" if self.per_side else "each muscle, both sides together"

    def _groups(self, voxels: MuscleVoxels) -> dict[str, list[Structure]]:
        groups: dict[str, list[Structure]] = defaultdict(list)
        for structure in voxels.structures:
            groups[self._group(structure)].append(structure)
        return groups

    def _group(self, structure: Structure) -> str:
        if self.shared:
            return WHOLE_SCAN
        return structure.identifier if self.per_side else structure.abbreviation


def _prepared(
    method: str, images: Images, rule: Rule, shared: bool, per_side: bool, bias_correction: bool, reason: str | None = None
) -> ThresholdMapper:
    if shared and per_side:
        raise MeasurementError("A threshold is either shared over the scan or fitted per side: choose one of the two.")
    source = conventional_image(images, bias_correction)
    return ThresholdMapper(method, source, rule, shared, per_side, reason)


def prepare_otsu(
    images: Images, *, shared: bool = False, per_side: bool = False, bias_correction: bool = False
) -> ThresholdMapper:
    """Otsu's threshold (:mod:`otsu`); arguments as in :class:`ThresholdMapper`."""
    return _prepared("otsu", images, lambda histogram: (otsu_threshold(histogram), {}), shared, per_side, bias_correction)


def prepare_kmeans2(
    images: Images, *, shared: bool = False, per_side: bool = False, bias_correction: bool = False
) -> ThresholdMapper:
    """The higher of two clusters (:mod:`kmeans`)."""
    rule = _kmeans_rule(2)
    return _prepared("kmeans2", images, rule, shared, per_side, bias_correction, KMEANS2_REASON)


def prepare_kmeans3(
    images: Images, *, shared: bool = False, per_side: bool = False, bias_correction: bool = False
) -> ThresholdMapper:
    """The highest of three clusters (:mod:`kmeans`)."""
    return _prepared("kmeans3", images, _kmeans_rule(3), shared, per_side, bias_correction)


def prepare_gmm2(
    images: Images, *, shared: bool = False, per_side: bool = False, bias_correction: bool = False
) -> ThresholdMapper:
    """The higher of two normal components (:mod:`mixture`)."""
    return _prepared("gmm2", images, _mixture_rule(2), shared, per_side, bias_correction)


def prepare_gmm3(
    images: Images, *, shared: bool = False, per_side: bool = False, bias_correction: bool = False
) -> ThresholdMapper:
    """The highest of three normal components (:mod:`mixture`)."""
    return _prepared("gmm3", images, _mixture_rule(3), shared, per_side, bias_correction)


def _kmeans_rule(clusters: int) -> Rule:
    return lambda histogram: (kmeans_threshold(histogram, clusters), {})


def _mixture_rule(components: int) -> Rule:
    return lambda histogram: mixture_threshold(histogram, components)
