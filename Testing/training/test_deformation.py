"""Deformations: smooth, repeatable, label values kept, and exact where the answer is known."""

import numpy as np
import pytest

from ParaspinalFatLib.training.deformation import (
    STEEPEST_DEGREES,
    Strength,
    enlarge,
    follow,
    oblique,
    random_field,
    read,
    read_cut,
    sampling_map,
)

STILL = Strength(rotation=0.0, scale=(1.0, 1.0), anisotropy=0.0, shear=0.0, elastic=0.0)


def test_without_any_strength_the_map_is_the_slice_itself_around_its_centre():
    positions = sampling_map(np.random.default_rng(0), (3, 5), 2.0, (10.0, 20.0), STILL)
    np.testing.assert_allclose(positions[0][:, 0], [8, 10, 12])
    np.testing.assert_allclose(positions[1][0], [16, 18, 20, 22, 24])


def test_positions_are_millimetres_whatever_the_source_pixel():
    plane = np.arange(20, dtype=np.float32).reshape(4, 5)
    positions = np.array([[[2.0]], [[1.5]]], np.float32)  # row 2 mm, column 1.5 mm
    assert read(plane, positions, (2.0, 0.5), outside=-1) == plane[1, 3]


def test_labels_keep_their_values_and_images_are_interpolated():
    positions = np.array([[[0.0]], [[0.4]]], np.float32)
    assert read(np.array([[1, 255]], np.uint8), positions, (1.0, 1.0), outside=0) == 1
    assert read(np.array([[0.0, 10.0]]), positions, (1.0, 1.0), outside=0) == pytest.approx(4.0)


def test_a_spline_of_equal_control_values_is_constant():
    np.testing.assert_allclose(enlarge(np.full((1, 6, 9), 3.5, np.float32), (20, 31)), 3.5, rtol=1e-5)


def test_a_spline_reproduces_a_straight_line():
    line = np.arange(7, dtype=np.float32)[None, :, None] * np.ones((1, 1, 5), np.float32)
    np.testing.assert_allclose(enlarge(line, (9, 4))[0, :, 0], np.linspace(1, 5, 9), rtol=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_the_strongest_elastic_field_does_not_fold(seed):
    rows, columns = random_field(np.random.default_rng(seed), (224, 224), Strength().elastic)
    (rr, rc), (cr, cc) = np.gradient(rows), np.gradient(columns)
    assert ((1 + rr) * (1 + cc) - rc * cr).min() > 0


def test_following_a_constant_field_moves_by_its_share():
    field = np.stack([np.full((4, 4), 6.0), np.full((4, 4), -2.0)]).astype(np.float32)
    start = np.full((2, 1, 1), 5.0, np.float32)
    np.testing.assert_allclose(follow(start, field, 4.0, share=0.5)[:, 0, 0], [8.0, 4.0])


def test_an_oblique_cut_meets_its_slice_at_the_centre_and_leaves_it_evenly_and_not_too_steeply():
    rng, centre = np.random.default_rng(0), (40.0, 70.0)
    positions = sampling_map(rng, (41, 61), 2.0, centre, STILL)
    tilts = []
    for _ in range(300):
        slices = oblique(rng, positions, 5, centre, slice_mm=4.0)
        assert slices[20, 30] == pytest.approx(5, abs=1e-4)
        steps = [np.diff(slices, axis=axis) for axis in (0, 1)]
        for step in steps:
            np.testing.assert_allclose(step, step.mean(), atol=1e-4)
        tilts.append([np.degrees(np.arctan(step.mean() * 4.0 / 2.0)) for step in steps])
    steepest = np.abs(tilts).max(axis=0)
    assert np.all(steepest <= np.array(STEEPEST_DEGREES) + 0.1)
    assert np.all(steepest > 0.8 * np.array(STEEPEST_DEGREES))
    assert np.all(np.abs(np.mean(tilts, axis=0)) < 2)


def test_a_cut_through_a_stack_that_rises_evenly_is_read_exactly_and_its_ends_go_on():
    stack = np.arange(4, dtype=np.float32)[:, None, None] * 10 + np.zeros((4, 3, 5), np.float32)
    positions = np.mgrid[0:3, 0:5].astype(np.float32)
    slices = np.array([[-2.0, 0.0, 1.25, 2.6, 9.0]] * 3, np.float32)
    np.testing.assert_allclose(read_cut(stack, slices, positions, (1.0, 1.0), -1)[1], [0, 0, 12.5, 26, 30], atol=1e-4)
    labels = read_cut(stack.astype(np.uint8), slices, positions, (1.0, 1.0), 0)
    np.testing.assert_array_equal(labels[1], [0, 0, 10, 30, 30])


def test_outside_of_its_slices_a_cut_is_empty():
    positions = np.array([[[-9.0, 1.0]], [[1.0, 1.0]]], np.float32)
    found = read_cut(np.full((2, 3, 3), 7, np.uint8), np.zeros((1, 2), np.float32), positions, (1.0, 1.0), 0)
    np.testing.assert_array_equal(found, [[0, 7]])
