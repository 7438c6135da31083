"""The reader's verdicts in the scene: they lie on the segmentation they are about, and are saved with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import numpy as np

from ParaspinalFatLib.correction.review import (
    LevelReview,
    LevelStatus,
    Review,
    Verdict,
    fingerprint,
    from_json,
    statuses,
    to_json,
)
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_spans import level_spans
from ParaspinalFatLib.measurement.result import Measurement

REVIEW_ATTRIBUTE = "ParaspinalFat.Review"
"""Node attribute of a segmentation: the verdicts on its levels, as JSON."""


def review_of(segmentation: Any) -> Review:
    """The verdicts on a segmentation; none if there are none."""
    return from_json(segmentation.GetAttribute(REVIEW_ATTRIBUTE) or "{}")


def levels_to_review(segmentation: Any, labels: Image, measurement: Measurement) -> tuple[LevelStatus, ...]:
    """The levels of a case, from caudal to cranial, with the verdicts on them.

    Args:
        segmentation: vtkMRMLSegmentationNode that holds the verdicts.
        labels: its present labels.
        measurement: says which levels there are.
    """
    view = axial_view(labels, "The segmentation")
    spans = level_spans(measurement.levels, AxialGrid.of(view.image))
    return statuses(review_of(segmentation), spans, view.image.array)


def set_verdict(segmentation: Any, level: LevelStatus, verdict: Verdict, labels: Image, initials: str = "") -> None:
    """Record a verdict on the present outlines of a level.

    Args:
        segmentation: vtkMRMLSegmentationNode.
        level: which level.
        verdict: what to say; ``OPEN`` takes back what was said.
        labels: the present labels.
        initials: who says it.
    """
    review = dict(review_of(segmentation))
    if verdict is Verdict.OPEN:
        review.pop(level.level, None)
    else:
        now = datetime.now(timezone.utc).astimezone().isoformat(timespec="seconds")
        drawn = axial_view(labels, "The segmentation").image.array
        review[level.level] = LevelReview(verdict, initials.strip(), now, fingerprint(drawn, level.slices))
    segmentation.SetAttribute(REVIEW_ATTRIBUTE, to_json(review))


def rename_verdicts(segmentation: Any, names: Mapping[str, str]) -> None:
    """Have verdicts go with their levels when these are named otherwise.

    Args:
        segmentation: vtkMRMLSegmentationNode.
        names: former name of a level to its new one.
    """
    review = review_of(segmentation)
    if review:
        segmentation.SetAttribute(REVIEW_ATTRIBUTE, to_json({names.get(level, level): one for level, one in review.items()}))


def accepting(level: LevelStatus, labels: Image, model: Image | None) -> Verdict:
    """What it means to accept a level: its outlines are the network's own, or were corrected.

    Args:
        level: which level.
        labels: the present labels.
        model: the network's own labels on the same grid; without them nothing can have been corrected.
    """
    if model is None:
        return Verdict.ACCEPTED
    ours, networks = (axial_view(image, "The segmentation").image.array for image in (labels, model))
    part = slice(level.slices.start, level.slices.stop)
    return Verdict.ACCEPTED if np.array_equal(ours[part], networks[part]) else Verdict.CORRECTED
