"""The review list: the most conspicuous first, read back as it was written, safe in a spreadsheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cohort.cohort_tables_drawn import name_of, write_cohort

from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.quality import assess
from ParaspinalFatLib.cohort.review_list import read_review_list, review_entries, write_review_list
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role


@pytest.fixture
def quality(tmp_path):
    """A cohort with two outliers and a case without a level."""
    return assess(write_cohort(tmp_path / "cohort", 20, areas={3: 600.0, 7: 1900.0}, protocols={5: {"levels": "L4/5"}}))


def test_the_farthest_value_comes_first_and_findings_last(quality):
    entries = review_entries(quality)
    assert [entry.case for entry in entries] == ["P-007", "P-003", "P-005"]
    assert [(entry.level, entry.structure, entry.side) for entry in entries[:2]] == [("L4/5", "MF", "right")] * 2
    assert entries[2].reasons == ("no level L5/S1",)
    assert entries[2].score == 0


def test_it_is_read_back_with_the_places_of_images_and_outlines(quality, tmp_path):
    image = tmp_path / "=images" / "a  b.nii.gz"
    inputs = [CaseInput(name_of(7), name_of(7), "", "sub-7", {Role.ANATOMY: str(image)})]
    entries = review_entries(quality, inputs)
    (tmp_path / "lists").mkdir()
    path = tmp_path / "lists" / "review_list.tsv"
    write_review_list(path, entries)
    read = read_review_list(path)
    assert [replace(entry, score=0, segmentation=Path(), images={}) for entry in read] == [
        replace(entry, score=0, segmentation=Path(), images={}) for entry in entries
    ]
    assert read[0].images[Role.ANATOMY].resolve() == image
    assert read[0].segmentation.resolve() == (tmp_path / "cohort" / "sub-7" / "segmentation.seg.nrrd").resolve()
    assert read[1].images == {}


def test_no_cell_is_a_formula(quality, tmp_path):
    entries = [replace(review_entries(quality)[0], case="=1+1", segmentation=tmp_path / "=x.seg.nrrd")]
    write_review_list(tmp_path / "review_list.tsv", entries)
    cells = (tmp_path / "review_list.tsv").read_text().splitlines()[1].split("\t")
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert read_review_list(tmp_path / "review_list.tsv")[0].segmentation == tmp_path / "=x.seg.nrrd"


@pytest.mark.parametrize(
    "content", ["", "case,segmentation\nA,b\n", "case\tsegmentation\nA\t\n", "case\tsegmentation\tscore\nA\tb\tx\n"]
)
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "list.tsv").write_text(content)
    with pytest.raises(InputError):
        read_review_list(tmp_path / "list.tsv")
