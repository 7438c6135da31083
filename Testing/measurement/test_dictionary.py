import csv
import re

from ParaspinalFatLib.measurement.dictionary import (
    BY_NAME,
    COLUMNS,
    Kind,
    help_text,
    markdown,
    write_dictionary_csv,
    write_dictionary_markdown,
)

UNIT_ENDINGS = {"mm2": "mm2", "ml": "mL", "pct": "%", "mm": "mm", "deg": "degree"}


def test_every_column_is_named_once_and_explained():
    assert len(BY_NAME) == len(COLUMNS)
    assert all(len(column.meaning) > 10 for column in COLUMNS)


def test_the_unit_in_a_name_is_the_unit_of_the_column():
    for column in COLUMNS:
        ending = column.name.rsplit("_", 1)[-1]
        if ending in UNIT_ENDINGS:
            assert column.unit == UNIT_ENDINGS[ending], column.name
        else:
            assert column.unit in ("", "a.u.", "mm2/a.u."), column.name


def test_no_column_uses_the_abbreviation_that_means_two_things():
    assert not any("fcsa" in column.name.lower() for column in COLUMNS)


def test_every_number_but_keys_and_means_says_how_it_is_computed():
    without = [c.name for c in COLUMNS if c.kind is not Kind.TEXT and c.topic != "key" and not c.formula]
    assert without == ["obliquity_deg", "centroid_r_mm", "centroid_a_mm", "centroid_s_mm"]


def test_help_names_meaning_unit_formula_and_source():
    text = help_text(BY_NAME["ff_ratio_pct"])
    assert "ratio of the sums" in text
    assert "Unit: %" in text
    assert "sum F / sum (F + W)" in text
    assert "doi" in text


def test_texts_of_the_dictionary_are_safe_in_a_table():
    assert not any(set('"\n') & set(column.meaning + column.formula + column.source) for column in COLUMNS)


def test_the_markdown_table_has_one_line_per_column_and_no_broken_cell():
    lines = markdown().splitlines()
    assert len(lines) == len(COLUMNS) + 2
    cells = {len(re.split(r"(?<!\\)\|", line)) for line in lines}
    assert cells == {10}


def test_the_files_list_every_column_in_the_order_of_the_table(tmp_path):
    write_dictionary_csv(tmp_path / "columns.csv")
    write_dictionary_markdown(tmp_path / "columns.md")
    with (tmp_path / "columns.csv").open(newline="", encoding="utf-8") as file:
        assert [row["name"] for row in csv.DictReader(file)] == [column.name for column in COLUMNS]
    assert (tmp_path / "columns.md").read_text(encoding="utf-8").count("\n|") == len(COLUMNS) + 2


def test_a_column_of_both_sides_does_not_apply_to_one():
    asymmetry = BY_NAME["asymmetry_rl_pct"]
    assert asymmetry.applies_to("slice", "both", True)
    assert not asymmetry.applies_to("slice", "right", True)
    assert not asymmetry.applies_to("slice", "both", False)
