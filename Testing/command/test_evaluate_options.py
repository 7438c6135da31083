"""What ``paraspinalfat evaluate`` refuses before anything is read or trained."""

import sys

import pytest
from command.command_line import run_command

from ParaspinalFatLib.command.main import parser
from ParaspinalFatLib.evaluation.fat_network import FAT_METHODS


@pytest.mark.parametrize(
    ("absent", "arguments"),
    [
        ("jinja2", ["--truth", "labels", "--prediction", "predicted"]),
        ("torch", ["--truth", "labels"]),
        ("torch", ["--truth", "labels", "--prediction", "predicted", "--fat-methods", "learned-binary"]),
        ("torch", ["--monte-carlo", "2", "--config", "train.toml"]),
    ],
)
def test_a_package_that_is_absent_is_told_before_anything_is_read_or_trained(tmp_path, monkeypatch, absent, arguments):
    monkeypatch.setitem(sys.modules, absent, None)
    outcome = run_command("evaluate", *arguments, "--quiet", "--output", tmp_path / "out")
    assert outcome.status == 9
    assert outcome.complained.count("\n") == 1
    assert absent in outcome.complained.lower()
    assert "paraspinalfat[training]" in outcome.complained


def test_an_unknown_fat_method_is_refused_before_anything_is_read(tmp_path):
    arguments = ["evaluate", "--truth", "nowhere", "--fat-methods", "guess", "--quiet"]
    outcome = run_command(*arguments, "--output", tmp_path / "out")
    assert outcome.status == 5
    assert "'guess'" in outcome.complained
    assert "learned-binary" in outcome.complained


def test_the_help_names_the_fat_methods_of_an_evaluation_and_the_extra_that_it_needs(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["evaluate", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert " ".join(FAT_METHODS) in said
    assert "extra 'training'" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "No truth was given"),
        (["--monte-carlo", "2"], "--config"),
        (["--truth", "nowhere"], "no folder"),
        (["--monte-carlo", "2", "--config", "a.toml", "--truth", "labels", "--device", "cpu"], "--truth, --device cannot"),
        (
            ["--monte-carlo", "2", "--config", "a.toml", "--threads", "2", "--weights", "a.json"],
            "--weights, --threads cannot",
        ),
        (["--truth", "labels", "--config", "a.toml", "--atlas-baseline"], "--config, --atlas-baseline can only"),
        (["--truth", "labels", "--held-out-share", "0"], "--held-out-share can only"),
        (["--truth", "labels", "--prediction-labels", "1=ES_right"], "Add --prediction DIR"),
        (["--truth", "labels", "--fusion", "staple"], "Add --atlases DIR"),
        (["--monte-carlo", "2", "--config", "a.toml", "--fusion", "majority"], "--atlas-baseline"),
        (["--truth", "labels", "--fat-weights", "a.json", "--fat-methods", "otsu"], "Add learned or learned-binary"),
        (["--truth", "labels", "--fat-weights", "a.json", "--fat-methods"], "Add learned or learned-binary"),
    ],
)
def test_what_cannot_be_evaluated_is_one_sentence(tmp_path, arguments, words):
    outcome = run_command("evaluate", *arguments, "--quiet", "--output", tmp_path / "out")
    assert outcome.status == 3
    assert words in outcome.complained
    assert not (tmp_path / "out").exists()
