"""The stand-in for the Segment Editor: strict about names, and real in what a stroke does to voxels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from host.desktop import Desktop, desktop
from host.segment_editor import qMRMLSegmentEditorWidget, stroke
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.segmentations import fill_segmentation, labels_of
from ParaspinalFatLib.scene.volumes import add_volume


@pytest.fixture
def host() -> Iterator[Desktop]:
    with desktop() as running:
        yield running
        assert running.errors == []


@pytest.fixture
def volume(host: Desktop) -> Any:
    return add_volume(host.scene, Image(np.ones((2, 8, 12), np.int16), np.diag([-1.0, -1.0, 4.0, 1.0])), "T2")


@pytest.fixture
def editor(host: Desktop, volume: Any) -> Iterator[Any]:
    """An editor on a segmentation whose right multifidus lies beside the left one."""
    labels = np.zeros((2, 8, 12), np.uint8)
    labels[:, 2:6, 2:6], labels[:, 2:6, 6:10] = 1, 2
    segmentation = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    segmentation.CreateDefaultDisplayNodes()
    fill_segmentation(segmentation, labels, volume, "test")
    widget = qMRMLSegmentEditorWidget()
    widget.setMRMLScene(host.scene)
    widget.setMRMLSegmentEditorNode(host.scene.AddNewNodeByClass("vtkMRMLSegmentEditorNode"))
    widget.setSegmentationNode(segmentation)
    widget.setSourceVolumeNode(volume)
    yield widget
    widget.setMRMLSegmentEditorNode(None)
    widget.setMRMLScene(None)


def test_a_name_that_slicer_does_not_have_is_refused(editor: Any) -> None:
    with pytest.raises(AttributeError):
        editor.undoEnable = True
    with pytest.raises(ValueError, match="no effect Brush"):
        editor.setActiveEffectByName("Brush")


def test_a_stroke_paints_and_undo_takes_it_back(editor: Any, volume: Any) -> None:
    before = labels_of(editor.segmentationNode(), volume).labels.array.copy()
    editor.setCurrentSegmentID("MF_right")
    editor.setActiveEffectByName("Paint")
    stroke(editor, (0, slice(0, 2), slice(2, 6)), volume)
    assert np.all(labels_of(editor.segmentationNode(), volume).labels.array[0, 0:2, 2:6] == 1)
    editor.undo()
    np.testing.assert_array_equal(labels_of(editor.segmentationNode(), volume).labels.array, before)


def test_there_is_no_effect_without_a_segmentation(editor: Any) -> None:
    editor.setActiveEffectByName("Paint")
    editor.setSegmentationNode(None)
    assert editor.activeEffect() is None
    editor.setActiveEffectByName("Paint")
    assert editor.activeEffect() is None
