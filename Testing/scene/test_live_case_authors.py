"""Each segment tells who drew it: the network, a reader, or both."""

from __future__ import annotations

import pytest
from scene.editing import Editor
from scene.live_cases import ONE_SLICE, VOXEL_ML, tag, volume_ml

from ParaspinalFatLib.scene.corrections import AUTHOR_TAG, Origin
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.segments import ALGORITHM_TYPE_TAG


def test_a_networks_segment_is_automatic_until_it_is_edited_and_again_after_undo(live: LiveCase, editor: Editor) -> None:
    live.author = "AB"
    assert {state.kind for state in live.segment_states().values()} == {Origin.AUTOMATIC}
    editor.paint("MF_right", ONE_SLICE)
    live.recompute()
    state = live.segment_states()["MF_right"]
    assert (state.kind, state.author) == (Origin.SEMIAUTOMATIC, "AB")
    assert state.when.startswith("20")
    assert state.dice == pytest.approx(2 * 48 / (48 + 60))
    assert state.volume_change_ml == pytest.approx(12 * VOXEL_ML)
    assert live.segment_states()["MF_left"].kind is Origin.AUTOMATIC
    editor.undo()
    live.recompute()
    state = live.segment_states()["MF_right"]
    assert (state.kind, state.author, state.when, state.dice) == (Origin.AUTOMATIC, "", "", 1.0)
    editor.redo()
    live.recompute()
    assert live.segment_states()["MF_right"].author == "AB"


def test_measuring_after_an_undo_does_not_end_what_can_be_redone(live: LiveCase, editor: Editor) -> None:
    editor.paint("MF_right", ONE_SLICE)
    editor.paint("MF_left", (slice(0, 1), slice(0, 2), slice(0, 2)))  # before the numbers followed the first stroke
    live.recompute()
    editor.undo()
    live.recompute()
    assert live.segment_states()["MF_right"].kind is Origin.SEMIAUTOMATIC
    assert editor.logic.CanRedo()
    live.write_tags()
    assert tag(live, "MF_right", ALGORITHM_TYPE_TAG) == "SEMIAUTOMATIC"


def test_dicom_tags_tell_who_drew_a_segment(live: LiveCase, editor: Editor) -> None:
    live.author = "AB"
    editor.erase("MF_left", (slice(0, 1), slice(0, 12), slice(0, 20)))
    live.recompute()
    assert tag(live, "MF_left", ALGORITHM_TYPE_TAG) == "SEMIAUTOMATIC"
    assert tag(live, "MF_left", AUTHOR_TAG) == "AB"
    assert tag(live, "MF_right", ALGORITHM_TYPE_TAG) == "AUTOMATIC"


def test_what_the_network_did_not_outline_is_manual(live: LiveCase, editor: Editor) -> None:
    live.segmentation.GetSegmentation().AddEmptySegment("PM_left", "left psoas major")
    editor.paint("PM_left", ONE_SLICE)
    live.recompute()
    state = live.segment_states()["PM_left"]
    assert (state.kind, state.dice, state.volume_change_ml) == (Origin.MANUAL, None, None)
    assert volume_ml(live, "PM", "left") == pytest.approx(12 * VOXEL_ML)
