"""The report of a case says what its results say, and no more than it may."""

from __future__ import annotations

import json

import pytest
from report.result_folder import without_pictures, write_folder

from ParaspinalFatLib.report.case_files import read_case
from ParaspinalFatLib.report.case_report import Shown, case_report
from ParaspinalFatLib.report.document import Bullets, Facts, Paragraph, Picture, TableBlock
from ParaspinalFatLib.report.html import as_html


@pytest.fixture
def folder(tmp_path):
    """Results of the drawn case."""
    write_folder(tmp_path / "Jane", name="Doe.nii.gz")
    return tmp_path / "Jane"


def section(document, title):
    """The blocks below a heading."""
    return next(one.blocks for one in document.sections if one.title == title)


def test_each_level_has_a_table_from_cranial_to_caudal(folder):
    tables = section(case_report(read_case(folder), Shown()), "Muscles by level")
    assert [table.title for table in tables] == ["Level L4/5", "Level L5/S1"]
    right = next(row for row in tables[0].rows if row[:2] == ("Multifidus (MF)", "right"))
    assert right[2].startswith("400")  # 10 rows of 2 mm by 20 columns of 1 mm
    assert right[3].startswith("30.0")


def test_cells_that_are_empty_have_a_numbered_reason(folder):
    document = case_report(read_case(folder), Shown())
    row = section(document, "Muscles by level")[0].rows[0]
    notes = [one.text for one in section(document, "Notes to the tables")]
    number = row[-1].partition("[")[2].rstrip("]")
    assert any(note.startswith(f"[{number}] No published values match") for note in notes)


def test_what_the_program_noticed_stands_in_words(folder):
    blocks = section(case_report(read_case(folder), Shown()), "Quality")
    assert blocks == [Bullets(("The left multifidus is <small> & pale.",))]


def test_a_review_that_was_exported_is_told(folder):
    text = "level,first_slice,last_slice,verdict,initials,reviewed_at,changed_since\n"
    text += "L5/S1,0,0,accepted,AB,2026-11-20T10:00,no\nL4/5,1,2,corrected,AB,2026-11-20T10:05,yes\n"
    (folder / "review.csv").write_text(text)
    said, table = section(case_report(read_case(folder), Shown()), "Review by a reader")
    assert said == Paragraph("2 of 2 levels judged.")
    assert isinstance(table, TableBlock)
    assert table.rows[0][:3] == ("L4/5", "accepted after correction", "AB")
    assert table.rows[0][4] == "outlines changed after the verdict"


def test_without_a_review_it_says_so(folder):
    assert section(case_report(read_case(folder), Shown()), "Review by a reader") == [
        Paragraph("No reader has reviewed these outlines.")
    ]


def test_an_anonymised_report_names_neither_case_nor_patient_nor_files(folder):
    (folder / "case.json").write_text(json.dumps({"case": "Jane", "session": "Doe", "person": {"sex": "female"}}))
    shown = Shown("Jane", (("Name", "Doe, Jane"),), (("Institution", "Doe Clinic"),), anonymised=True)
    page = without_pictures(as_html(case_report(read_case(folder), shown)))
    assert "Doe" not in page
    assert "Jane" not in page
    assert "female" in page
    assert "Doe, Jane" in as_html(case_report(read_case(folder), Shown("Jane", (("Name", "Doe, Jane"),))))


def test_without_images_the_overlay_of_the_folder_is_shown(folder):
    (picture,) = section(case_report(read_case(folder), Shown()), "Outlines and fat fraction by level")
    assert isinstance(picture, Picture)
    assert picture.png == (folder / "overlay.png").read_bytes()
    assert picture.size_mm == pytest.approx((180.0, 180.0 * 40 / 120))


def test_provenance_names_program_and_checksums(folder):
    (facts,) = section(case_report(read_case(folder), Shown()), "How these figures were made")
    assert isinstance(facts, Facts)
    lines = dict(facts.lines)
    assert lines["Program"] == "ParaspinalFat 0.1.0"
    assert "SHA-256" in lines["Dixon water image"]
