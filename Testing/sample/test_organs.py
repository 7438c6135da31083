"""The organs are where a reader expects them."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.sample.organs import AORTA_FORK_MM, KIDNEYS, Organs
from ParaspinalFatLib.sample.shapes import Ellipse
from ParaspinalFatLib.sample.tissue import BLOOD, KIDNEY, Canvas

WIDE = Ellipse((0.0, -45.0), (115.0, 60.0))


def section(z: float, cavity: Ellipse = WIDE) -> Canvas:
    x, y = np.meshgrid(np.arange(-190, 190, dtype=np.float32), np.arange(-135, 100, dtype=np.float32))
    canvas = Canvas(x, y)
    Organs.random(np.random.default_rng(3)).paint(canvas, z, cavity)
    return canvas


def test_the_right_kidney_lies_lower_than_the_left() -> None:
    right, left = KIDNEYS
    assert right.centre[0] < 0 < left.centre[0]
    assert right.centre[2] < left.centre[2]


def test_the_kidneys_are_seen_at_their_height_only() -> None:
    def bright(canvas: Canvas) -> float:
        beside = np.hypot(canvas.x - 80, canvas.y + 20) < 5
        return float((np.abs(canvas.brightness - KIDNEY.brightness) < 0.2)[beside].mean())

    assert bright(section(104.0)) > 0.8
    assert bright(section(20.0)) < 0.2


def test_organs_stay_inside_the_cavity() -> None:
    narrow = Ellipse((0.0, -45.0), (60.0, 40.0))
    canvas = section(104.0, narrow)
    outside = narrow.depth(canvas.x, canvas.y) < -1
    assert not canvas.brightness[outside].any()


@pytest.mark.parametrize(("z", "on_midline"), [(AORTA_FORK_MM + 20, True), (AORTA_FORK_MM - 30, False)])
def test_the_great_vessels_run_before_the_spine_and_part_below_the_fork(z: float, on_midline: bool) -> None:
    canvas = section(z, Ellipse((0.0, -300.0), (1.0, 1.0)))
    blood = canvas.brightness == np.float32(BLOOD.brightness)
    assert bool((np.abs(canvas.x[blood]) < 10).any()) is on_midline
    assert canvas.x[blood].min() < 0 < canvas.x[blood].max()
