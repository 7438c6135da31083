"""Gathering after edits finds what gathering from scratch finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.gathering import MuscleGatherer
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels, muscle_voxels

MF_RIGHT, PSOAS_LEFT = BY_IDENTIFIER["MF_right"], BY_IDENTIFIER["PM_left"]
DISC = BY_IDENTIFIER["IVD"].value
SIGNAL = np.random.default_rng(3).integers(0, 5, (4, 5, 6)).astype(np.int16)


def drawn(*slices: int) -> np.ndarray:
    labels = np.zeros(SIGNAL.shape, np.uint8)
    labels[list(slices), 1:4, 1:4] = MF_RIGHT.value
    labels[:, 4, 5] = DISC
    return labels


def require_equal(found: MuscleVoxels, expected: MuscleVoxels) -> None:
    assert found.shape == expected.shape
    for name in ("places", "labels", "signal", "known"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name


@settings(max_examples=30, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 4), st.integers(0, 5), st.sampled_from([0, MF_RIGHT.value, 8, DISC, 99])
        ),
        max_size=6,
    )
)
def test_after_any_edits_the_voxels_are_those_gathered_from_scratch(edits):
    labels, gather = drawn(0, 2), MuscleGatherer()
    require_equal(gather(labels, SIGNAL), muscle_voxels(labels, SIGNAL))
    for k, j, i, value in edits:
        labels[k, j, i] = value
        require_equal(gather(labels, SIGNAL), muscle_voxels(labels, SIGNAL))


def test_what_did_not_change_is_the_very_same():
    gather = MuscleGatherer()
    first = gather(drawn(0, 2), SIGNAL)
    assert gather(drawn(0, 2), SIGNAL) is first
    assert gather(drawn(0), SIGNAL) is not first


def test_another_image_is_looked_at_in_the_same_places():
    labels, gather = drawn(1), MuscleGatherer()
    first, other = gather(labels, SIGNAL), gather(labels, SIGNAL * 2.5)
    assert other.places is first.places
    require_equal(other, muscle_voxels(labels, SIGNAL * 2.5))


def test_labels_of_another_shape_are_gathered_anew():
    gather = MuscleGatherer()
    gather(drawn(1), SIGNAL)
    require_equal(gather(drawn(1)[:3], SIGNAL[:3]), muscle_voxels(drawn(1)[:3], SIGNAL[:3]))


def test_edits_count_for_the_structures_they_touch_only():
    labels, gather = drawn(1), MuscleGatherer()
    gather(labels, SIGNAL)
    before = gather.edits([MF_RIGHT, PSOAS_LEFT])
    labels[1, 1, 1] = 0
    gather(labels, SIGNAL)
    after = gather.edits([MF_RIGHT, PSOAS_LEFT])
    assert after[0] > before[0]
    assert after[1] == before[1]


def test_labels_without_a_muscle_are_refused_as_long_as_there_is_none():
    gather = MuscleGatherer()
    gather(drawn(1), SIGNAL)
    for _ in range(2):
        with pytest.raises(MeasurementError, match="No muscle is labelled"):
            gather(drawn()[:], SIGNAL)
    require_equal(gather(drawn(3), SIGNAL), muscle_voxels(drawn(3), SIGNAL))
