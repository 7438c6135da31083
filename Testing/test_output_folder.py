"""The output folder changes only when everything in it is complete."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.output_folder import complete_folder, require_usable


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


def test_a_link_to_a_folder_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dangling").symlink_to(tmp_path / "later")
    for name in ("link", "dangling"):
        with complete_folder(tmp_path / name, overwrite=False) as staging:
            (staging / "a.csv").write_text(name)
    assert (tmp_path / "real" / "a.csv").read_text() == "link"
    assert (tmp_path / "later" / "a.csv").read_text() == "dangling"


def test_a_folder_in_the_place_of_a_result_changes_nothing(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    (tmp_path / "b.png").mkdir()
    with pytest.raises(OutputError, match=r"b\.png is a folder"), complete_folder(tmp_path, overwrite=True) as staging:
        (staging / "a.csv").write_text("new")
        (staging / "b.png").write_text("new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.csv", "b.png"]
    assert (tmp_path / "a.csv").read_text() == "old"


def test_a_failure_in_the_middle_of_the_exchange_puts_every_old_file_back(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("old a")
    (tmp_path / "b.csv").write_text("old b")
    rename = Path.rename

    def failing(self, target):
        if self.name == "b.csv" and self.read_text() == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="No space left"), complete_folder(tmp_path, overwrite=True) as staging:
        (staging / "a.csv").write_text("new")
        (staging / "b.csv").write_text("new")
    assert sorted((file.name, file.read_text()) for file in tmp_path.iterdir()) == [("a.csv", "old a"), ("b.csv", "old b")]


def test_results_that_the_new_run_lacks_go_with_the_old_run(tmp_path):
    (tmp_path / "case.mrb").write_text("of the old run")
    (tmp_path / "notes.txt").write_text("mine")
    with complete_folder(tmp_path, overwrite=True, replaced=["case.mrb", "a.csv"]) as staging:
        (staging / "a.csv").write_text("new")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "notes.txt"]


def test_a_name_that_is_too_long_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(OutputError, match="Cannot write"):
        require_usable(tmp_path / ("x" * 300), overwrite=False)
