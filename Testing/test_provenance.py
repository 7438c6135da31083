"""provenance.json records what is needed to repeat a result, and no folder names."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from ParaspinalFatLib.provenance import as_json, checksum, provenance


def test_inputs_are_recorded_by_name_and_digest_without_the_folder_above(tmp_path):
    folder = tmp_path / "Mustermann^Erika"
    folder.mkdir()
    (folder / "t2.nii.gz").write_bytes(b"scan")
    text = as_json(provenance({"anatomy": folder / "t2.nii.gz"}, {"fat_method": "otsu"}))
    record = json.loads(text)
    assert record["inputs"]["anatomy"] == {"name": "t2.nii.gz", "sha256": hashlib.sha256(b"scan").hexdigest()}
    assert "Mustermann" not in text
    assert record["parameters"] == {"fat_method": "otsu"}
    assert record["versions"]["numpy"] == np.__version__


def test_a_folders_digest_does_not_depend_on_file_names_but_on_every_byte(tmp_path):
    for name, files in {"a": {"1": b"x", "2": b"y"}, "b": {"2": b"x", "1": b"y"}, "c": {"1": b"x", "2": b"z"}}.items():
        (tmp_path / name).mkdir()
        for file, content in files.items():
            (tmp_path / name / file).write_bytes(content)
    assert checksum(tmp_path / "a") == checksum(tmp_path / "b")
    assert checksum(tmp_path / "a") != checksum(tmp_path / "c")
    assert checksum(tmp_path / "a")["files"] == 2


def test_values_of_numpy_and_not_finite_ones_become_plain_json():
    content = {"a": np.float32(0.5), "b": np.arange(2), "c": float("nan"), "d": Path("x"), "e": float("inf")}
    assert json.loads(as_json(content)) == {"a": 0.5, "b": [0, 1], "c": None, "d": "x", "e": None}
