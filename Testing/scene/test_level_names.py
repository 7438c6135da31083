"""Names of levels lie on the segmentation; those that a reader gave outlast every run on the same volume."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scene.live_cases import Volumes

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.level_naming import LevelNames, NamedLevels
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.scene.case_nodes import CaseNodes
from ParaspinalFatLib.scene.level_names import keep_level_names, level_names_of, name_level, names_after_run
from ParaspinalFatLib.scene.logic import SceneLogic

FOUND = LevelNames((Level("L3/4", (0.0, 0.0, 0.0)),), told=(Observation("levels_named_automatically", "Named."),))


def names(nodes: CaseNodes) -> list[str]:
    """The levels as the table node shows them."""
    table = nodes.table.GetTable()
    region, level = (table.GetColumnByName(name) for name in ("region", "level"))
    rows = range(table.GetNumberOfRows())
    return list(dict.fromkeys(level.GetValue(row) for row in rows if region.GetValue(row) == "level"))


def by_network(_image: Image, labels: Image, _progress: Any) -> NamedLevels:
    """A level network that takes the outlined disc for L3/4."""
    place = labels.world([10.0, 2.0, 1.0])
    return NamedLevels((Level("L3/4", tuple(place), LevelKind.DISC, "the axial images"),), 0.9, "", "the axial images")


@pytest.fixture
def outlined(logic: SceneLogic, volumes: Volumes) -> Callable[[str], CaseNodes]:
    """Outline the case; the reader then calls its disc as the argument says."""

    def outline(name: str) -> CaseNodes:
        nodes = logic.process(volumes)
        assert names(nodes) == ["disc 1 (most caudal)"]
        name_level(nodes.segmentation, nodes.finished.measurement.levels, 0, name)
        return nodes

    return outline


def never(*_arguments: object) -> NamedLevels:
    raise AssertionError("the level network was asked although a reader has named the levels")


@pytest.mark.parametrize("find_levels", [None, never])
def test_names_of_a_reader_outlast_a_new_run_and_are_measured(
    logic: SceneLogic, volumes: Volumes, outlined: Callable[[str], CaseNodes], find_levels: Any
) -> None:
    first = outlined("L4/5")
    again = logic.process(volumes, find_levels=find_levels)
    assert again.segmentation is first.segmentation
    assert names(again) == ["L4/5"]
    assert level_names_of(again.segmentation).by_reader
    assert again.finished.names == level_names_of(again.segmentation)


def test_names_that_the_reader_took_back_are_looked_for_again(
    logic: SceneLogic, volumes: Volumes, outlined: Callable[[str], CaseNodes]
) -> None:
    nodes = outlined("L4/5")
    name_level(nodes.segmentation, logic.measurement(volumes, nodes.segmentation).levels, 0, "")
    assert names(logic.process(volumes)) == ["disc 1 (most caudal)"]
    again = logic.process(volumes, find_levels=by_network)
    assert names(again) == ["L3/4"]
    assert not level_names_of(again.segmentation).by_reader


def test_a_name_given_while_the_network_is_at_work_wins(
    logic: SceneLogic, volumes: Volumes, labels: Image, outlined: Callable[[str], CaseNodes]
) -> None:
    nodes = outlined("L4/5")
    pieces = logic.finishing(volumes, labels, MeasurementSettings(), names=FOUND)
    result = None
    with pytest.raises(StopIteration) as end:
        while True:
            piece = pieces.send(result)
            result = None if piece is None else piece()
    assert names(end.value.value) == ["L4/5"]
    assert "Named." not in end.value.value.finished.measurement.remarks
    assert level_names_of(nodes.segmentation).by_reader


def test_names_of_the_network_are_replaced_by_those_of_the_next_run(scene: Any) -> None:
    segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode")
    keep_level_names(segmentation, FOUND)
    assert names_after_run(segmentation, LevelNames()) == LevelNames()
    assert names_after_run(None, FOUND) == FOUND


def test_names_of_discs_say_nothing_where_vertebrae_are_looked_for(
    logic: SceneLogic, volumes: Volumes, labels: Image, outlined: Callable[[str], CaseNodes]
) -> None:
    labels.array[0, 1:4, 8:12] = BY_IDENTIFIER["VB"].value
    segmentation = outlined("L4/5").segmentation
    vertebrae = MeasurementSettings(search=LevelSearch(LevelKind.VERTEBRA))
    (level,) = logic.measurement(volumes, segmentation, vertebrae).levels
    assert level.name == "vertebra 1 (most caudal)"
    again = logic.process(volumes, vertebrae, find_levels=never)
    assert names(again) == ["vertebra 1 (most caudal)"]
    assert [place.name for place in level_names_of(again.segmentation).places] == ["L4/5"]
