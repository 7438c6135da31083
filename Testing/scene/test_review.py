"""Verdicts lie on the segmentation, are about the present outlines, and come back with the saved scene."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.correction.review import Verdict
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.logic import CaseNodes, SceneLogic
from ParaspinalFatLib.scene.review import accepting, levels_to_review, review_of, set_verdict


@pytest.fixture
def case(volumes: dict[Role, Any], labels: Image) -> CaseNodes:
    return SceneLogic(lambda _image, _progress: labels).process(volumes)


def test_a_case_begins_with_open_levels(case: CaseNodes, labels: Image) -> None:
    (level,) = levels_to_review(case.segmentation, labels, case.finished.measurement)
    assert level.slices == range(0, 3)
    assert level.review.verdict is Verdict.OPEN


def test_a_verdict_can_be_given_and_taken_back(case: CaseNodes, labels: Image) -> None:
    measurement = case.finished.measurement
    (level,) = levels_to_review(case.segmentation, labels, measurement)
    set_verdict(case.segmentation, level, Verdict.REJECTED, labels, " AB ")
    (judged,) = levels_to_review(case.segmentation, labels, measurement)
    assert judged.is_settled
    assert (judged.review.verdict, judged.review.initials) == (Verdict.REJECTED, "AB")
    assert judged.review.when.startswith("20")
    edited = labels.with_array(np.where(labels.array == 2, 0, labels.array))
    assert levels_to_review(case.segmentation, edited, measurement)[0].changed_since
    set_verdict(case.segmentation, level, Verdict.OPEN, labels)
    assert review_of(case.segmentation) == {}


def test_a_level_is_corrected_where_it_differs_from_the_networks_own(case: CaseNodes, labels: Image) -> None:
    (level,) = levels_to_review(case.segmentation, labels, case.finished.measurement)
    edited = labels.with_array(np.where(labels.array == 2, 0, labels.array))
    assert accepting(level, labels, labels) is Verdict.ACCEPTED
    assert accepting(level, edited, labels) is Verdict.CORRECTED
    assert accepting(level, edited, None) is Verdict.ACCEPTED


def test_verdicts_survive_saving_and_reopening(case: CaseNodes, labels: Image, tmp_path: Path) -> None:
    (level,) = levels_to_review(case.segmentation, labels, case.finished.measurement)
    set_verdict(case.segmentation, level, Verdict.ACCEPTED, labels, 'Ä;"B:')
    before = review_of(case.segmentation)
    with embedded_scene() as embedded:
        embedded.write_bundle(tmp_path / "case.mrb")
        embedded.read_bundle(tmp_path / "case.mrb")
        found = embedded.scene.GetFirstNodeByName("water muscles")
        assert review_of(found) == before
