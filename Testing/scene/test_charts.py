"""What the plots show: right against left, levels and thresholds as lines, units on the axes."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.fat.muscle_histogram import MuscleHistogram
from ParaspinalFatLib.measurement.profile import Profile, ProfilePoint
from ParaspinalFatLib.scene.charts import histogram_chart, profile_chart

POINTS = {
    "right": (ProfilePoint(5, 0.0, 500.0, (1.0, 2.0, 3.0)), ProfilePoint(4, 4.0, 600.0, (1.0, 2.0, -1.0))),
    "left": (ProfilePoint(5, 0.0, 450.0, (0.0, 0.0, 0.0)),),
}


def profile(levels: dict[str, float]) -> Profile:
    origin = next(iter(levels), "the most cranial slice")
    return Profile("MF", "csa_mm2", origin, POINTS, levels, (-8.0, 12.0))


def test_sides_are_series_that_differ_in_more_than_colour() -> None:
    right, left, _levels = profile_chart(profile({"L4/5": 0.0})).series
    assert (right.name, left.name) == ("right", "left")
    assert right.x.tolist() == [0.0, 4.0]
    assert right.y.tolist() == [500.0, 600.0]
    assert list(right.labels) == ["slice 5", "slice 4"]
    assert right.style.colour != left.style.colour
    assert right.style.line != left.style.line
    assert right.style.marker != left.style.marker


def test_every_level_is_a_vertical_line_from_the_axis_to_the_top() -> None:
    chart = profile_chart(profile({"L4/5": 0.0, "disc 1 (most caudal)": 10.0}))
    levels = chart.series[-1]
    assert levels.x.tolist() == [0.0, 0.0, 0.0, 10.0, 10.0, 10.0]
    assert levels.y[[0, 1, 3, 4]].tolist() == [0.0, chart.y_range[1], 0.0, chart.y_range[1]]
    assert np.isnan(levels.y[[2, 5]]).all()
    assert chart.x_title == "mm; dotted: L4/5, disc 1"


def test_axes_have_units_start_at_zero_and_leave_room_for_the_legend() -> None:
    chart = profile_chart(profile({}))
    assert chart.y_title == "CSA, mm²"
    assert chart.x_title == "mm caudal of the most cranial slice"
    assert chart.x_range == (-8.0, 12.0)
    assert chart.y_range[0] == 0.0
    assert chart.y_range[1] > 600.0 * 1.3
    assert len(chart.series) == 2


def test_a_profile_without_points_is_an_empty_chart() -> None:
    empty = Profile("MF", "csa_mm2", "the most cranial slice", {"right": (), "left": ()}, {}, (0.0, 1.0))
    chart = profile_chart(empty)
    assert chart.y_range == (0.0, 1.0)
    assert [len(series.x) for series in chart.series] == [0, 0]


def test_a_histogram_is_drawn_as_steps_with_a_line_at_each_threshold() -> None:
    edges, counts = np.array([0.0, 10.0, 20.0]), {"right": np.array([3, 1])}
    chart = histogram_chart(MuscleHistogram("signal, a.u.", edges, counts, (12.5,)), "ES+MF")
    steps, threshold = chart.series
    assert chart.title == "Erector spinae + multifidus (ES+MF)"
    assert steps.x.tolist() == [0.0, 10.0, 10.0, 20.0]
    assert steps.y.tolist() == [3.0, 3.0, 1.0, 1.0]
    assert threshold.name == "threshold 12.5"
    assert threshold.x.tolist() == [12.5] * 3
    assert chart.x_range == (0.0, 20.0)
    assert chart.y_range[1] == pytest.approx(3.24)
