"""Deformations: smooth, repeatable, label values kept, and exact where the answer is known."""

import numpy as np
import pytest

from ParaspinalFatLib.training.deformation import Strength, enlarge, follow, random_field, read, sampling_map

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
