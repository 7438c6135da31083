"""Control points of a markups node -> named levels."""

from __future__ import annotations

from typing import Any

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.level_names import read_level_name
from ParaspinalFatLib.measurement.levels import Level, LevelKind


def levels_of(markups: Any, kind: LevelKind = LevelKind.DISC) -> tuple[Level, ...]:
    """The levels that the labelled points of a markups node mark, in world coordinates.

    Args:
        markups: vtkMRMLMarkupsNode; each point is labelled with the name of its level ("L4/5", "L4-L5", "L3").
        kind: what the points mark whose names do not say it.

    Raises:
        InputError: no markups, no point in place, or a point without a label.
    """
    if markups is None or not markups.IsA("vtkMRMLMarkupsNode"):
        raise InputError("No point list is selected. Select one whose points mark the levels.")
    levels = []
    for index in range(markups.GetNumberOfControlPoints()):
        if markups.GetNthControlPointPositionStatus(index) == markups.PositionDefined:
            position = [0.0, 0.0, 0.0]
            markups.GetNthControlPointPositionWorld(index, position)
            name, named_kind = read_level_name(markups.GetNthControlPointLabel(index))
            levels.append(Level(name, (position[0], position[1], position[2]), named_kind or kind))
    if not levels:
        raise InputError(f"The point list {markups.GetName()} has no point in place. Place one point on each level.")
    return tuple(levels)
