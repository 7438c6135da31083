"""``paraspinalfat train`` and Monte-Carlo splits: whole runs of a tiny network on drawn cases."""

import json
import shutil
import sys

import pytest
from command.command_line import run_command
from command.tiny_training import TINY_TRAINING
from evaluation.drawn_cases import drawn_labels, write_case

from ParaspinalFatLib.files import sha256_of
from ParaspinalFatLib.training.trainer import Trainer


@pytest.fixture
def config(tmp_path):
    """A configuration beside two cases, each with water and fat."""
    for name in ("anna", "ben"):
        write_case(tmp_path / "cases", name, drawn_labels())
        (tmp_path / "cases" / name / "T2w.nii.gz").unlink()
    (tmp_path / "train.toml").write_text(TINY_TRAINING)
    return tmp_path / "train.toml"


def test_a_run_leaves_weights_that_can_be_resumed_but_not_lost(config):
    out = config.parent / "out"
    outcome = run_command("train", "--config", config)
    assert outcome.status == 0, outcome.complained
    assert {"paraspinal-axial.safetensors", "paraspinal-axial.json", "curve.png"} <= {path.name for path in out.iterdir()}
    assert json.loads((out / "paraspinal-axial.json").read_text())["training"]["subjects"] == ["anna", "ben"]
    assert run_command("train", "--config", config).status == 7
    config.write_text(TINY_TRAINING.replace("iterations = 1", "iterations = 2"))
    assert run_command("train", "--config", config, "--resume").status == 0
    assert json.loads((out / "paraspinal-axial.json").read_text())["training"]["iterations"] == 2


def rewritten(config, *replacements):
    """The configuration with other lines."""
    text = TINY_TRAINING
    for before, after in replacements:
        assert before in text
        text = text.replace(before, after)
    config.write_text(text)
    return config


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('own = "cases"', 'own = "cases"\nwithout = ["ben"]', "also learned from ben"),
        ("iterations = 1", "iterations = 2\nseed = 5", "its seed was 1, not 5"),
        ("channels = [8, 8]", "channels = [8, 16]", "another network"),
        ("iterations = 1", 'iterations = 2\nstart = "other.safetensors"', "random weights"),
    ],
)
def test_a_run_is_only_resumed_with_the_people_seed_network_and_weights_it_began_with(config, before, after, words):
    assert run_command("train", "--config", config).status == 0
    out = config.parent / "out"
    card = (out / "paraspinal-axial.json").read_text()
    (config.parent / "other.safetensors").write_bytes((out / "paraspinal-axial.safetensors").read_bytes())
    outcome = run_command("train", "--config", rewritten(config, (before, after)), "--resume")
    assert outcome.status == 3
    assert words in outcome.complained
    assert "output" in outcome.complained
    assert (out / "paraspinal-axial.json").read_text() == card


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut off"])
def test_a_broken_checkpoint_ends_with_a_sentence(config, content):
    assert run_command("train", "--config", config).status == 0
    (config.parent / "out" / "checkpoint.pt").write_bytes(content)
    outcome = run_command("train", "--config", config, "--resume")
    assert outcome.status == 3
    assert "checkpoint.pt cannot be read" in outcome.complained
    assert "anew with --overwrite" in outcome.complained
    assert run_command("train", "--config", config, "--overwrite").status == 0


def test_numbers_that_are_not_finite_end_the_run_and_the_last_good_checkpoint_and_weights_stay(config):
    assert run_command("train", "--config", config).status == 0
    out = config.parent / "out"
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    fast = ("iterations = 1", "iterations = 2\nlearning_rate = 1e30")
    outcome = run_command("train", "--config", rewritten(config, fast), "--resume")
    assert outcome.status == 3
    assert "no longer finite" in outcome.complained
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_run_that_is_stopped_says_how_to_continue(config, monkeypatch):
    step = Trainer._step

    def stopped(trainer, *batch):
        if trainer.iteration:
            raise KeyboardInterrupt
        return step(trainer, *batch)

    monkeypatch.setattr(Trainer, "_step", stopped)
    outcome = run_command("train", "--config", rewritten(config, ("iterations = 1", "iterations = 2\nsave_every = 1")))
    assert outcome.status == 130
    assert "--resume" in outcome.complained
    assert "nothing was written" not in outcome.complained
    monkeypatch.undo()
    assert run_command("train", "--config", config, "--resume").status == 0


def test_a_run_that_is_stopped_before_its_first_checkpoint_does_not_promise_one(config, monkeypatch):
    def stopped(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "_step", stopped)
    outcome = run_command("train", "--config", config)
    assert outcome.status == 130
    assert "--resume" not in outcome.complained


