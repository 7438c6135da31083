"""``paraspinalfat train`` and Monte-Carlo splits: whole runs of a tiny network on drawn cases."""

import json

import pytest
from command.command_line import run_command
from evaluation.drawn_cases import drawn_labels, write_case

CONFIG = """
[training]
output = "out"
iterations = 1
previews = false
workers = 0
device = "cpu"

[data]
own = "cases"
background = "known"

[network]
channels = [8, 8]
convolutions = [1, 1]
"""


@pytest.fixture
def config(tmp_path):
    """A configuration beside two cases, each with water and fat."""
    for name in ("anna", "ben"):
        write_case(tmp_path / "cases", name, drawn_labels())
        (tmp_path / "cases" / name / "T2w.nii.gz").unlink()
    (tmp_path / "train.toml").write_text(CONFIG)
    return tmp_path / "train.toml"


def test_a_run_leaves_weights_that_can_be_resumed_but_not_lost(config):
    out = config.parent / "out"
    outcome = run_command("train", "--config", config)
    assert outcome.status == 0, outcome.complained
    assert {"paraspinal-axial.safetensors", "paraspinal-axial.json", "curve.png"} <= {path.name for path in out.iterdir()}
    assert json.loads((out / "paraspinal-axial.json").read_text())["training"]["subjects"] == ["anna", "ben"]
    assert run_command("train", "--config", config).status == 7
    config.write_text(CONFIG.replace("iterations = 1", "iterations = 2"))
    assert run_command("train", "--config", config, "--resume").status == 0
    assert json.loads((out / "paraspinal-axial.json").read_text())["training"]["iterations"] == 2


def test_a_preview_trains_nothing(config):
    assert run_command("train", "--config", config, "--preview").status == 0
    assert {path.name for path in (config.parent / "out").iterdir()} == {"samples.png"}


def test_each_random_split_is_trained_without_those_it_is_judged_on(config):
    outcome = run_command(
        "evaluate", "--monte-carlo", 2, "--held-out-share", 0.5, "--config", config, "--contrast", "water", "--quiet",
        "--output", config.parent / "page",
    )  # fmt: skip
    assert outcome.status == 0, outcome.complained
    for number in (1, 2):
        card = json.loads((config.parent / "out" / f"split_{number}" / "paraspinal-axial.json").read_text())
        assert len(card["training"]["subjects"]) == 1
        assert not set(card["training"]["subjects"]) & set(card["training"]["left_out"])
    assert "2 random splits" in (config.parent / "page" / "evaluation.html").read_text()
