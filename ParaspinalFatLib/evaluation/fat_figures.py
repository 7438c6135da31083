"""Fat maps from conventional contrast against the fat fraction of the person's Dixon images, inside the true muscles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ParaspinalFatLib.agreement.detection import Detection, area_under_curve, detection
from ParaspinalFatLib.agreement.mask_sets import split
from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.case import FatPredictor, MeasurementSettings, with_learned_fraction
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.fat_network import method_and_options
from ParaspinalFatLib.evaluation.truth import Truth, labels_of
from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role

HALF = 0.5
"""A voxel with more fat than water is a fat voxel."""


@dataclass(frozen=True)
class FatFigures:
    """One method's fat map in one muscle of one image.

    Attributes:
        item: its ``method`` is the fat method.
        structure, side: the muscle; its true outline is used.
        counts: voxels with more than half fat, found and true.
        auc: area under the ROC curve of the method's fraction; for a map of 0 and 1 the mean of recall and specificity.
        truth_ff_pct, found_ff_pct: mean fat fraction over the voxels that have one in both.
    """

    item: Item
    structure: str
    side: str
    counts: Detection
    auc: float
    truth_ff_pct: float
    found_ff_pct: float

    @property
    def row(self) -> dict[str, object]:
        """As a row of the table."""
        measures = {name: getattr(self.counts, name) for name in FAT_MEASURES[:5]}
        return {
            **asdict(self.item), "structure": self.structure, "side": self.side, "voxels": self.counts.voxels,
            **asdict(self.counts), **measures, "auc": self.auc, "truth_ff_pct": self.truth_ff_pct,
            "found_ff_pct": self.found_ff_pct, "ff_error_points": self.error_points,
            "ff_mse_points2": self.error_points**2, "ff_mape_pct": self.percentage_error,
        }  # fmt: skip

    @property
    def error_points(self) -> float:
        """Fat fraction found - true, in percentage points."""
        return self.found_ff_pct - self.truth_ff_pct

    @property
    def percentage_error(self) -> float:
        """|found - true| in per cent of the true fat fraction; NaN where that is 0."""
        return 100.0 * abs(self.error_points) / self.truth_ff_pct if self.truth_ff_pct else math.nan


FAT_MEASURES = (
    "kappa", "recall", "specificity", "precision", "f1", "auc", "ff_error_points", "ff_mse_points2", "ff_mape_pct",
)  # fmt: skip
"""Measures of a fat map, as columns. MSE and MAPE are means over muscles of the squared and the absolute percentage error of
the fat fraction, as JOR Spine 2024 gives them; in the row of one muscle they are its own errors."""


def fat_figures(
    item: Item, truth: Truth, image: Image, methods: Sequence[str], predict: FatPredictor | None = None
) -> list[FatFigures]:
    """Each fat method in each muscle of the truth; none where the case has no Dixon images.

    Args:
        item: case and contrast.
        truth: of the case.
        image: conventional contrast, on the case's own grid.
        methods: names of fat methods (:func:`fat_network.method_and_options`).
        predict: for methods that need the network; None for the bundled one.

    Raises:
        MeasurementError: a method is not known or cannot be applied.
    """
    if truth.fraction is None:
        return []
    stored = {name: truth.view.restore(mask) for name, mask in truth.structures.items() if name in BY_IDENTIFIER}
    muscles = {name: mask for name, mask in stored.items() if BY_IDENTIFIER[name].is_muscle}
    found = []
    for name in methods:
        method, options = method_and_options(name)
        images: Images = with_learned_fraction({Role.ANATOMY: image}, MeasurementSettings(method), predict)
        fraction = truth.view.reorder(fat_map_of(images, labels_of(muscles, image), method, options).fraction.array)
        found += _of_method(Item(name, item.case, item.contrast), truth, fraction, muscles)
    return found


def _of_method(item: Item, truth: Truth, fraction: np.ndarray, muscles: Mapping[str, np.ndarray]) -> list[FatFigures]:
    assert truth.fraction is not None
    answered = np.isfinite(truth.fraction) & np.isfinite(fraction)
    found = []
    for name in muscles:
        inside = truth.structures[name] & answered
        if not inside.any():
            continue
        true, given = truth.fraction[inside], fraction[inside]
        counts = detection(true > HALF, given > HALF)
        auc = area_under_curve(true > HALF, given) if 0 < np.count_nonzero(true > HALF) < true.size else math.nan
        structure, side = split(name)
        found.append(FatFigures(item, structure, side, counts, auc, 100 * float(true.mean()), 100 * float(given.mean())))
    return found
