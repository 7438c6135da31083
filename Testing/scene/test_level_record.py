"""The names of a case's levels come back from its folder as they were written into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ParaspinalFatLib.level_naming import LevelNames
from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.scene.level_record import names_in, recorded_levels, recorded_naming

AUTOMATIC = Observation("levels_named_automatically", "Levels L5/S1 to L4/5 were named in the axial images.")
OTHER = Observation("segment_ignored", "Not measured, because no structure of this program: Mustermann.")


def disc(name: str, height: float, source: str = "disc label") -> Level:
    return Level(name, (1.0, 2.5, height), LevelKind.DISC, source)


def reopened(folder: Path, levels: tuple[Level, ...], *observations: Observation) -> LevelNames:
    """What is read of a folder after these were written into it."""
    content = {"levels": recorded_levels(levels), "observations": recorded_naming(observations)}
    (folder / "provenance.json").write_text(json.dumps(content))
    return names_in(folder)


def test_outlined_discs_have_their_names_again_and_numbers_are_no_names(tmp_path: Path) -> None:
    levels = (disc("L5/S1", 0.1), disc("L4/5", 36.3), disc("disc 3", 99.0))
    assert reopened(tmp_path, levels, AUTOMATIC, OTHER) == LevelNames(levels[:2], told=(AUTOMATIC,))


def test_names_that_no_network_gave_count_as_a_readers(tmp_path: Path) -> None:
    assert reopened(tmp_path, (disc("L5/S1", 0.0),)) == LevelNames((disc("L5/S1", 0.0),), by_reader=True)
    points = (disc("F-1", 0.0, "markup"),)
    assert reopened(tmp_path, points, AUTOMATIC).by_reader


@pytest.mark.parametrize(
    "level",
    [
        disc("L5/S1", 3.0, "the sagittal series"),
        disc("F-1", 3.0, "file"),
        Level("L4", (0.0, 0.0, 3.0), LevelKind.VERTEBRA, "vertebra label"),
        Level("L4 superior endplate", (0.0, 0.0, 3.0), LevelKind.ENDPLATE, "vertebra label"),
    ],
)
def test_levels_that_are_no_outlined_discs_are_measured_where_they_were(tmp_path: Path, level: Level) -> None:
    found = reopened(tmp_path, (level,), AUTOMATIC)
    assert (found.places, found.measured) == ((level,), True)


def test_a_vertebra_above_a_gap_that_has_only_a_number_is_measured_again_with_the_named_ones(tmp_path: Path) -> None:
    names = ("L5", "L4", "vertebra 3")
    levels = tuple(Level(name, (0.0, 0.0, 40.0 * k), LevelKind.VERTEBRA, "vertebra label") for k, name in enumerate(names))
    assert reopened(tmp_path, levels, AUTOMATIC) == LevelNames(levels, measured=True, told=(AUTOMATIC,))


def test_why_levels_are_numbered_is_told(tmp_path: Path) -> None:
    told = Observation("levels_not_named", "It cannot be told.")
    assert reopened(tmp_path, (disc("disc 1 (most caudal)", 0.0),), told) == LevelNames(told=(told,))


def test_what_a_segment_is_called_is_not_recorded() -> None:
    assert [one["code"] for one in recorded_naming((OTHER, AUTOMATIC))] == ["levels_named_automatically"]


def test_a_folder_of_an_earlier_version_tells_the_kind_by_the_name(tmp_path: Path) -> None:
    content = {"levels": [{"name": "L4", "position_ras_mm": [0, 0, 3], "source": "vertebra label"}], "observations": []}
    (tmp_path / "provenance.json").write_text(json.dumps(content))
    assert names_in(tmp_path).places[0].kind is LevelKind.VERTEBRA


def test_without_a_record_there_are_no_names(tmp_path: Path) -> None:
    assert names_in(tmp_path) == LevelNames()
    (tmp_path / "provenance.json").write_text("{}")
    assert names_in(tmp_path) == LevelNames()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"levels": 3}', '{"levels": [{"name": "L4/5"}]}', '{"observations": [{}]}']
)
def test_a_damaged_record_is_told_and_numbers_stay(tmp_path: Path, text: str) -> None:
    (tmp_path / "provenance.json").write_text(text)
    found = names_in(tmp_path)
    assert found.places == ()
    assert "provenance.json cannot be read" in found.told[0].sentence
