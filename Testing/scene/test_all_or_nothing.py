"""Changes of a scene happen together or not at all."""

from __future__ import annotations

from typing import Any

import pytest
import slicer

from ParaspinalFatLib.scene.all_or_nothing import all_or_nothing, change, show


def test_what_succeeded_stays(scene: Any) -> None:
    with all_or_nothing() as undo:
        node = slicer.vtkMRMLTableNode()
        show(node, scene, "results", undo)
    assert scene.GetFirstNodeByName("results") is node


def test_new_nodes_with_their_display_go_and_changed_ones_change_back(scene: Any) -> None:
    kept = scene.AddNewNodeByClass("vtkMRMLTableNode", "kept")
    kept.SetAttribute("state", "before")
    count = scene.GetNumberOfNodes()
    with pytest.raises(RuntimeError), all_or_nothing() as undo:
        show(slicer.vtkMRMLSegmentationNode(), scene, "new", undo)
        with change(kept, slicer.vtkMRMLTableNode, undo) as node:
            node.SetAttribute("state", "after")
        raise RuntimeError
    assert scene.GetNumberOfNodes() == count
    assert kept.GetAttribute("state") == "before"
    assert kept.GetName() == "kept"


def test_observers_hear_of_a_change_once(scene: Any) -> None:
    heard = []
    table = scene.AddNewNodeByClass("vtkMRMLTableNode")
    table.AddObserver("ModifiedEvent", lambda *_: heard.append(1))
    with all_or_nothing() as undo, change(table, slicer.vtkMRMLTableNode, undo) as node:
        node.SetAttribute("a", "1")
        node.SetAttribute("b", "2")
    assert heard == [1]
