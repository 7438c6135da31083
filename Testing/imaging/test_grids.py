"""Two images are combined only when their grids agree in place, not merely in shape."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.grids import grid_difference, require_same_grid
from ParaspinalFatLib.imaging.image import Image


def an_image(shift=(0.0, 0.0, 0.0), turn_degrees=0.0, spacing=(1.0, 1.0, 4.0)) -> Image:
    angle = np.radians(turn_degrees)
    affine = np.eye(4)
    affine[:3, :3] = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]) * spacing
    affine[:3, 3] = shift
    return Image(np.zeros((5, 100, 100)), affine)


def test_rounding_of_a_header_is_not_a_difference():
    assert grid_difference(an_image(), an_image(shift=(1e-4, 0, 0))) is None


def test_a_shift_of_one_tenth_of_a_pixel_is_a_difference_and_named_in_mm():
    assert "displaced by up to 0.10 mm" in grid_difference(an_image(), an_image(shift=(0.1, 0, 0)))


def test_a_small_turn_counts_because_it_moves_the_far_corner():
    assert "turned by 0.50 degrees" in grid_difference(an_image(), an_image(turn_degrees=0.5))


def test_another_voxel_size_is_named():
    assert grid_difference(an_image(), an_image(spacing=(1.0, 1.0, 5.0))) == "voxel sizes 1 x 1 x 4 and 1 x 1 x 5 mm"


def test_the_error_names_both_images_and_what_to_do():
    with pytest.raises(GeometryError, match=r"^Water and fat do not lie on one grid: .*resample"):
        require_same_grid(an_image(), an_image(shift=(0, 0, 4)), "Water", "fat")
