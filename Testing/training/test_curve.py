"""The picture of the loss."""

import numpy as np
import pytest

from ParaspinalFatLib.training.curve import draw_curve


@pytest.mark.parametrize("steps", [1, 49, 300])
def test_a_curve_is_drawn_of_runs_of_any_length(tmp_path, steps):
    from matplotlib import image

    draw_curve(np.geomspace(2.0, 0.1, steps).tolist(), tmp_path / "curve.png")
    picture = image.imread(tmp_path / "curve.png")
    blue = (picture[..., 2] > picture[..., 0] + 0.2).any(axis=0)
    assert picture.shape[1] > 400
    assert blue.any() == (steps > 1)  # one step is a point, and no line


def test_a_curve_that_cannot_be_finished_leaves_the_one_before(tmp_path, interrupt_pictures):
    draw_curve([2.0, 1.0], tmp_path / "curve.png")
    before = (tmp_path / "curve.png").read_bytes()
    interrupt_pictures()
    with pytest.raises(KeyboardInterrupt):
        draw_curve([2.0, 1.0, 0.5], tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["curve.png"]
