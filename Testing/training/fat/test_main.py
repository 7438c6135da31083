"""The fat network's training command: a run on a user's own Dixon subject, resumed, continued, refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.fat_card import read_fat_card
from ParaspinalFatLib.training.fat.__main__ import main
from ParaspinalFatLib.training.subjects import Subject


@pytest.fixture
def own(as_own_data: Callable[[Subject], Path], dixon_subject: Subject) -> Path:
    """A folder with one subject of the user's own, called anna."""
    return as_own_data(replace(dixon_subject, name="anna"))


def run(own: Path, out: Path, *more: str) -> int:
    return main(["--data", str(out / "none"), "--own", str(own), "--out", str(out), *more])


def test_a_run_leaves_usable_weights_and_can_be_resumed_and_continued(own, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert run(own, first, "--iterations", "1") == 0
    assert run(own, first, "--iterations", "2", "--resume") == 0
    card = read_fat_card(first / "paraspinal-fat.json")
    require_unaltered(card)
    assert card.content["training"]["iterations"] == 2
    assert card.content["training"]["data"] == [{"name": "anna", "use": "user's own subject"}]

    comparison = tmp_path / "comparison.json"
    comparison.write_text(json.dumps({"conditions": {"n_subjects": 1}, "by_method": [{"method": "otsu"}]}))
    more = ("--start", str(first / "paraspinal-fat.safetensors"), "--development", str(comparison))
    assert run(own, second, "--iterations", "1", *more) == 0
    content = read_fat_card(second / "paraspinal-fat.json").content
    assert content["training"]["begun_with"]["iterations"] == 2
    assert content["training"]["begun_with"]["sha256"] == card.sha256
    assert content["training"]["development_run"] == {"n_subjects": 1}
    assert content["metrics"] == [{"method": "otsu", "weights": "development run, not these weights"}]


def test_a_folder_without_dixon_subjects_ends_with_a_sentence_and_a_status(own, tmp_path, capsys):
    for file in (own / "anna").glob("fat*"):
        file.unlink()
    (own / "anna" / "water.nii.gz").rename(own / "anna" / "image.nii.gz")
    assert run(own, tmp_path / "out", "--iterations", "1") == 3
    assert "No subject with a water and a fat image was found" in capsys.readouterr().err


def test_a_subject_that_is_left_out_is_not_learned_from(own, tmp_path, capsys):
    assert run(own, tmp_path / "out", "--iterations", "1", "--without", "anna") == 3
    assert "No subject" in capsys.readouterr().err
