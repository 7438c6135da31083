"""Shapes know their inside, their border and their area."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.sample.shapes import Capsule, Ellipse, Outline, Shape, both_halves, mirrored

CIRCLE = Outline(tuple((3 + 10 * np.cos(a), -2 + 10 * np.sin(a)) for a in np.radians(np.arange(0, 360, 20))))
BEAN = Outline(((20, 5), (45, 0), (70, 10), (80, 25), (60, 45), (30, 50), (15, 40), (22, 22)))
CAPSULE = Capsule(((-10.0, 0.0), (10.0, 0.0)), 3.0)


def sampled_area(shape: Shape, step: float) -> float:
    """Area by counting fine samples."""
    x, y = np.meshgrid(np.arange(-100, 100, step, np.float32), np.arange(-100, 100, step, np.float32))
    return float(np.count_nonzero(shape.depth(x, y) > 0)) * step**2


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (CIRCLE, np.pi * 100),
        (BEAN, BEAN.area),
        (Ellipse((4.0, -7.0), (12.0, 5.0)), np.pi * 60),
        (CAPSULE, 20 * 6 + np.pi * 9),
    ],
)
def test_counting_samples_inside_gives_the_closed_form_area(shape: Shape, area: float) -> None:
    assert sampled_area(shape, 0.1) == pytest.approx(area, rel=2e-3)


def test_an_outline_goes_through_its_points() -> None:
    x, y = np.array(BEAN.points, np.float32).T
    assert np.abs(BEAN.depth(x, y)).max() < 0.1


@pytest.mark.parametrize("shape", [CIRCLE, CAPSULE])
def test_depth_is_the_distance_to_the_border(shape: Shape) -> None:
    x, y = (np.array([value], np.float32) for value in shape.centre)
    radius = 10 if shape is CIRCLE else 3
    assert shape.depth(x, y)[0] == pytest.approx(radius, abs=0.05)
    assert shape.depth(x, y + radius - 1)[0] == pytest.approx(1, abs=0.05)
    assert shape.depth(x, y + radius + 1)[0] == pytest.approx(-1, abs=0.05)


@pytest.mark.parametrize("shape", [CIRCLE, BEAN, CAPSULE])
def test_the_circle_around_the_centre_holds_the_whole_shape(shape: Shape) -> None:
    x, y = np.meshgrid(np.arange(-100, 100, 0.5, np.float32), np.arange(-100, 100, 0.5, np.float32))
    inside = shape.depth(x, y) > 0
    assert np.hypot(x[inside] - shape.centre[0], y[inside] - shape.centre[1]).max() <= shape.reach + 0.1


def test_mirroring_keeps_the_area_and_changes_the_side() -> None:
    other = Outline(mirrored(BEAN.points))
    assert other.area == pytest.approx(BEAN.area, rel=1e-4)
    assert other.centre == pytest.approx((-BEAN.centre[0], BEAN.centre[1]))


def test_two_halves_make_a_symmetric_closed_line() -> None:
    assert both_halves(((0, -1), (2, 0), (0, 1))) == ((0, -1), (2, 0), (0, 1), (-2, 0))
