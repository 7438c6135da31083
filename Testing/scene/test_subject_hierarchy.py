"""Results stand beside their volume in the subject hierarchy."""

from __future__ import annotations

from typing import Any

import slicer

from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.subject_hierarchy import item_of, place_beside


def test_a_result_is_placed_under_the_volumes_study(scene: Any, volumes: dict[Role, Any]) -> None:
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    patient = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "patient")
    study = hierarchy.CreateStudyItem(patient, "study")
    hierarchy.CreateItem(study, volumes[Role.WATER])
    table = scene.AddNewNodeByClass("vtkMRMLTableNode")
    place_beside(table, volumes[Role.WATER])
    assert hierarchy.GetItemParent(item_of(table)) == study


def test_without_a_study_the_result_stands_at_the_top_once(scene: Any, volumes: dict[Role, Any]) -> None:
    hierarchy = slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    table = scene.AddNewNodeByClass("vtkMRMLTableNode")
    place_beside(table, volumes[Role.WATER])
    place_beside(table, volumes[Role.WATER])
    assert hierarchy.GetItemParent(item_of(table)) == hierarchy.GetSceneItemID()
    assert hierarchy.GetNumberOfItems() == 2
