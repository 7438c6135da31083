"""Where results stand in the subject hierarchy: beside their volume, under its study."""

from __future__ import annotations

from typing import Any

import slicer


def place_beside(node: Any, volume: Any) -> None:
    """Put a node's subject hierarchy item under the parent of the volume's item (the study of a DICOM volume)."""
    hierarchy = _hierarchy_of(volume.GetScene())
    parent = hierarchy.GetItemParent(item_of(volume))
    hierarchy.SetItemParent(item_of(node), parent or hierarchy.GetSceneItemID())


def place_below(node: Any, parent: Any) -> None:
    """Put a node's subject hierarchy item under that of another node."""
    _hierarchy_of(node.GetScene()).SetItemParent(item_of(node), item_of(parent))


def item_of(node: Any) -> int:
    """Subject hierarchy item of a node in a scene. The desktop makes items by itself; without it, it is made here."""
    hierarchy = _hierarchy_of(node.GetScene())
    return int(hierarchy.GetItemByDataNode(node) or hierarchy.CreateItem(hierarchy.GetSceneItemID(), node))


def _hierarchy_of(scene: Any) -> Any:
    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
