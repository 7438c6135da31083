"""Options that the training commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from ParaspinalFatLib.training.__main__ import _config
from ParaspinalFatLib.training.__main__ import _parser as outlines_parser
from ParaspinalFatLib.training.config import DataConfig, TrainingConfig
from ParaspinalFatLib.training.fat.__main__ import _parser as fat_parser
from ParaspinalFatLib.training.levels.__main__ import _parser as levels_parser
from ParaspinalFatLib.training.options import settings_of

FOLDERS = ["--data", "d", "--out", "o"]


@pytest.mark.parametrize(
    ("parser", "iterations", "name"),
    [
        (outlines_parser, 20_000, "paraspinal-axial"),
        (fat_parser, 6000, "paraspinal-fat"),
        (levels_parser, 20_000, "spine-levels"),
    ],
)
def test_all_commands_have_the_same_defaults_but_for_length_and_name(parser, iterations, name):
    options = parser().parse_args(FOLDERS)
    assert (options.iterations, options.name, options.version) == (iterations, name, "0.1.0")
    assert (options.without, options.start, options.resume, options.device) == ([], None, False, None)
    assert (options.seed, options.minutes, options.learning_rate, options.threads) == (1, 0.0, 3e-3, 1)


def test_the_outlines_command_leaves_precision_and_workers_to_the_configuration():
    options = outlines_parser().parse_args(FOLDERS)
    assert vars(options).keys() & {"precision", "workers"} == set()
    default = TrainingConfig(output=Path("o"), data=DataConfig(public=Path("d")))
    assert _config(options) == default


@pytest.mark.parametrize("parser", [fat_parser, levels_parser])
def test_the_other_commands_train_in_single_precision_without_workers_unless_asked(parser):
    settings = settings_of(parser().parse_args(FOLDERS))
    assert (settings.seed, settings.minutes, settings.learning_rate, settings.workers) == (1, 0.0, 3e-3, 0)
    assert (settings.easy_iterations, settings.precision, settings.batches) == (0, "float32", ())


@pytest.mark.parametrize("parser", [fat_parser, levels_parser])
def test_what_is_asked_for_reaches_the_settings(parser):
    more = ["--seed", "4", "--minutes", "2", "--iterations", "7", "--learning-rate", "0.1", "--workers", "2"]
    settings = settings_of(parser().parse_args([*FOLDERS, *more, "--precision", "auto"]))
    assert (settings.seed, settings.minutes, settings.iterations) == (4, 2.0, 7)
    assert (settings.learning_rate, settings.workers, settings.precision) == (0.1, 2, "auto")


def test_another_precision_is_refused():
    with pytest.raises(SystemExit):
        fat_parser().parse_args([*FOLDERS, "--precision", "float16"])
