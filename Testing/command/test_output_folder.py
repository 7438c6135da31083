"""The output folder changes only when everything in it is complete."""

from __future__ import annotations

import os

import pytest

from ParaspinalFatLib.command.output_folder import complete_folder, require_usable
from ParaspinalFatLib.errors import OutputError


def test_results_appear_together_at_the_end(tmp_path):
    with complete_folder(tmp_path / "new" / "case", overwrite=False) as staging:
        (staging / "a.csv").write_text("1")
        assert not (tmp_path / "new" / "case").exists()
    assert (tmp_path / "new" / "case" / "a.csv").read_text() == "1"
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == ["case"]


def test_a_failure_leaves_nothing_not_even_the_folders_made_for_it(tmp_path):
    with pytest.raises(RuntimeError), complete_folder(tmp_path / "new" / "case", overwrite=False) as staging:
        (staging / "a.csv").write_text("1")
        raise RuntimeError("the network was killed")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_overwriting_keeps_the_old_results(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(RuntimeError), complete_folder(tmp_path, overwrite=True) as staging:
        (staging / "a.csv").write_text("new")
        raise RuntimeError
    assert (tmp_path / "a.csv").read_text() == "old"


def test_overwriting_replaces_results_and_keeps_other_files(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    with complete_folder(tmp_path, overwrite=True) as staging:
        (staging / "a.csv").write_text("new")
    assert sorted((file.name, file.read_text()) for file in tmp_path.iterdir()) == [("a.csv", "new"), ("notes.txt", "mine")]


def test_existing_results_are_refused_without_overwrite(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(OutputError, match="--overwrite"):
        require_usable(tmp_path, overwrite=False)


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "case").write_text("a file")
    with pytest.raises(OutputError, match="is a file"):
        require_usable(tmp_path / "case", overwrite=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Cannot write"):
        require_usable(tmp_path / "case", overwrite=False)


def test_a_place_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Cannot write"):
        require_usable(tmp_path / "file" / "case", overwrite=False)
