"""Which values the settings of a training may have, whether a file or the command line gives them."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

CHOICES = {
    "precision": ("auto", "float32", "bfloat16"), "device": ("auto", "cpu", "cuda"), "background": ("unknown", "known"),
}  # fmt: skip
"""Settings that know only some words."""

AT_LEAST = {
    "iterations": 1, "save_every": 1, "threads": 1, "channels": 1, "convolutions": 1, "groups": 1,
    "minutes": 0, "easy_iterations": 0, "workers": 0, "seed": 0, "weight_decay": 0, "averaging": 0,
}  # fmt: skip
AT_MOST = {"averaging": 1, "seed": 2**63 - 1}
ABOVE_ZERO = ("learning_rate",)


def allowed_instead(key: str, value: object) -> str | None:
    """What a setting may be, in words, if it may not be ``value``; else None. Of a list every number counts.

    >>> allowed_instead("seed", -1), allowed_instead("seed", 3), allowed_instead("channels", (8, 0))
    ('at least 0', None, 'at least 1')
    """
    if key in CHOICES:
        return None if value in CHOICES[key] else ", ".join(CHOICES[key])
    values = value if isinstance(value, tuple | list) else (value,)
    return next((words for one in values if is_number(one) and (words := _number_instead(key, float(one)))), None)


def bounded(key: str, kind: type[int] | type[float]) -> Callable[[str], float]:
    """Type of a command-line option that is the setting ``key``, for :meth:`argparse.ArgumentParser.add_argument`."""

    def convert(text: str) -> float:
        value = kind(text)
        words = allowed_instead(key, value)
        if words:
            raise argparse.ArgumentTypeError(f"{text} cannot be meant. Allowed: {words}.")
        return value

    convert.__name__ = kind.__name__  # argparse says "invalid int value"
    return convert


def is_number(value: object) -> bool:
    """Whether a setting is a number, whole or not; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number_instead(key: str, value: float) -> str | None:
    if not math.isfinite(value):
        return "finite numbers"
    if key in ABOVE_ZERO and value <= 0:
        return "above 0"
    if value < AT_LEAST.get(key, -math.inf):
        return f"at least {AT_LEAST[key]}"
    return f"at most {AT_MOST[key]}" if value > AT_MOST.get(key, math.inf) else None
