"""Labels that a program applies are an edit like any other."""

from __future__ import annotations

import numpy as np
import pytest
from scene.live_cases import VOXEL_ML, tag, volume_ml

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.scene.corrections import Origin
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.segment_voxels import CHANGE_TAG


def test_labels_applied_by_program_can_be_undone_and_leave_neighbours_alone(live: LiveCase) -> None:
    before = live.measurement.table
    wanted = live.labels().array.copy()
    wanted[:, 6:10, 2:14] = 1  # reaches into the left multifidus
    live.apply_labels(wanted, ["MF_right"], "test")
    assert live.dirty
    live.recompute()
    assert volume_ml(live) == pytest.approx(3 * 4 * 10 * VOXEL_ML)
    assert volume_ml(live, side="left") == pytest.approx(36 * VOXEL_ML)
    assert live.segment_states()["MF_right"].kind is Origin.SEMIAUTOMATIC
    assert tag(live, "MF_right", CHANGE_TAG) == "test"
    live.history.undo()
    assert live.recompute().table == before


def test_labels_applied_for_a_structure_without_segment_make_one(live: LiveCase) -> None:
    wanted = live.labels().array.copy()
    wanted[1, 0, 0] = 5
    structure = BY_VALUE[5]
    live.apply_labels(wanted, [structure.identifier], "test")
    live.recompute()
    assert live.labels().array[1, 0, 0] == 5
    assert live.segment_states()[structure.identifier].kind is Origin.MANUAL


def test_another_editors_undo_state_is_saved_before_labels_are_applied(live: LiveCase) -> None:
    seen: list[int] = []
    live.save_undo_state = lambda: seen.append(int(np.count_nonzero(live.labels().array == 1)))
    live.apply_labels(np.zeros_like(live.labels().array), ["MF_right"], "test")
    assert seen == [48]
    assert not live.history.can_undo
