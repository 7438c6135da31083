"""Who drew a segment, who changed it, how much; an outline seen before brings its record back."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
import slicer

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.corrections import (
    AUTHOR_TAG,
    EDITED_TAG,
    WAITING_ATTRIBUTE,
    Corrections,
    Origin,
    SegmentState,
    note_tags,
    write_tags,
)
from ParaspinalFatLib.scene.segmentations import fill_segmentation
from ParaspinalFatLib.scene.segments import ALGORITHM_TYPE_TAG

NOW = datetime(2024, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
LATER = datetime(2024, 2, 3, 9, 0, 0, tzinfo=timezone.utc)
ALL = range(3)


@pytest.fixture
def segmentation(scene: Any, volumes: dict[Role, Any], labels: Image) -> Any:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    fill_segmentation(node, labels.array, volumes[Role.WATER], "test network")
    return node


def smaller(labels: Image, rows: int) -> Image:
    """The right multifidus without its last rows in the first slice."""
    array = labels.array.copy()
    array[0, 10 - rows : 10, 3:7] = 0
    return labels.with_array(array)


def test_dice_and_volume_are_those_of_the_voxels(labels: Image, segmentation: Any) -> None:
    corrections = Corrections(labels, labels, segmentation)
    corrections.follow(smaller(labels, 2), [0], segmentation, "AB", NOW)
    state = corrections.states["MF_right"]
    assert state.dice == pytest.approx(2 * 40 / (40 + 48))
    assert state.volume_change_ml == pytest.approx(-8 * 1.5 * 1.5 * 4 / 1000)
    assert (state.kind, state.author, state.when) == (Origin.SEMIAUTOMATIC, "AB", "2024-02-03T04:05:06+00:00")


def test_an_outline_seen_before_has_the_record_it_had(labels: Image, segmentation: Any) -> None:
    corrections = Corrections(labels, labels, segmentation)
    corrections.follow(smaller(labels, 1), [0], segmentation, "AB", NOW)
    first = corrections.states["MF_right"]
    corrections.follow(smaller(labels, 2), [0], segmentation, "CD", LATER)
    assert corrections.states["MF_right"].author == "CD"
    corrections.follow(smaller(labels, 1), [0], segmentation, "EF", LATER)
    assert corrections.states["MF_right"] == first
    corrections.follow(labels, [0], segmentation, "EF", LATER)
    assert corrections.states["MF_right"] == SegmentState(Origin.AUTOMATIC, dice=1.0, volume_change_ml=0.0)


def test_without_the_networks_own_outlines_the_tags_are_believed_until_an_edit(labels: Image, segmentation: Any) -> None:
    corrections = Corrections(None, labels, segmentation)
    assert corrections.states["MF_right"] == SegmentState(Origin.AUTOMATIC)
    corrections.follow(smaller(labels, 1), [0], segmentation, "", NOW)
    assert corrections.states["MF_right"].kind is Origin.SEMIAUTOMATIC
    assert corrections.states["MF_right"].dice is None


def test_a_segment_without_tag_was_drawn_by_hand_and_stays_so(labels: Image, segmentation: Any) -> None:
    segmentation.GetSegmentation().GetSegment("MF_right").RemoveTag(ALGORITHM_TYPE_TAG)
    corrections = Corrections(None, labels, segmentation)
    assert corrections.states["MF_right"].kind is Origin.MANUAL
    corrections.follow(smaller(labels, 1), [0], segmentation, "AB", NOW)
    assert corrections.states["MF_right"].kind is Origin.MANUAL


def test_an_edit_made_unseen_is_a_correction_of_unknown_author(labels: Image, segmentation: Any) -> None:
    state = Corrections(labels, smaller(labels, 2), segmentation).states["MF_right"]
    assert (state.kind, state.author, state.when) == (Origin.SEMIAUTOMATIC, "", "")
    assert state.dice == pytest.approx(2 * 40 / (40 + 48))


def test_tags_bring_author_and_time_back(labels: Image, segmentation: Any) -> None:
    edited = smaller(labels, 2)
    corrections = Corrections(labels, labels, segmentation)
    corrections.follow(edited, [0], segmentation, "AB", NOW)
    write_tags(segmentation, corrections.states)
    again = Corrections(labels, edited, segmentation)
    assert again.states == corrections.states


def test_states_that_wait_to_be_written_are_found_again_and_touch_no_segment(labels: Image, segmentation: Any) -> None:
    edited = smaller(labels, 2)
    corrections = Corrections(labels, labels, segmentation)
    corrections.follow(edited, [0], segmentation, "AB", NOW)
    changes: list[int] = []
    segmentation.AddObserver(slicer.vtkSegmentation.SegmentModified, lambda *_event: changes.append(1))
    note_tags(segmentation, corrections.states)
    assert changes == []
    assert Corrections(labels, edited, segmentation).states == corrections.states
    write_tags(segmentation, corrections.states)
    assert segmentation.GetAttribute(WAITING_ATTRIBUTE) is None


def test_tags_that_are_right_are_not_written_again(labels: Image, segmentation: Any) -> None:
    corrections = Corrections(labels, labels, segmentation)
    corrections.follow(smaller(labels, 2), [0], segmentation, "AB", NOW)
    changes: list[int] = []
    segmentation.AddObserver(slicer.vtkSegmentation.SegmentModified, lambda *_event: changes.append(1))
    write_tags(segmentation, corrections.states)
    assert len(changes) == 3  # type, author and time of one segment
    write_tags(segmentation, corrections.states)
    assert len(changes) == 3
    segment = segmentation.GetSegmentation().GetSegment("MF_left")
    assert [segment.HasTag(tag) for tag in (AUTHOR_TAG, EDITED_TAG)] == [False, False]


def test_a_removed_segment_has_no_state(labels: Image, segmentation: Any) -> None:
    corrections = Corrections(labels, labels, segmentation)
    segmentation.GetSegmentation().RemoveSegment("MF_left")
    array = labels.array.copy()
    array[array == 2] = 0
    corrections.follow(labels.with_array(array), ALL, segmentation, "AB", NOW)
    assert set(corrections.states) == {"MF_right", "IVD"}
