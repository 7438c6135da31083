"""Which values the settings of a training may have."""

import argparse

import pytest

from ParaspinalFatLib.training.bounds import allowed_instead, bounded


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("seed", -1, "at least 0"),
        ("seed", 2**63, "at most"),
        ("weight_decay", -0.5, "at least 0"),
        ("averaging", 1.5, "at most 1"),
        ("learning_rate", 0.0, "above 0"),
        ("learning_rate", float("nan"), "finite"),
        ("minutes", float("inf"), "finite"),
        ("channels", (8, 0), "at least 1"),
        ("convolutions", (1, -2), "at least 1"),
        ("device", "tpu", "auto, cpu, cuda"),
    ],
)
def test_what_cannot_be_meant_is_answered_with_what_can(key, value, words):
    assert words in (allowed_instead(key, value) or "")


@pytest.mark.parametrize(
    ("key", "value"), [("seed", 0), ("averaging", 1.0), ("channels", (8, 16)), ("device", "cpu"), ("previews", True)]
)
def test_everything_else_is_allowed(key, value):
    assert allowed_instead(key, value) is None


def test_an_option_of_the_command_line_has_the_same_bounds():
    assert bounded("seed", int)("3") == 3
    with pytest.raises(argparse.ArgumentTypeError, match=r"-1 cannot be meant\. Allowed: at least 0"):
        bounded("seed", int)("-1")
    with pytest.raises(ValueError, match="invalid literal"):
        bounded("seed", int)("many")
