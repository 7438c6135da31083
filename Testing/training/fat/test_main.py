"""The fat network's training command: a run on a user's own Dixon subject, resumed, continued, refused with a sentence."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from training.training_commands import require_an_earlier_run_to_be_kept, require_an_end_without_matplotlib

from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.fat_card import read_fat_card
from ParaspinalFatLib.training.fat.__main__ import main
from ParaspinalFatLib.training.fat.preview import MUSCLE_COLOUR
from ParaspinalFatLib.training.fat.trainer import FatTrainer
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


def test_a_preview_shows_muscles_and_their_fat_and_trains_nothing(own, tmp_path):
    from matplotlib import image

    assert run(own, tmp_path / "out", "--preview", str(tmp_path / "sheet.png")) == 0
    picture = image.imread(tmp_path / "sheet.png")[..., :3]
    outlines = np.abs(picture - np.array(MUSCLE_COLOUR)).max(axis=2) < 0.1
    bright = (picture[..., 0] > 0.9) & (picture[..., 2] < 0.6)  # the fat end of the colours
    assert outlines.sum() > 100
    assert bright.sum() > 100
    assert not (tmp_path / "out").exists()


def test_a_run_draws_its_curve(own, tmp_path):
    assert run(own, tmp_path / "out", "--iterations", "1") == 0
    assert (tmp_path / "out" / "curve.png").stat().st_size > 1000


def test_a_run_is_not_resumed_with_other_people(own, tmp_path, capsys):
    assert run(own, tmp_path / "out", "--iterations", "1") == 0
    shutil.copytree(own / "anna", own / "ben")
    assert run(own, tmp_path / "out", "--iterations", "2", "--resume") == 3
    assert "did not learn from ben" in capsys.readouterr().err


def test_an_output_that_is_a_file_and_a_comparison_that_is_none_end_with_a_sentence(own, tmp_path, capsys):
    (tmp_path / "file").write_text("{}")
    assert run(own, tmp_path / "file") == 7
    assert "is a file" in capsys.readouterr().err
    assert run(own, tmp_path / "out", "--development", str(tmp_path / "file")) == 3
    assert "has no by_method, conditions" in capsys.readouterr().err


def test_a_run_that_is_stopped_says_how_to_continue(own, tmp_path, capsys, monkeypatch):
    def stopped(*_arguments: object) -> None:
        raise KeyboardInterrupt

    assert run(own, tmp_path / "out", "--iterations", "1") == 0
    monkeypatch.setattr(FatTrainer, "_step", stopped)
    assert run(own, tmp_path / "out", "--iterations", "2", "--resume") == 130
    assert "--resume" in capsys.readouterr().err


def test_an_earlier_run_is_neither_written_over_nor_resumed_without_its_checkpoint(own, tmp_path, capsys):
    require_an_earlier_run_to_be_kept(partial(run, own), tmp_path, "paraspinal-fat.json", capsys)


def test_without_matplotlib_the_command_ends_before_anything_is_read(own, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    require_an_end_without_matplotlib(partial(run, own), tmp_path / "out", capsys)
