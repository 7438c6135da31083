"""Views: canvases in steps of the network's stride, mostly filled."""

import numpy as np
import pytest

from ParaspinalFatLib.training.view import CANVAS_STEP, SMALL_FIELD, TORSO, View

VIEW = View((96, 128), 0.8, 10.0)


@pytest.mark.parametrize("view", [SMALL_FIELD, TORSO])
def test_canvases_are_drawn_between_the_smallest_and_the_largest_in_steps_of_the_networks_stride(view):
    rng = np.random.default_rng(0)
    canvases = np.array([view.framed(rng).canvas for _ in range(400)])
    assert tuple(canvases.min(axis=0)) == view.smallest_canvas
    assert tuple(canvases.max(axis=0)) == view.canvas
    assert not (canvases % CANVAS_STEP).any()


def test_a_view_with_one_canvas_stays_as_it_is():
    assert VIEW.framed(np.random.default_rng(0)) is VIEW


def test_a_field_of_view_mostly_fills_its_canvas_as_in_prediction_and_seldom_leaves_a_broad_rim():
    view, rng = View((160, 200), 0.7, 10.0), np.random.default_rng(0)
    shares = np.array([view.field(rng) for _ in range(1000)]) / view.canvas
    assert shares.min() == pytest.approx(0.7, abs=0.01)
    assert shares.max() == 1
    assert 0.5 < np.mean(shares > 1 - CANVAS_STEP / 160) < 0.8
    assert 0.1 < np.mean(shares < 0.85) < 0.3
