"""The main figures for the screen: Dice of every structure by method and contrast."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ParaspinalFatLib.evaluation.case_figures import WHOLE, CaseFigures
from ParaspinalFatLib.evaluation.summary import outline_rows


def printed(figures: Sequence[CaseFigures]) -> str:
    """A text table of whole stacks: means over cases, one line a structure and side."""
    whole = outline_rows([one for one in figures if one.level == WHOLE])
    lines: dict[tuple[str, ...], dict[str, float]] = {}
    counts: dict[tuple[str, ...], object] = {}
    for row in whole:
        key = tuple(str(row[name]) for name in ("method", "contrast", "structure", "side"))
        lines.setdefault(key, {})[str(row["measure"])] = float(str(row["mean"]))
        counts.setdefault(key, row["n"])
    head = f"{'method':<22}{'contrast':<16}{'structure':<10}{'side':<9}{'n':>4}{'Dice':>8}{'HD95 mm':>9}"
    head += f"{'CSA err %':>11}{'FF err':>8}"
    return "\n".join([head, *(_line(key, counts[key], found) for key, found in lines.items())])


def _line(key: tuple[str, ...], n: object, found: dict[str, float]) -> str:
    method, contrast, structure, side = key
    figures = (("dice", ".3f", 8), ("hd95_mm", ".1f", 9), ("csa_error_pct", ".1f", 11), ("ff_error_points", "+.2f", 8))
    cells = "".join(f"{_number(found[name], how):>{width}}" for name, how, width in figures)
    return f"{method:<22.21}{contrast:<16.15}{structure:<10}{side:<9}{n:>4}{cells}"


def _number(value: float, how: str) -> str:
    return format(value, how) if math.isfinite(value) else "-"
