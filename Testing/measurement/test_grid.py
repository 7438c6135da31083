import numpy as np
import pytest
from phantoms import grid, rotation

from ParaspinalFatLib.measurement.grid import AxialGrid


@pytest.fixture
def an_oblique_grid():
    return AxialGrid.of(grid((9, 20, 30), (0.5, 0.75, 4.0), rotation((1, 0.2, 0), 20), centre=(3.0, -50.0, 120.0)))


def test_sizes_follow_from_the_affine(an_oblique_grid):
    assert an_oblique_grid.spacing == pytest.approx((0.5, 0.75, 4.0))
    assert an_oblique_grid.pixel_area_mm2 == pytest.approx(0.375)
    assert an_oblique_grid.voxel_volume_ml == pytest.approx(0.0015)


def test_a_position_agrees_with_the_affine(an_oblique_grid):
    expected = an_oblique_grid.affine @ (2.5, 3.0, 4.25, 1.0)
    assert an_oblique_grid.position(2.5, 3.0, 4.25) == pytest.approx(tuple(expected[:3]))


def test_the_slice_coordinate_undoes_the_position(an_oblique_grid):
    assert an_oblique_grid.slice_coordinate(an_oblique_grid.position(7.0, 1.0, 6.25)) == pytest.approx(6.25)


def test_the_slice_position_is_the_height_of_the_middle_of_the_slice(an_oblique_grid):
    assert an_oblique_grid.slice_position_mm(4) == pytest.approx(120.0)
    step = an_oblique_grid.slice_position_mm(5) - an_oblique_grid.slice_position_mm(4)
    assert step == pytest.approx(4.0 * np.linalg.inv(an_oblique_grid.affine[:3, :3])[2, 2] * 4.0)
