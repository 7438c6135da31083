"""Labelled points of a markups node name the levels, in world coordinates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.levels import LevelKind
from ParaspinalFatLib.scene.levels import levels_of
from ParaspinalFatLib.scene.volumes import vtk_matrix


def test_points_become_levels_where_they_lie_in_the_world(scene: Any) -> None:
    points = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "levels")
    points.AddControlPoint(1.0, 2.0, 3.0, "L4-L5")
    points.AddControlPoint(1.0, 2.0, 40.0, "L3")
    shift = np.eye(4)
    shift[2, 3] = 100.0
    transform = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode")
    transform.SetMatrixTransformToParent(vtk_matrix(shift))
    points.SetAndObserveTransformNodeID(transform.GetID())
    lower, upper = levels_of(points)
    assert (lower.name, lower.position, lower.kind) == ("L4/5", (1.0, 2.0, 103.0), LevelKind.DISC)
    assert (upper.name, upper.kind) == ("L3", LevelKind.VERTEBRA)


def test_points_that_are_not_placed_are_not_levels(scene: Any) -> None:
    points = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "levels")
    with pytest.raises(InputError, match="levels has no point in place"):
        levels_of(points)
    points.AddControlPoint(1.0, 2.0, 3.0, "L4/5")
    points.UnsetNthControlPointPosition(0)
    with pytest.raises(InputError, match="levels has no point in place"):
        levels_of(points)
    with pytest.raises(InputError, match="No point list is selected"):
        levels_of(None)
