"""Numbers follow edits and undo, and tell which of them changed."""

from __future__ import annotations

import numpy as np
import pytest
from scene.editing import Editor
from scene.live_cases import ONE_SLICE, VOXEL_ML, from_scratch, volume_ml

from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.live_case import LiveCase


def test_numbers_follow_a_stroke(live: LiveCase, editor: Editor) -> None:
    before = volume_ml(live)
    editor.paint("MF_right", ONE_SLICE)
    assert live.dirty
    live.recompute()
    assert not live.dirty
    assert volume_ml(live) == pytest.approx(before + 12 * VOXEL_ML)
    assert live.measurement.table == from_scratch(live)


def test_undo_and_redo_bring_back_the_same_numbers_to_the_last_digit(live: LiveCase, editor: Editor) -> None:
    tables = [live.measurement.table]
    for box in (ONE_SLICE, (slice(0, 1), slice(2, 5), slice(15, 19))):
        editor.paint("MF_right", box)
        tables.append(live.recompute().table)
    for expected in (tables[1], tables[0]):
        editor.undo()
        assert live.recompute().table == expected
        assert live.changed
    for expected in (tables[1], tables[2]):
        editor.redo()
        assert live.recompute().table == expected


def test_a_stroke_over_a_neighbour_changes_the_numbers_of_both(live: LiveCase, editor: Editor) -> None:
    editor.node.SetOverwriteMode(editor.node.OverwriteAllSegments)
    editor.paint("MF_right", (slice(0, 1), slice(6, 10), slice(12, 15)))
    live.recompute()
    assert volume_ml(live, side="left") == pytest.approx((36 - 12) * VOXEL_ML)
    assert {(key[0], key[1]) for key in live.changed} >= {("MF", "right"), ("MF", "left"), ("MF", "both")}
    assert live.measurement.table == from_scratch(live)


def test_changed_names_the_cells_that_differ_and_no_others(live: LiveCase, editor: Editor) -> None:
    editor.paint("MF_right", ONE_SLICE)
    live.recompute()
    assert ("MF", "right", "slice", 1, "csa_mm2") in live.changed
    assert ("MF", "right", "whole", None, "volume_ml") in live.changed
    assert not any(key[:4] == ("MF", "right", "slice", 0) and key[4] == "csa_mm2" for key in live.changed)
    assert not any(key[1] == "left" for key in live.changed)


def test_a_change_of_nothing_measured_changes_no_cell(live: LiveCase) -> None:
    live.segmentation.GetSegmentation().GetSegment("MF_right").SetName("checked")
    assert live.dirty
    before = live.measurement
    live.recompute()
    assert live.changed == frozenset()
    assert live.measurement.table is before.table


def test_the_table_node_shows_the_numbers(live: LiveCase, editor: Editor) -> None:
    editor.paint("MF_right", ONE_SLICE)
    live.recompute()
    shown = live.table.GetTable()
    assert shown.GetNumberOfRows() == len(live.measurement.table)
    for name in ("volume_ml", "csa_mm2", "ff_mean_pct"):
        column = [shown.GetColumnByName(name).GetValue(row) for row in range(shown.GetNumberOfRows())]
        expected = [np.nan if cell is None else cell for cell in live.measurement.table.column(name)]
        np.testing.assert_array_equal(column, expected)


def test_listeners_hear_of_each_recompute_until_they_are_removed(live: LiveCase) -> None:
    heard: list[float] = []

    def listener() -> None:
        heard.append(volume_ml(live))

    live.add_listener(listener)
    live.recompute()
    live.remove_listener(listener)
    live.remove_listener(listener)
    live.recompute()
    assert heard == [pytest.approx(48 * VOXEL_ML)]


def test_an_edit_calls_on_dirty_and_measuring_does_not(live: LiveCase, editor: Editor) -> None:
    calls: list[bool] = []
    live.on_dirty = lambda: calls.append(live.dirty)
    editor.paint("MF_right", ONE_SLICE)
    heard = len(calls)
    assert heard >= 1
    assert all(calls)
    live.recompute()
    assert len(calls) == heard


def test_another_voxel_in_a_volume_is_measured(live: LiveCase) -> None:
    voxels = live.volumes[Role.FAT].GetImageData()
    voxels.GetPointData().GetScalars().Fill(0)
    voxels.Modified()
    live.volumes[Role.FAT].InvokeEvent(live.volumes[Role.FAT].ImageDataModifiedEvent)
    assert live.dirty
    live.recompute()
    assert live.measurement.table.one(structure="MF", side="right", region="whole")["ff_mean_pct"] == 0.0
