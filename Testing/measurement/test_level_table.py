"""The table of one level says for every cell what it is, or why it is empty."""

from __future__ import annotations

from typing import Any

import pytest

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.dictionary import BY_NAME, COLUMNS
from ParaspinalFatLib.measurement.level_table import (
    EMPTY,
    WHOLE,
    as_tab_separated,
    full_name,
    headings_of,
    level_choices,
    muscles_in,
    reason_for,
    shown_rows,
)
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.table import Table

LEVELS = (Level("L4/5", (0.0, 0.0, -10.0)), Level("L1/2", (0.0, 0.0, 10.0)))


def row(**cells: Any) -> dict[str, Any]:
    empty = {column.name: None for column in COLUMNS}
    return {
        **empty,
        "structure": "MF",
        "side": "right",
        "region": "whole",
        "voxels": 100,
        "ff_validity": "as published",
        **cells,
    }


def cells_of(table: Table, level: str, number: int = 0) -> dict[str, Any]:
    shown = shown_rows(table, level)[number]
    return {heading.column.name: cell for heading, cell in zip(headings_of(level), shown.cells, strict=True)}


@pytest.fixture
def table(two_multifidi: Image, a_fifth_fat: FatMap) -> Table:
    return measure_labels({}, two_multifidi, a_fifth_fat, LEVELS).table


def test_levels_are_offered_from_cranial_to_caudal_and_the_whole_scan_last(table: Table) -> None:
    assert level_choices(table) == ["L1/2", "L4/5", WHOLE]
    assert level_choices(Table([])) == [WHOLE]


def test_a_level_shows_each_side_and_both_together(table: Table) -> None:
    shown = shown_rows(table, "L4/5")
    assert [(one.row["structure"], one.row["side"]) for one in shown] == [("MF", "right"), ("MF", "left"), ("MF", "both")]
    assert all(one.row["level"] == "L4/5" for one in shown)
    assert muscles_in(table) == ["MF"]


def test_figures_are_those_of_the_tidy_table_rounded(table: Table) -> None:
    tidy = table.one(structure="MF", side="right", region="level", level="L4/5")
    cells = cells_of(table, "L4/5")
    assert cells["csa_mm2"].text == f"{tidy['csa_mm2']:.0f}"
    assert cells["ff_mean_pct"].text == "20.0"
    assert cells["lean_area_mm2"].text == f"{tidy['lean_area_mm2']:.0f}"


def test_what_has_no_meaning_in_a_row_is_blank_and_what_is_missing_has_its_reason(table: Table) -> None:
    cells = cells_of(table, "L4/5")
    assert (cells["asymmetry_larger_pct"].text, cells["asymmetry_larger_pct"].notes) == ("", ())
    assert cells["rcsa"].text == EMPTY
    assert cells["rcsa"].notes == ("rcsa: no disc is labelled in this slice",)
    assert cells_of(table, "L4/5", 2)["asymmetry_larger_pct"].text != ""


def test_the_whole_scan_has_volumes_instead_of_areas(table: Table) -> None:
    names = [heading.column.name for heading in headings_of(WHOLE)]
    assert names[0] == "volume_ml"
    assert cells_of(table, WHOLE)["volume_ml"].text == f"{table.rows[0]['volume_ml']:.1f}"


def test_fat_that_is_not_validated_is_noted_at_every_fat_figure_and_at_no_size() -> None:
    table = Table([row(volume_ml=1.0, ff_mean_pct=5.0, lean_volume_ml=0.9, ff_validity="not validated: a reason")])
    cells = cells_of(table, WHOLE)
    assert cells["ff_mean_pct"].notes == ("not validated: a reason",)
    assert cells["lean_volume_ml"].notes == ("not validated: a reason",)
    assert cells["volume_ml"].notes == ()


def test_a_volume_outside_published_ones_is_noted_at_the_volume_alone() -> None:
    table = Table([row(volume_ml=1.0, ff_mean_pct=5.0, flags="touches_edge; volume_outside_published")])
    cells = cells_of(table, WHOLE)
    assert cells["volume_ml"].notes == ("outside published: volume_outside_published",)
    assert cells["ff_mean_pct"].notes == ()


def test_a_position_among_published_values_is_shown_with_its_study() -> None:
    position = "ff_mean_pct below the 25th percentile (median 21.8)"
    table = Table([row(ff_mean_pct=5.0, reference_position=position, reference_source="Study 2026: 173 adults")])
    cell = cells_of(table, WHOLE)["reference_position"]
    assert cell.text == "below the 25th percentile (median 21.8)"
    assert cell.notes == (f"{position}: Study 2026: 173 adults",)


@pytest.mark.parametrize(
    ("reason", "column", "found"),
    [
        ("signal: none; rcsa: no disc", "rcsa", "rcsa: no disc"),
        ("rcsa and reference: far off", "reference_position", "rcsa and reference: far off"),
        ("fat: no voxel has a fat fraction", "ff_mean_pct", "fat: no voxel has a fat fraction"),
        ("rcsa: no disc", "csa_mm2", ""),
        (None, "rcsa", ""),
    ],
)
def test_a_reason_speaks_for_its_column_or_its_topic(reason: str | None, column: str, found: str) -> None:
    assert reason_for(row(reason=reason), BY_NAME[column]) == found


def test_the_reason_of_an_empty_row_speaks_for_all_its_cells() -> None:
    assert reason_for(row(voxels=None, reason="MF is not labelled in this slice"), BY_NAME["csa_mm2"]) == (
        "MF is not labelled in this slice"
    )


def test_copied_text_has_units_full_names_and_notes_and_no_mark_for_what_is_empty(table: Table) -> None:
    lines = [line.split("\t") for line in as_tab_separated(shown_rows(table, "L4/5"), "L4/5").splitlines()]
    assert lines[0][:5] == ["Muscle", "Side", "Level", "CSA (mm²)", "FF (%)"]
    assert lines[1][:3] == ["multifidus (MF)", "right", "L4/5"]
    assert lines[1][lines[0].index("rCSA")] == ""
    assert "no disc is labelled" in lines[1][-1]
    assert {len(line) for line in lines} == {len(lines[0])}


def test_sums_have_the_names_of_their_muscles() -> None:
    assert full_name("ES+MF") == "erector spinae + multifidus (ES+MF)"


def test_a_row_knows_its_muscle_and_where_it_lies(table: Table) -> None:
    shown = shown_rows(table, "L4/5")[1]
    assert shown.identifier == "MF_left"
    assert shown.place == pytest.approx((-15.0, 0.0, -10.0), abs=1.0)
    empty = shown_rows(Table([row(voxels=None, reason="part missing")]), WHOLE)[0]
    assert empty.place is None
