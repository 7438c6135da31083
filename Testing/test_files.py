"""Files appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat

import pytest

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.files import sha256_of, written_whole


def test_a_failed_write_keeps_the_old_content_and_leaves_no_other_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(ValueError, match="half way"), written_whole(path) as beside:
        beside.write_text("new")
        raise ValueError("half way")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_being_written_has_the_ending_of_the_final_one(tmp_path):
    with written_whole(tmp_path / "scan.nii.gz") as beside:
        assert beside.name.endswith(".nii.gz")
        assert not (tmp_path / "scan.nii.gz").exists()


def test_others_may_read_the_file_as_they_may_any_new_file(tmp_path):
    (tmp_path / "ordinary").write_text("")
    with written_whole(tmp_path / "ours") as beside:
        beside.write_text("")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ordinary", "ours")}
    assert len(modes) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_private_file_is_for_its_owner_only_from_the_first_moment(tmp_path):
    with written_whole(tmp_path / "key", private=True) as beside:
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(OutputError, match="absent"), written_whole(tmp_path / "absent" / "table.csv"):
        pass


def test_the_digest_is_that_of_the_content(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 3_000_000)
    assert sha256_of(tmp_path / "file") == hashlib.sha256(b"x" * 3_000_000).hexdigest()
