"""Edits are told from undo; the loss of a node is heard once; closing removes every observer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scene.editing import Editor

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.segmentations import fill_segmentation
from ParaspinalFatLib.scene.watch import CaseWatch

BOX = (slice(1, 2), slice(0, 3), slice(0, 4))


class Heard:
    """What a watch called."""

    def __init__(self) -> None:
        self.changes = 0
        self.lost: list[str] = []

    def change(self) -> None:
        self.changes += 1


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def segmentation(scene: Any, volumes: dict[Role, Any], labels: Image) -> Any:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    fill_segmentation(node, labels.array, volumes[Role.WATER], "test")
    return node


@pytest.fixture
def watch(segmentation: Any, volumes: dict[Role, Any], heard: Heard) -> Iterator[CaseWatch]:
    made = CaseWatch(segmentation, volumes.values(), heard.change, heard.lost.append)
    yield made
    made.close()


def test_a_stroke_is_an_edit_and_an_undo_is_a_change_only(
    watch: CaseWatch, segmentation: Any, volumes: dict[Role, Any], heard: Heard
) -> None:
    editor = Editor(segmentation, volumes[Role.WATER])
    editor.paint("MF_right", BOX)
    assert watch.edited
    watch.edited, heard.changes = False, 0
    editor.undo()
    assert heard.changes > 0
    assert not watch.edited
    editor.close()


def test_a_node_of_another_case_is_nobodys_loss(watch: CaseWatch, scene: Any, heard: Heard) -> None:
    assert watch is not None
    scene.RemoveNode(scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "other"))
    assert heard.lost == []


def test_a_closed_watch_hears_nothing(watch: CaseWatch, segmentation: Any, scene: Any, heard: Heard) -> None:
    watch.close()
    segmentation.GetSegmentation().RemoveSegment("MF_left")
    scene.RemoveNode(segmentation)
    scene.Clear(False)
    assert (heard.changes, heard.lost) == (0, [])
