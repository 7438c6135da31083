"""A case's folder is there with all its files or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ParaspinalFatLib.cohort.case_folder import (
    UNFINISHED,
    forget_failure,
    new_case_folder,
    note_failure,
    read_failure,
    read_marker,
    sweep,
    write_marker,
)
from ParaspinalFatLib.errors import OutputError


def finish(output: Path, folder: str, text: str) -> None:
    with new_case_folder(output, folder) as staging:
        (staging / "a.csv").write_text(text)
        write_marker(staging, {"case": text})


def test_a_folder_appears_with_its_marker_at_the_end(tmp_path):
    with new_case_folder(tmp_path, "sub-1/ses-2") as staging:
        (staging / "a.csv").write_text("1")
        write_marker(staging, {"case": "a"})
        assert not (tmp_path / "sub-1").exists()
        assert read_marker(tmp_path, "sub-1/ses-2") is None
    assert read_marker(tmp_path, "sub-1/ses-2") == {"case": "a"}
    assert list((tmp_path / UNFINISHED).iterdir()) == []


def test_a_failure_leaves_nothing_and_keeps_what_was_there(tmp_path):
    finish(tmp_path, "sub-1", "old")
    with pytest.raises(RuntimeError), new_case_folder(tmp_path, "sub-1") as staging:
        (staging / "a.csv").write_text("new")
        raise RuntimeError
    assert read_marker(tmp_path, "sub-1") == {"case": "old"}
    assert list((tmp_path / UNFINISHED).iterdir()) == []


def test_new_results_replace_old_ones_with_all_their_files(tmp_path):
    finish(tmp_path, "sub-1", "old")
    (tmp_path / "sub-1" / "old.png").write_text("")
    finish(tmp_path, "sub-1", "new")
    assert sorted(file.name for file in (tmp_path / "sub-1").iterdir()) == ["a.csv", "case.json"]
    assert read_marker(tmp_path, "sub-1") == {"case": "new"}


def test_files_of_others_in_the_place_of_results_are_never_replaced(tmp_path):
    image = tmp_path / "sub-1" / "anat" / "sub-1_T2w.nii.gz"
    image.parent.mkdir(parents=True)
    image.write_text("the only copy")
    with pytest.raises(OutputError, match="no results of a case"):
        finish(tmp_path, "sub-1", "new")
    assert image.read_text() == "the only copy"


def test_what_a_killed_run_left_is_swept_away_and_results_are_not(tmp_path):
    finish(tmp_path, "sub-1", "a")
    (tmp_path / UNFINISHED / "half").mkdir()
    (tmp_path / UNFINISHED / "half" / "a.csv").write_text("")
    (tmp_path / ".part-x-status.tsv").write_text("")
    sweep(tmp_path)
    assert not (tmp_path / UNFINISHED).exists()
    assert not (tmp_path / ".part-x-status.tsv").exists()
    assert read_marker(tmp_path, "sub-1") == {"case": "a"}


def test_a_failure_is_noted_until_the_case_is_done(tmp_path):
    note_failure(tmp_path, "sub-1/ses-2", {"reason": "bad"})
    assert read_failure(tmp_path, "sub-1/ses-2") == {"reason": "bad"}
    forget_failure(tmp_path, "sub-1/ses-2")
    assert read_failure(tmp_path, "sub-1/ses-2") is None


def test_a_torn_marker_is_none(tmp_path):
    finish(tmp_path, "sub-1", "a")
    marker = tmp_path / "sub-1" / "case.json"
    marker.write_text(marker.read_text()[:5])
    assert read_marker(tmp_path, "sub-1") is None


def test_a_place_that_cannot_be_written_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"), new_case_folder(tmp_path / "file", "sub-1"):
        pass
