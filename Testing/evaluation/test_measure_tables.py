"""Tables of the page: order, dashes, units."""

import math

from ParaspinalFatLib.evaluation.measure_tables import OUTLINE_MEASURES, figure, in_order, measure_table


def row(structure, side, measure="dice", mean=0.9, n=3):
    return {"structure": structure, "side": side, "measure": measure, "mean": mean, "n": n}


def test_a_line_holds_the_measures_of_one_place_and_a_dash_for_what_is_missing():
    rows = [row("MF", "right"), row("MF", "right", "hd95_mm", 3.26), row("MF", "left", mean=math.nan)]
    table = measure_table("T2w", rows, OUTLINE_MEASURES, ("structure", "side"))
    assert table.rows[0][:6] == ("MF", "right", "3", "0.900", "–", "3.3")
    assert table.rows[1][:4] == ("MF", "left", "3", "–")
    assert all(len(line) == len(table.headings) for line in table.rows)


def test_units_and_thresholds_stand_below_the_headings():
    headings = {one.title: one.unit for one in measure_table("", [], OUTLINE_MEASURES, ()).headings}
    assert (headings["HD95"], headings["CSA error"], headings["FF error"], headings["AP"], headings["n"]) == (
        "mm", "%", "points", "IoU ≥ 0.75", "cases",
    )  # fmt: skip


def test_muscles_come_first_and_right_before_left_stays():
    rows = [row(name, side) for name in ("IVD", "PM", "MF", "ES+MF", "sacrum") for side in ("right", "left")]
    ordered = [(one["structure"], one["side"]) for one in in_order(rows)]
    assert list(dict.fromkeys(name for name, _ in ordered)) == ["ES+MF", "MF", "PM", "IVD", "sacrum"]
    assert [side for _, side in ordered] == ["right", "left"] * 5


def test_signs_are_shown_where_they_matter():
    assert figure(row("MF", "right", mean=1.234), "+.1f") == "+1.2"
    assert figure(None, ".3f") == "–"
