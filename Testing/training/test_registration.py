"""Registration of label slices: landmarks in mm, exact affine fits, demons that bring one block onto another."""

import numpy as np
from scipy import ndimage

from ParaspinalFatLib.training.registration import FIT_MM, demons, fit_affine, label_picture, landmarks


def test_landmarks_are_in_millimetres_and_ignore_slivers():
    plane = np.zeros((40, 40), np.uint8)
    plane[10:30, 10:20] = 1
    plane[0, 0] = 2
    found = landmarks(plane, (2.0, 1.0))
    assert set(found) == {1}
    np.testing.assert_allclose(found[1][0], (39.0, 14.5))  # middle row 19.5 of 2 mm, middle column 14.5 of 1 mm


def test_an_affine_relation_is_found_exactly():
    target = {1: np.array([[0.0, 0], [0, 10], [10, 0]]), 2: np.array([[5.0, 5], [7, 1]])}
    matrix = np.array([[1.1, 0.2, 3.0], [-0.1, 0.9, -4.0]])
    source = {key: points @ matrix[:, :2].T + matrix[:, 2] for key, points in target.items()}
    fitted, residual = fit_affine(target, source)
    np.testing.assert_allclose(fitted, matrix, atol=1e-9)
    assert residual < 1e-9


def test_demons_bring_a_shifted_block_onto_the_other():
    fixed = np.zeros((60, 60), np.uint8)
    moving = fixed.copy()
    fixed[20:40, 20:40] = 3
    moving[24:44, 18:38] = 3  # 4 pixels further back, 2 to the right of the picture's left
    grid = np.mgrid[0:60, 0:60] * FIT_MM
    pictures = [label_picture(plane, grid, (FIT_MM, FIT_MM)) for plane in (fixed, moving)]
    field = demons(*pictures)
    warped = ndimage.map_coordinates((moving == 3).astype(float), (grid + field) / FIT_MM, order=1) > 0.5
    overlap = 2 * np.sum(warped & (fixed == 3)) / (warped.sum() + np.sum(fixed == 3))
    assert overlap > 0.95
    np.testing.assert_allclose(field[:, 28:32, 20].mean(axis=1), [8.0 * 0.5, -4.0 * 0.5], atol=6.0)
