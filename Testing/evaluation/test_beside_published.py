"""Published figures beside ours: only those that we have as well, weaker ones too."""

import math

import pytest

from ParaspinalFatLib.evaluation.beside_published import fat_beside_published, outlines_beside_published
from ParaspinalFatLib.report.document import Bullets, TableBlock


def row(structure="MF", side="right", measure="dice", mean=0.8, level="whole", contrast="T2w", method="network"):
    return {
        "structure": structure, "side": side, "measure": measure, "mean": mean, "level": level, "contrast": contrast,
        "method": method,
    }  # fmt: skip


def tables(blocks):
    return [block for block in blocks if isinstance(block, TableBlock)]


def test_both_sides_stand_beside_the_published_figure():
    section = outlines_beside_published([row(), row(side="left", mean=0.7), row(level="L4/5", mean=0.1)])
    (table,) = tables(section.blocks)
    assert ("MF", "Dice", "0.91 internal, 0.90 external", "JOR Spine 2024", "0.800 / 0.700") in table.rows
    assert {line[0] for line in table.rows} == {"MF"}


@pytest.mark.parametrize(
    ("sides", "cell"), [(("left", "right"), "0.900 / 0.100"), (("left",), "– / 0.100"), (("right",), "0.900 / –")]
)
def test_the_right_side_stands_first_whichever_label_came_first_or_is_missing(sides, cell):
    means = {"right": 0.9, "left": 0.1}
    (table,) = tables(outlines_beside_published([row(side=side, mean=means[side]) for side in sides]).blocks)
    assert {line[-1] for line in table.rows} == {cell}


def test_each_method_has_a_table_with_a_column_for_each_contrast():
    rows = [row(method=method, contrast=contrast) for method in ("network", "multi-atlas") for contrast in ("T1w", "T2w")]
    found = tables(outlines_beside_published(rows).blocks)
    assert [table.title.split(":")[0] for table in found] == ["network", "multi-atlas"]
    assert [heading.title for heading in found[0].headings[-2:]] == ["T1w", "T2w"]


def test_only_sources_of_shown_figures_are_explained():
    (bullets,) = [
        block for block in outlines_beside_published([row("canal", "midline", "iou")]).blocks if isinstance(block, Bullets)
    ]
    assert len(bullets.items) == 1
    assert bullets.items[0].startswith("Spine Explorer")


def test_without_a_comparable_figure_there_is_no_table():
    assert tables(outlines_beside_published([row("VB", "midline")]).blocks) == []


def test_fat_maps_stand_beside_as_the_mean_over_muscles_and_what_has_no_value_is_left_out():
    rows = [row(measure="kappa", mean=mean, structure=name) for name, mean in (("MF", 0.6), ("ES", 0.4), ("PM", math.nan))]
    table = fat_beside_published([one | {"method": "otsu"} for one in rows])[0]
    kappa = next(line for line in table.rows if line[0] == "kappa")
    assert kappa == ("kappa", "0.76 internal, 0.61 external", "JOR Spine 2024, fat model", "0.50")
    assert table.headings[-1].title == "otsu, T2w"
    assert next(line for line in table.rows if line[0] == "AUC")[-1] == "–"


@pytest.mark.parametrize(("of_lo", "mean"), [("right", "0.60"), ("left", "0.55")])
def test_erector_spinae_does_not_count_twice_in_the_mean_over_muscles_where_its_parts_are_there(of_lo, mean):
    figures = (("MF", "right", 0.6), ("ES", "right", 0.4), ("IL", "right", 0.9), ("LO", of_lo, 0.3))
    rows = [row(name, side, "kappa", value) | {"method": "otsu"} for name, side, value in figures]
    assert next(line for line in fat_beside_published(rows)[0].rows if line[0] == "kappa")[-1] == mean


@pytest.mark.parametrize("words", ["no figure here shows that one method is better", "authors on their own scans"])
def test_the_reader_is_told_that_the_data_differ(words):
    assert words in outlines_beside_published([row()]).blocks[0].text
