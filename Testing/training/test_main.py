"""The training command: a whole run on a user's own folder, resumed, previewed, and refused with a sentence."""

import json
import sys
from functools import partial

import pytest
from training.training_commands import require_an_earlier_run_to_be_kept, require_an_end_without_matplotlib

from ParaspinalFatLib.training.__main__ import _config, _parser, main


@pytest.fixture
def own(as_own_data, tiny_subject):
    """A folder with one subject of the user's own."""
    return as_own_data(tiny_subject)


def run(own, out, *more):
    return main(["--data", str(out / "none"), "--own", str(own), "--out", str(out), "--threads", "1", *more])


def test_a_run_leaves_weights_card_curve_and_checkpoint_and_can_be_resumed(own, tmp_path, capsys):
    out = tmp_path / "out"
    assert run(own, out, "--iterations", "1") == 0
    assert {"paraspinal-axial.safetensors", "paraspinal-axial.json", "curve.png", "checkpoint.pt"} <= {
        p.name for p in out.iterdir()
    }
    assert run(own, out, "--iterations", "2", "--resume") == 0
    card = json.loads((out / "paraspinal-axial.json").read_text())
    assert card["training"]["iterations"] == 2
    assert card["training"]["subjects"] == ["tiny"]
    assert "loss" in capsys.readouterr().out


def test_weights_trained_on_everything_repeat_the_development_figures_as_such(own, tmp_path):
    facts = {"left_out": ["anna"], "subjects": ["ben"], "iterations": 7, "minutes": 0.1, "seed": 1}
    development = tmp_path / "development.json"
    development.write_text(json.dumps({"sha256": "abc", "training": facts, "metrics": [{"structure": "MF", "dice": 0.9}]}))
    start = tmp_path / "first" / "paraspinal-axial.safetensors"
    assert run(own, tmp_path / "first", "--iterations", "1") == 0
    more = ["--start", str(start), "--development-card", str(development)]
    assert run(own, tmp_path / "final", "--iterations", "1", *more) == 0
    card = json.loads((tmp_path / "final" / "paraspinal-axial.json").read_text())
    assert card["training"]["development_run"] == facts | {"sha256": "abc"}
    assert "not these weights" in card["metrics"][0]["weights"]
    begun = json.loads(start.with_suffix(".json").read_text())
    assert card["training"]["begun_with"].items() >= {"sha256": begun["sha256"], "subjects": ["tiny"]}.items()


def test_a_preview_trains_nothing(own, tmp_path):
    assert run(own, tmp_path / "out", "--preview", str(tmp_path / "sheet.png")) == 0
    assert (tmp_path / "sheet.png").exists()
    assert not (tmp_path / "out" / "paraspinal-axial.json").exists()


def test_a_folder_without_subjects_ends_with_a_sentence_and_a_status(tmp_path, capsys):
    (tmp_path / "own").mkdir()
    assert run(tmp_path / "own", tmp_path / "out") == 3
    assert "No subject" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "value"), [("--seed", "-1"), ("--iterations", "0"), ("--learning-rate", "nan")])
def test_numbers_that_cannot_be_meant_are_refused_with_what_can(own, tmp_path, capsys, option, value):
    with pytest.raises(SystemExit):
        run(own, tmp_path / "out", option, value)
    assert "cannot be meant. Allowed" in capsys.readouterr().err


def test_a_development_card_that_is_not_there_ends_the_command_before_training(own, tmp_path, capsys):
    assert run(own, tmp_path / "out", "--development-card", str(tmp_path / "none.json")) == 3
    assert "none.json cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_samples_are_difficult_from_the_first_on_where_trained_weights_are_the_start(tmp_path):
    options = ["--data", str(tmp_path), "--out", str(tmp_path)]

    def easy(*more: str) -> int:
        return _config(_parser().parse_args([*options, *more])).easy_iterations

    assert (easy(), easy("--start", "x.safetensors"), easy("--start", "x", "--easy-iterations", "9")) == (1200, 0, 9)


def test_a_gpu_that_is_not_there_is_said(own, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert run(own, tmp_path / "out", "--device", "cuda") == 3
    assert "torch finds none" in capsys.readouterr().err


def test_an_earlier_run_is_neither_written_over_nor_resumed_without_its_checkpoint(own, tmp_path, capsys):
    require_an_earlier_run_to_be_kept(partial(run, own), tmp_path, "paraspinal-axial.json", capsys)


def test_without_matplotlib_the_command_ends_before_anything_is_read(own, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    require_an_end_without_matplotlib(partial(run, own), tmp_path / "out", capsys)
