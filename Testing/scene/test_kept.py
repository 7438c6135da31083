"""What was not exported is told: names of levels count like outlines and verdicts."""

from __future__ import annotations

import json

import pytest

from ParaspinalFatLib.level_naming import LevelNames
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.scene.kept import KEPT_ATTRIBUTE, is_kept, note_exported, note_kept
from ParaspinalFatLib.scene.level_names import keep_level_names, name_level
from ParaspinalFatLib.scene.live_case import LiveCase

BY_NETWORK = LevelNames((Level("L3/4", (0.0, 0.0, -46.0)),))


@pytest.mark.parametrize("before", [LevelNames(), BY_NETWORK])
def test_a_level_that_a_reader_names_is_not_kept_until_it_is_exported(live: LiveCase, before: LevelNames) -> None:
    keep_level_names(live.segmentation, before)
    note_kept(live.segmentation)
    assert is_kept(live.segmentation)
    name_level(live.segmentation, live.measurement.levels, 0, "L4/5")
    assert not is_kept(live.segmentation)
    note_exported(live.segmentation, ours=False, others=False)
    assert is_kept(live.segmentation)


def test_names_that_were_taken_back_are_no_work_where_there_were_none(live: LiveCase) -> None:
    note_kept(live.segmentation)
    name_level(live.segmentation, live.measurement.levels, 0, "L4/5")
    name_level(live.segmentation, live.measurement.levels, 0, "")
    assert is_kept(live.segmentation)
    keep_level_names(live.segmentation, BY_NETWORK)
    note_kept(live.segmentation)
    name_level(live.segmentation, live.measurement.levels, 0, "")
    assert not is_kept(live.segmentation), "the network's names are gone"


def test_a_scene_saved_before_names_were_recorded_holds_no_unsaved_work(live: LiveCase) -> None:
    keep_level_names(live.segmentation, BY_NETWORK)
    note_kept(live.segmentation)
    recorded = json.loads(live.segmentation.GetAttribute(KEPT_ATTRIBUTE))
    del recorded["names"]
    live.segmentation.SetAttribute(KEPT_ATTRIBUTE, json.dumps(recorded))
    assert is_kept(live.segmentation)