def test_without_the_package_that_draws_the_curve_nothing_is_read_or_trained(config, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    outcome = run_command("train", "--config", config)
    assert outcome.status == 9
    assert "Training needs matplotlib." in outcome.complained
    assert not (config.parent / "out").exists()


def test_without_its_packages_the_extra_that_brings_them_is_named(config, monkeypatch):
    monkeypatch.setitem(sys.modules, "ParaspinalFatLib.training.run", None)
    outcome = run_command("train", "--config", config)
    assert outcome.status == 9
    assert "paraspinalfat[training]" in outcome.complained


def test_weights_that_divide_the_erector_spinae_still_do_after_a_run_that_does_not_teach_it(config):
    import torch
    from safetensors.torch import load_file, save_file

    from ParaspinalFatLib.segmentation.unet import DIVIDING_ARCHITECTURE, build_unet

    layers = {"channels": [8, 8], "convolutions": [1, 1], "stride": 2}
    torch.manual_seed(0)
    start = build_unet(DIVIDING_ARCHITECTURE | layers).state_dict()
    save_file(start, config.parent / "start.safetensors")
    more = 'iterations = 1\nstart = "start.safetensors"\nlearning_rate = 1e-30'
    assert run_command("train", "--config", rewritten(config, ("iterations = 1", more))).status == 0
    card = json.loads((config.parent / "out" / "paraspinal-axial.json").read_text())
    assert card["architecture"]["divides"] == ["ES"]
    assert any("border is that of the weights it began with" in sentence for sentence in card["limitations"])
    trained = load_file(config.parent / "out" / "paraspinal-axial.safetensors")
    torch.testing.assert_close(trained["head.weight"].float(), start["head.weight"], atol=1e-3, rtol=1e-3)


def test_the_card_of_a_run_begun_with_weights_without_a_card_says_that_nobody_knows_whom_they_saw(config):
    assert run_command("train", "--config", config).status == 0
    first, start = config.parent / "out", config.parent / "start.safetensors"
    shutil.copy(first / "paraspinal-axial.safetensors", start)
    rewritten(config, ("iterations = 1", 'iterations = 1\nstart = "start.safetensors"'), ('"out"', '"second"'))
    assert run_command("train", "--config", config).status == 0
    card = json.loads((config.parent / "second" / "paraspinal-axial.json").read_text())
    assert card["training"]["begun_with"]["sha256"] == sha256_of(start)
    assert "unknown" in card["training"]["begun_with"]["learned_from"]
    assert any("what they had learned from is unknown" in sentence for sentence in card["limitations"])


def test_weights_that_the_run_writes_over_are_still_those_it_began_with(config):
    assert run_command("train", "--config", config).status == 0
    weights = config.parent / "out" / "paraspinal-axial.safetensors"
    before = sha256_of(weights)
    more = 'iterations = 3\nsave_every = 1\nstart = "out/paraspinal-axial.safetensors"'
    assert run_command("train", "--config", rewritten(config, ("iterations = 1", more)), "--overwrite").status == 0
    begun = json.loads(weights.with_suffix(".json").read_text())["training"]["begun_with"]
    assert (begun["sha256"], begun["iterations"], "begun_with" in begun) == (before, 1, False)


def test_a_run_on_own_cases_alone_cites_no_public_data(config):
    (config.parent / "cases" / "anna").rename(config.parent / "cases" / "mm_1")
    assert run_command("train", "--config", config).status == 0
    card = json.loads((config.parent / "out" / "paraspinal-axial.json").read_text())
    assert card["training"]["data"] == [{"name": name, "use": "user's own subject"} for name in ("ben", "mm_1")]
    assert "label maps" not in card["training"]["synthesis"]


def test_groups_alone_change_the_network(config):
    small = "channels = [8, 8]\nconvolutions = [1, 1]"
    more = "iterations = 1\nlearning_rate = 1e-3"
    assert run_command("train", "--config", rewritten(config, (small, "groups = 4"), ("iterations = 1", more))).status == 0
    card = json.loads((config.parent / "out" / "paraspinal-axial.json").read_text())
    assert card["architecture"]["groups"] == 4
    assert card["architecture"]["channels"] == [16, 32, 64, 128, 224]


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


def test_splits_that_were_trained_are_not_taken_for_others(config):
    arguments = ["evaluate", "--monte-carlo", 1, "--config", config, "--contrast", "water", "--quiet"]
    assert run_command(*arguments, "--output", config.parent / "page").status == 0
    for name in ("carl", "dora"):
        write_case(config.parent / "cases", name, drawn_labels())
        (config.parent / "cases" / name / "T2w.nii.gz").unlink()
    outcome = run_command(*arguments, "--held-out-share", 0.5, "--output", config.parent / "page2")
    assert outcome.status == 3
    assert "split_1" in outcome.complained
    assert "another run" in outcome.complained


def test_splits_that_were_trained_are_not_judged_on_outlines_corrected_since(config):
    arguments = ["evaluate", "--monte-carlo", 1, "--config", config, "--contrast", "water", "--quiet"]
    assert run_command(*arguments, "--output", config.parent / "page").status == 0
    card = json.loads((config.parent / "out" / "split_1" / "paraspinal-axial.json").read_text())
    (learned,) = card["training"]["subjects"]
    corrected = drawn_labels()
    corrected[3, 20:24, 20:24] = 1
    shutil.rmtree(config.parent / "cases" / learned)
    write_case(config.parent / "cases", learned, corrected)
    (config.parent / "cases" / learned / "T2w.nii.gz").unlink()
    outcome = run_command(*arguments, "--output", config.parent / "page2")
    assert outcome.status == 3
    assert f"other images or labels of {learned}" in outcome.complained


def test_random_splits_that_are_stopped_say_that_they_can_be_continued(config, monkeypatch):
    def stopped(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(Trainer, "_step", stopped)
    outcome = run_command("evaluate", "--monte-carlo", 1, "--config", config, "--quiet", "--output", config.parent / "page")
    assert outcome.status == 130
    assert "the same command" in outcome.complained
