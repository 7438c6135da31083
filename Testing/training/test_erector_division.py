"""Borders between iliocostalis and longissimus: lateral and medial, on both sides alike, open where they are not sure."""

import numpy as np
import pytest

from ParaspinalFatLib.training.erector_division import (
    BORDERS,
    ILIOCOSTALIS,
    LONGISSIMUS,
    LONGISSIMUS_SHARE,
    OPEN_DIVISION,
    border_between,
    division_map,
    named,
    with_division,
)
from ParaspinalFatLib.training.subjects import LOADERS, Subject

PIXEL_MM = (1.0, 1.0)
STRAIGHT = {3: {1: ((0.0, 0.4), (1.0, 0.4))}, 4: {1: ((0.0, 0.4), (1.0, 0.4))}}


@pytest.fixture
def labels():
    """Six slices with an erector spinae of 60 x 40 mm on each side, the right one at low columns."""
    labels = np.zeros((6, 60, 160), np.uint8)
    labels[:, 10:50, 10:70], labels[:, 10:50, 90:150] = 3, 4
    return labels


def test_iliocostalis_is_lateral_on_both_sides_and_the_maps_of_the_sides_mirror_each_other(labels):
    plane = division_map(labels, STRAIGHT, PIXEL_MM)[1]
    assert set(np.unique(plane[:, 10:35])) == {0, ILIOCOSTALIS}
    assert (plane[12:48, 60:70] == LONGISSIMUS).all()
    np.testing.assert_array_equal(plane, plane[:, ::-1])


def test_a_seen_border_lies_where_it_was_picked_with_a_belt_left_open(labels):
    row = division_map(labels, STRAIGHT, PIXEL_MM)[1][30, 90:150]
    assert np.flatnonzero(row == LONGISSIMUS).max() == pytest.approx(0.4 * 59 - 3, abs=1)
    assert np.flatnonzero(row == ILIOCOSTALIS).min() == pytest.approx(0.4 * 59 + 3, abs=1)


@pytest.mark.parametrize("start", [0.3, 0.5])
def test_the_unseen_front_of_a_border_turns_until_the_longissimus_has_its_published_share(labels, start):
    plane = division_map(labels, {3: {1: ((0.1, start),)}}, PIXEL_MM)[1]
    medial = np.mean([np.flatnonzero(row == LONGISSIMUS).min() for row in plane[14:46]])
    lateral = np.mean([np.flatnonzero(row == ILIOCOSTALIS).max() for row in plane[14:46]])
    border = (medial + lateral) / 2
    assert (70 - border) / 60 == pytest.approx(LONGISSIMUS_SHARE, abs=0.03)


def test_the_belt_is_wider_where_the_border_is_not_seen(labels):
    plane = division_map(labels, {3: {1: ((0.0, 0.38),)}}, PIXEL_MM)[1]
    open_pixels = (plane[10:50, 10:70] == OPEN_DIVISION).sum(axis=1)
    assert open_pixels[2] >= open_pixels[-2] + 4


def test_between_picked_slices_the_border_moves_evenly():
    picked = {0: ((0.0, 0.2), (1.0, 0.2)), 4: ((0.0, 0.6), (1.0, 0.6))}
    assert border_between(picked, 1)[1] == pytest.approx(0.3)


def test_slices_far_from_every_pick_stay_open(labels):
    division = division_map(labels, STRAIGHT, PIXEL_MM)
    assert [bool(plane.any()) for plane in division] == [True, True, True, True, False, False]


def test_named_parts_in_the_labels_become_erector_spinae_and_a_division(labels):
    labels[0, 10:50, 10:40], labels[0, 10:50, 40:70] = 16, 18
    subject = with_division(Subject("own", labels.astype(np.float32), None, labels, PIXEL_MM))
    assert set(np.unique(subject.labels)) == {0, 3, 4}
    assert (subject.division[0, 10:50, 10:40] == ILIOCOSTALIS).all()
    np.testing.assert_array_equal(named(subject.labels, subject.division), labels)


def test_a_subject_of_which_nothing_is_known_stays_as_it_is(labels):
    subject = Subject("own", labels.astype(np.float32), None, labels, PIXEL_MM)
    assert with_division(subject) is subject


@pytest.mark.parametrize("name", ["tum01", "musclemap_sub0001"])
def test_in_the_scanned_subjects_the_longissimus_lies_between_multifidus_and_iliocostalis(shared_data, name):
    subject = with_division(LOADERS[name](shared_data), BORDERS[name])
    labels = named(subject.labels, subject.division)
    np.testing.assert_array_equal(np.isin(labels, (3, 16, 18)), subject.labels == 3)
    for multifidus, longissimus, iliocostalis in ((1, 18, 16), (2, 19, 17)):
        middle = [np.nonzero(labels == value)[2].mean() for value in (multifidus, longissimus, iliocostalis)]
        assert sorted(middle) in (middle, middle[::-1])
        sizes = [np.count_nonzero(labels == value) for value in (longissimus, iliocostalis)]
        assert 0.25 < sizes[0] / sum(sizes) < 0.45
