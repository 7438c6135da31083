"""What stands out in drawn tables is found, and nothing else."""

from __future__ import annotations

import csv

import pytest
from cohort.cohort_tables_drawn import write_cohort

from ParaspinalFatLib.cohort.quality import assess, write_outliers
from ParaspinalFatLib.errors import InputError


def phrases(quality, kind):
    """Case and phrase of every finding of a kind."""
    return [(finding.case, finding.phrase) for finding in quality.of_kind(kind)]


def test_a_cohort_of_like_cases_has_nothing_to_tell(tmp_path):
    quality = assess(write_cohort(tmp_path, 20))
    assert not quality.outliers
    assert not quality.findings


def test_an_area_far_from_the_others_is_an_outlier_of_its_muscle_side_and_level(tmp_path):
    quality = assess(write_cohort(tmp_path, 20, areas={3: 400.0}))
    (outlier,) = quality.outliers
    assert (outlier.case, outlier.group.side, outlier.group.level) == ("P-003", "right", "L4/5")
    assert outlier.z == pytest.approx(0.6745 * (400 - 1000) / 10)
    assert not assess(tmp_path, cut=50.0).outliers


def test_missing_levels_and_muscles_are_named(tmp_path):
    quality = assess(write_cohort(tmp_path, 20, protocols={6: {"levels": "L4/5"}}, without_left=(8,)))
    assert phrases(quality, "level") == [("P-006", "no level L5/S1")]
    assert phrases(quality, "structure") == [("P-008", "not measured: left MF")]


def test_other_protocols_are_named_and_small_differences_of_spacing_are_not(tmp_path):
    other = {1: {"column_mm": "0.5"}, 2: {"fat_method": "otsu", "images": "anatomy"}, 3: {"slice_mm": "4.1"}}
    quality = assess(write_cohort(tmp_path, 20, protocols=other))
    assert phrases(quality, "protocol") == [
        ("P-001", "pixel width 0.5 mm, median 1.2 mm"),
        ("P-002", "images anatomy, not water;fat; fat method otsu, not dixon"),
    ]
    assert list(quality.protocols.values()) == [17, 1, 1, 1]


def test_what_the_program_says_of_few_cases_is_a_reason_and_what_it_says_of_all_is_not(tmp_path):
    quality = assess(write_cohort(tmp_path, 20, protocols={4: {"observations": "withheld;sides_swapped"}}))
    assert phrases(quality, "noticed") == [("P-004", "noticed in few cases: sides swapped")]


def test_failed_cases_are_counted_and_not_measured(tmp_path):
    quality = assess(write_cohort(tmp_path, 20, failed=3))
    assert (quality.count("done"), quality.count("failed")) == (20, 3)
    assert not quality.findings


def test_a_cohort_without_a_measured_case_can_be_assessed(tmp_path):
    quality = assess(write_cohort(tmp_path, 0, failed=2))
    assert (quality.outliers, quality.findings) == ([], [])


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"cases\.tsv does not exist"):
        assess(tmp_path)


def test_outliers_are_written_with_what_they_were_compared_to(tmp_path):
    write_outliers(tmp_path / "outliers.tsv", assess(write_cohort(tmp_path, 20, areas={3: 400.0})).outliers)
    with (tmp_path / "outliers.tsv").open(newline="") as file:
        (row,) = csv.DictReader(file, delimiter="\t")
    assert (row["case"], row["value"], row["median"], row["n"]) == ("P-003", "400", "1000", "20")
