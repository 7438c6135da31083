"""Other settings change everything together; what cannot be measured leaves the numbers that were."""

from __future__ import annotations

import numpy as np
import pytest
from scene.live_cases import from_scratch

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.scene.live_case import LiveCase


def test_settings_change_fat_map_and_numbers_together(live: LiveCase) -> None:
    live.set_settings(MeasurementSettings("size_only"))
    assert live.measurement.fat_map.method == "size_only"
    assert live.measurement.table.one(structure="MF", side="right", region="whole")["ff_mean_pct"] is None
    live.set_settings(MeasurementSettings("dixon"))
    assert live.measurement.table.one(structure="MF", side="right", region="whole")["ff_mean_pct"] == pytest.approx(25.0)
    assert live.measurement.table == from_scratch(live)


def test_settings_that_cannot_be_applied_leave_numbers_and_settings(live: LiveCase) -> None:
    before = live.settings, live.measurement
    with pytest.raises(MeasurementError):
        live.set_settings(MeasurementSettings("fat_fraction_map"))
    assert (live.settings, live.measurement) == before
    live.recompute()


def test_a_segmentation_that_cannot_be_measured_is_a_problem_until_it_can_again(live: LiveCase) -> None:
    before = live.measurement
    live.apply_labels(np.zeros_like(live.labels().array), ["MF_right", "MF_left"], "test")
    with pytest.raises(MeasurementError, match="No muscle is labelled"):
        live.recompute()
    assert "No muscle is labelled" in live.problem
    assert live.dirty
    assert live.measurement is before
    live.history.undo()
    live.recompute()
    assert (live.problem, live.dirty) == ("", False)
