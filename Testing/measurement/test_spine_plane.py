"""Midline planes of drawn images: what they show, and where their pixels lie in the patient."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.spine_plane import axial_midline, sagittal_midlines

AXIAL = np.array([[-2.0, 0, 0, 60], [0, -2.0, 0, 80], [0, 0, 4.0, -50], [0, 0, 0, 1]])


def places(image: Image) -> np.ndarray:
    """RAS mm (k, j, i, 3) of every voxel."""
    k, j, i = np.indices(image.array.shape)
    return image.world(np.stack([i, j, k], axis=-1))


def leaning_stack() -> tuple[Image, Image]:
    """Thirty slices whose grey value is superior + anterior mm, and a canal that leans by 0.1 to the left."""
    empty = Image(np.zeros((30, 80, 60), np.float32), AXIAL)
    r, a, s = np.moveaxis(places(empty), -1, 0)
    labels = np.where((abs(r + 0.1 * s) < 6) & (abs(a) < 20), BY_IDENTIFIER["canal"].value, 0).astype(np.uint8)
    return empty.with_array((s + a + 200).astype(np.float32)), empty.with_array(labels)


def test_the_axial_plane_follows_the_spine() -> None:
    image, labels = leaning_stack()
    planes = axial_midline(image, labels)
    for row in (5, 40, 70):
        r, _, s = planes.position(0, row, 10)
        assert r == pytest.approx(-0.1 * s, abs=1.5)


def test_a_pixel_shows_the_place_it_stands_for() -> None:
    image, labels = leaning_stack()
    planes = axial_midline(image, labels)
    _, a, s = planes.position(0, 33, 21)
    assert planes.images[0, 33, 21] == pytest.approx(s + a + 200, abs=0.05)


@pytest.mark.parametrize("flip", [0, 1, 2])
def test_the_plane_does_not_depend_on_the_order_of_voxels(flip: int) -> None:
    image, labels = leaning_stack()
    affine = AXIAL.copy()
    affine[:3, 3] += AXIAL[:3, flip] * (image.array.shape[2 - flip] - 1)
    affine[:3, flip] *= -1
    flipped = [Image(np.flip(one.array, 2 - flip), affine) for one in (image, labels)]
    expected, found = axial_midline(image, labels), axial_midline(*flipped)
    assert found.images == pytest.approx(expected.images, abs=1e-3)
    assert found.position(0, 7, 9) == pytest.approx(expected.position(0, 7, 9))


def test_a_stack_too_low_for_two_discs_is_refused() -> None:
    image = Image(np.ones((5, 80, 60), np.float32), AXIAL)
    with pytest.raises(GeometryError, match="two discs"):
        axial_midline(image, image.with_array(np.zeros(image.array.shape, np.uint8)))


def sagittal_series() -> Image:
    """Twelve sagittal planes 4 mm apart, rows to caudal and columns to posterior, as scanners store them."""
    affine = np.array([[0, 0, -4.0, 22], [-1.0, 0, 0, 60], [0, -1.0, 0, 90], [0, 0, 0, 1]])
    empty = Image(np.zeros((12, 180, 120), np.float32), affine)
    r, a, s = np.moveaxis(places(empty), -1, 0)
    return empty.with_array((1000 + 10 * r + a + s).astype(np.float32))


def test_pixels_of_a_sagittal_series_know_their_place() -> None:
    planes = sagittal_midlines(sagittal_series())
    for plane in range(len(planes.images)):
        r, a, s = planes.position(plane, 30, 20)
        assert planes.images[plane, 30, 20] == pytest.approx(1000 + 10 * r + a + s, abs=0.5)


def test_an_axial_stack_is_no_sagittal_series() -> None:
    with pytest.raises(GeometryError, match="not a sagittal acquisition"):
        sagittal_midlines(leaning_stack()[0])
