"""What tests of an open case look at."""

from __future__ import annotations

from typing import Any

import vtk

from ParaspinalFatLib import case
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.logic import SceneLogic

Volumes = dict[Role, Any]
VOXEL_ML = 1.5 * 1.5 * 4 / 1000
ONE_SLICE = (slice(1, 2), slice(0, 3), slice(0, 4))
"""12 voxels that no structure of the labels has."""


def volume_ml(live: LiveCase, structure: str = "MF", side: str = "right") -> float:
    value = live.measurement.table.one(structure=structure, side=side, region="whole")["volume_ml"]
    assert isinstance(value, float)
    return value


def from_scratch(live: LiveCase) -> Table:
    """The table of the present nodes, measured without anything kept from before."""
    return case.measure(SceneLogic().images(live.volumes), live.labels(), live.settings).table


def tag(live: LiveCase, segment_id: str, name: str) -> str:
    value = vtk.mutable("")
    live.segmentation.GetSegmentation().GetSegment(segment_id).GetTag(name, value)
    return str(value)
