"""The level network's training command: a run on a drawn spine, resumed, begun with weights, refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.levels_card import read_levels_card
from ParaspinalFatLib.training.levels.__main__ import main


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
    assert continued.sha256 == card.sha256  # a learning rate of nothing: the weights it began with


def test_weights_to_start_from_that_are_absent_or_of_another_network_end_with_a_sentence(data, tmp_path, repository, capsys):
    assert run(data, tmp_path / "out", "--start", str(tmp_path / "none.safetensors")) == 3
    assert "none.safetensors cannot be read" in capsys.readouterr().err
    fat = repository / "Resources" / "Weights" / "paraspinal-fat.safetensors"
    assert run(data, tmp_path / "out", "--start", str(fat)) == 3
    assert "does not fit this network" in capsys.readouterr().err
