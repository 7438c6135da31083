"""Signed distances: in mm of anisotropic pixels, and at positions between and beyond pixels."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.correction.signed_distance import sampled, signed_distance


def test_it_is_in_mm_along_rows_and_columns():
    mask = np.zeros((5, 5), bool)
    mask[2, 2] = True
    distance = signed_distance(mask, (2.0, 0.5))
    assert distance[2].tolist() == [-1.0, -0.5, 0.5, -0.5, -1.0]
    assert distance[0, 2] == -4.0


def test_a_mask_that_fills_the_image_ends_at_its_edge():
    assert signed_distance(np.ones((3, 3), bool), (1.0, 1.0)).tolist() == [[1, 1, 1], [1, 2, 1], [1, 1, 1]]


def test_it_is_linear_between_pixels_and_falls_beyond_the_image():
    distance = signed_distance(np.array([[True, True, False]]), (1.0, 1.0))
    there = sampled(distance, np.zeros(4), np.array([1.5, 0.0, -2.0, 4.0]), (1.0, 1.0))
    assert there.tolist() == [0.0, 1.0, -2.0, -3.0]
