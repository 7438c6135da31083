"""What is not known is 255: background beside undrawn structures, and every voxel of a rejected level."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_spine import value

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.correction.review import LevelReview, LevelStatus, Verdict
from ParaspinalFatLib.correction.training_pair import LEARNED, case_record, training_images, training_labels, undrawn
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role


def level(slices: range, verdict: Verdict) -> LevelStatus:
    return LevelStatus("L4/5", slices, LevelReview(verdict), False)


@pytest.fixture
def complete() -> Image:
    """Four slices in which every structure that a network learns has a voxel; slices run from cranial to caudal."""
    labels = np.zeros((4, 3, 20), np.uint8)
    for column, name in enumerate(LEARNED):
        labels[:, 0, column] = value(name)
    return Image(labels, np.array([[-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -4.0, 12], [0, 0, 0, 1]]))


def test_with_every_structure_drawn_background_is_background(complete):
    np.testing.assert_array_equal(training_labels(complete, []).array, complete.array)


def test_with_one_structure_undrawn_what_is_outside_the_outlines_is_unknown(complete):
    complete.array[complete.array == value("IC_left")] = 0
    labels = training_labels(complete, []).array
    assert set(np.unique(labels)) == {255, *(value(name) for name in LEARNED if name != "IC_left")}
    assert undrawn(complete.array) == ("IC_left",)


def test_a_muscle_whose_parts_are_drawn_is_drawn(complete):
    complete.array[complete.array == value("ES_right")] = value("IL_right")
    assert undrawn(complete.array) == ("ES_right",)
    complete.array[:, 1, 0] = value("LO_right")
    assert undrawn(complete.array) == ()


def test_nothing_is_known_in_a_rejected_level_whatever_the_files_order(complete):
    labels = training_labels(complete, [level(range(0, 1), Verdict.REJECTED), level(range(1, 3), Verdict.ACCEPTED)]).array
    assert np.all(labels[3] == 255)  # the most caudal slice is the file's last
    np.testing.assert_array_equal(labels[:3], complete.array[:3])


def test_a_case_that_was_rejected_altogether_teaches_nothing(complete):
    with pytest.raises(InputError, match="nothing to learn from"):
        training_labels(complete, [level(range(0, 4), Verdict.REJECTED)])


def test_water_and_fat_go_together_and_else_the_outlined_image(complete):
    water, fat, t2 = (complete.with_array(complete.array + n) for n in range(3))
    assert training_images({Role.WATER: water, Role.FAT: fat, Role.ANATOMY: t2}) == {
        "water.nii.gz": water,
        "fat.nii.gz": fat,
    }
    assert training_images({Role.ANATOMY: t2, Role.WATER: water}) == {"image.nii.gz": t2}


def test_the_record_tells_the_outlines_apart_from_the_networks_own(complete):
    edited = complete.with_array(np.where(complete.array == BY_IDENTIFIER["MF_left"].value, 0, complete.array))
    record = case_record(edited, complete, {"MF_right": {"kind": "AUTOMATIC"}}, [])
    assert record["labels_sha256"] != record["network_labels_sha256"]
    assert record["undrawn"] == ("MF_left",)
    assert case_record(edited, None, {}, [])["network_labels_sha256"] is None
