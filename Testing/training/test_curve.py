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
