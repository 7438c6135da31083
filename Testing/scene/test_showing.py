"""A finished case becomes nodes of the scene with the names of its levels, all of them or none."""

from __future__ import annotations

from typing import Any

import pytest
from scene.live_cases import Volumes

from ParaspinalFatLib import case
from ParaspinalFatLib.case import FinishedCase, MeasurementSettings
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.level_naming import LevelNames
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.scene import showing as showing_module
from ParaspinalFatLib.scene.level_names import level_names_of, name_level
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.showing import at_once, showing

FOUND = LevelNames((Level("L3/4", (0.0, 0.0, -46.0)),))


@pytest.fixture
def finished(logic: SceneLogic, volumes: Volumes, labels: Image) -> FinishedCase:
    """The case, its disc called L3/4."""
    measurement = case.measure(logic.images(volumes), labels, FOUND.applied(MeasurementSettings()))
    return FinishedCase(labels, measurement, names=FOUND)


def test_names_that_were_found_are_kept_with_the_segmentation(volumes: Volumes, finished: FinishedCase) -> None:
    nodes = at_once(showing(volumes, finished, None, None, ()))
    assert level_names_of(nodes.segmentation) == FOUND
    assert nodes.finished == finished


def test_names_of_a_reader_stay_where_others_were_found(volumes: Volumes, logic: SceneLogic, finished: FinishedCase) -> None:
    first = logic.process(volumes)
    name_level(first.segmentation, first.finished.measurement.levels, 0, "L4/5")
    nodes = at_once(showing(volumes, finished, None, None, ()))
    assert nodes.segmentation is first.segmentation
    assert [place.name for place in level_names_of(nodes.segmentation).places] == ["L4/5"]
    assert nodes.finished.names == level_names_of(nodes.segmentation)


def test_a_failure_puts_the_former_names_back(
    volumes: Volumes, logic: SceneLogic, finished: FinishedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    segmentation = at_once(showing(volumes, finished, None, None, ())).segmentation
    kept: list[LevelNames] = []
    keep_level_names = showing_module.keep_level_names

    def keep_and_fail(node: Any, names: LevelNames, undo: Any) -> None:
        keep_level_names(node, names, undo)
        kept.append(level_names_of(node))
        raise MemoryError("injected")

    monkeypatch.setattr(showing_module, "keep_level_names", keep_and_fail)
    with pytest.raises(MemoryError, match="injected"):
        logic.process(volumes)
    assert kept == [LevelNames()]
    assert level_names_of(segmentation) == FOUND


def test_a_volume_that_was_removed_is_said_before_anything_is_shown(
    scene: Any, volumes: Volumes, finished: FinishedCase
) -> None:
    scene.RemoveNode(volumes[Role.FAT])
    with pytest.raises(InputError, match="fat was removed"):
        at_once(showing(volumes, finished, None, None, ()))
    assert scene.GetFirstNodeByClass("vtkMRMLSegmentationNode") is None
