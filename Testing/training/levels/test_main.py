"""The level network's training command: a run on a drawn spine, resumed, begun with weights, refused with a sentence."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from training.training_commands import require_an_earlier_run_to_be_kept, require_an_end_without_matplotlib

from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.levels_card import read_levels_card
from ParaspinalFatLib.training.levels.__main__ import main
from ParaspinalFatLib.training.levels.preview import COLOURS


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One scan with the numbered bodies L5 (5) to L1 (1), 22 mm high and 8 mm apart."""
    labels = np.zeros((200, 70, 9), np.uint8)
    for number in range(5):
        row = 28 + 30 * number
        labels[row : row + 22, 20:50] = 5 - number
    folder = tmp_path / "data" / "sagittal_vertebrae" / "vb3_00"
    folder.mkdir(parents=True)
    for name, array in (("image", labels.astype(np.int16) * 10 + 5), ("labels", labels)):
        sitk.WriteImage(sitk.GetImageFromArray(array), str(folder / f"{name}.nii.gz"))
    return tmp_path / "data"


def run(data: Path, out: Path, *more: str) -> int:
    return main(["--data", str(data), "--out", str(out), "--device", "cpu", *more])


def test_a_run_leaves_usable_weights_is_resumed_and_another_begins_with_them(data, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert run(data, first, "--iterations", "1") == 0
    assert run(data, first, "--iterations", "2", "--resume") == 0
    card = read_levels_card(first / "spine-levels.json")
    require_unaltered(card)
    assert card.content["training"]["iterations"] == 2
    assert card.content["training"]["settings"]["precision"] == "float32"
    assert "begun_with" not in card.content["training"]

    more = ("--start", str(card.weights_path), "--precision", "bfloat16", "--learning-rate", "1e-30")
    assert run(data, second, "--iterations", "1", *more) == 0
    continued = read_levels_card(second / "spine-levels.json")
    assert continued.content["training"]["begun_with"]["sha256"] == card.sha256
    assert continued.content["training"]["settings"]["precision"] == "bfloat16"
    assert not any("is unknown" in sentence for sentence in continued.content["limitations"])
    assert continued.sha256 == card.sha256  # a learning rate of nothing: the weights it began with


def test_weights_to_start_from_that_are_absent_or_of_another_network_end_with_a_sentence(data, tmp_path, repository, capsys):
    assert run(data, tmp_path / "out", "--start", str(tmp_path / "none.safetensors")) == 3
    assert "none.safetensors cannot be read" in capsys.readouterr().err
    fat = repository / "Resources" / "Weights" / "paraspinal-fat.safetensors"
    assert run(data, tmp_path / "out", "--start", str(fat)) == 3
    assert "does not fit this network" in capsys.readouterr().err


def test_a_preview_shows_what_is_to_be_found_and_trains_nothing(data, tmp_path):
    from matplotlib import image

    assert run(data, tmp_path / "out", "--preview", str(tmp_path / "sheet.png")) == 0
    picture = image.imread(tmp_path / "sheet.png")[..., :3]
    for colour in (COLOURS[SpineClass.DISC], COLOURS[SpineClass.LOWEST_BODY]):
        assert (np.abs(picture - np.array(colour)).max(axis=2) < 0.1).sum() > 20
    assert not (tmp_path / "out").exists()


def test_the_card_cites_only_the_set_that_was_there_and_the_run_draws_its_curve(data, tmp_path):
    assert run(data, tmp_path / "out", "--iterations", "1") == 0
    content = read_levels_card(tmp_path / "out" / "spine-levels.json").content
    assert [entry["name"] for entry in content["training"]["data"]] == ["sagittal_vertebrae"]
    assert (tmp_path / "out" / "curve.png").stat().st_size > 1000


def test_a_run_is_not_resumed_with_other_spines(data, tmp_path, capsys):
    assert run(data, tmp_path / "out", "--iterations", "1") == 0
    folder = data / "sagittal_vertebrae"
    shutil.copytree(folder / "vb3_00", folder / "vb3_01")
    assert run(data, tmp_path / "out", "--iterations", "2", "--resume") == 3
    assert "did not learn from vb3_01" in capsys.readouterr().err


def test_a_run_is_not_resumed_with_corrected_labels(data, tmp_path, capsys):
    assert run(data, tmp_path / "out", "--iterations", "1") == 0
    path = str(data / "sagittal_vertebrae" / "vb3_00" / "labels.nii.gz")
    labels = sitk.GetArrayFromImage(sitk.ReadImage(path))
    labels[28:32] = 0
    sitk.WriteImage(sitk.GetImageFromArray(labels), path)
    assert run(data, tmp_path / "out", "--iterations", "2", "--resume") == 3
    assert "other images or labels of vb3_00" in capsys.readouterr().err


def test_figures_that_cannot_be_read_end_with_a_sentence_before_training(data, tmp_path, capsys):
    assert run(data, tmp_path / "out", "--metrics", str(tmp_path / "none.json")) == 3
    assert "none.json cannot be read" in capsys.readouterr().err


def test_an_earlier_run_is_neither_written_over_nor_resumed_without_its_checkpoint(data, tmp_path, capsys):
    require_an_earlier_run_to_be_kept(partial(run, data), tmp_path, "spine-levels.json", capsys)


def test_without_matplotlib_the_command_ends_before_anything_is_read(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    require_an_end_without_matplotlib(partial(run, data), tmp_path / "out", capsys)


def test_weights_to_start_from_that_have_no_card_are_told_on_the_new_one(data, tmp_path):
    assert run(data, tmp_path / "out", "--iterations", "1") == 0
    start = shutil.copy(tmp_path / "out" / "spine-levels.safetensors", tmp_path / "start.safetensors")
    assert run(data, tmp_path / "second", "--iterations", "1", "--start", str(start)) == 0
    content = read_levels_card(tmp_path / "second" / "spine-levels.json").content
    assert "unknown" in content["training"]["begun_with"]["learned_from"]
    assert any("what they had learned from is unknown" in sentence for sentence in content["limitations"])
