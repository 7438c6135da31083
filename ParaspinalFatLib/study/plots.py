"""Pictures of a study: correlations and indirect effects with their intervals, and group means over age.

Colours are Okabe and Ito's, which stay distinguishable with the common colour-vision deficiencies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.agreement.plots import BLUE, GREY, ORANGE, empty_figure, write_figure
from ParaspinalFatLib.study.associations import Association
from ParaspinalFatLib.study.mediation import Mediation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKS = {"all": (GREY, "s"), "female": (ORANGE, "o"), "male": (BLUE, "^")}


def write_correlations(path: Path, found: Sequence[Association], adjusted_for: Sequence[str]) -> None:
    """Write a PNG with one line a correlation: coefficient and 95 % interval; filled where the adjusted p is below 0.05."""
    shown = [one for one in found if math.isfinite(one.r)]
    figure = empty_figure(7.5, 1.2 + 0.3 * len(shown))
    axes = figure.subplots()
    for row, one in enumerate(reversed(shown)):
        _interval(axes, row, (one.r, one.low, one.high), filled=one.p_adjusted < 0.05)
    _rows(axes, [f"{one.x}  ~  {one.y}  (n = {one.n})" for one in reversed(shown)])
    axes.set_xlim(-1, 1)
    given = f", given {', '.join(adjusted_for)}" if adjusted_for else ""
    axes.set_xlabel(f"correlation with 95 % CI{given}; filled: adjusted p < 0.05", fontsize=8)
    write_figure(figure, path)


def write_mediations(path: Path, found: Sequence[Mediation]) -> None:
    """Write a PNG with one line a mediation: the indirect effect and its interval, in SD of y per SD of x."""
    shown = [one for one in found if one.paths]
    figure = empty_figure(7.5, 1.2 + 0.3 * len(shown))
    axes = figure.subplots()
    for row, one in enumerate(reversed(shown)):
        indirect = one.indirect
        ends = (indirect.value * one.scale, indirect.low * one.scale, indirect.high * one.scale)
        _interval(axes, row, ends, filled=indirect.low * indirect.high > 0)
    _rows(axes, [f"{one.x}  →  {one.mediator}  →  {one.y}  (n = {one.n})" for one in reversed(shown)])
    axes.set_xlabel("indirect effect, SD per SD, with 95 % bootstrap CI", fontsize=8)
    write_figure(figure, path)


def write_group_means(path: Path, rows: Sequence[Mapping[str, object]], variable: str) -> None:
    """Write a PNG: means with 95 % intervals over the age bands, by sex.

    Args:
        path: of the picture.
        rows: of :func:`groups.group_means`.
        variable: whose means are drawn.
    """
    chosen = [row for row in rows if row["variable"] == variable and row.get("n")]
    bands = list(dict.fromkeys(str(row["age"]) for row in rows if row["age"] != "all")) or ["all"]
    sexes = [sex for sex in MARKS if any(row["sex"] == sex for row in chosen)]
    figure = empty_figure(max(4.5, 1.1 * len(bands) + 1.5), 3.6)
    axes = figure.subplots()
    for number, sex in enumerate(sexes):
        colour, mark = MARKS[sex]
        found = {str(row["age"]): row for row in chosen if row["sex"] == sex}
        places = [k for k, band in enumerate(bands) if band in found]
        means = np.array([_float(found[bands[k]].get("mean")) for k in places])
        below = means - [_float(found[bands[k]].get("ci_low")) for k in places]
        at = np.array(places) + 0.14 * (number - (len(sexes) - 1) / 2)
        axes.errorbar(at, means, yerr=np.nan_to_num(below), color=colour, marker=mark, capsize=3, linewidth=1.2, label=sex)
    counts = [sum(int(_float(row["n"])) for row in chosen if row["age"] == band and row["sex"] == "all") for band in bands]
    axes.set_xticks(
        range(len(bands)), [f"{band}\nn = {count}" for band, count in zip(bands, counts, strict=True)], fontsize=8
    )
    axes.set_xlabel("age [years]" if bands != ["all"] else "")
    axes.set_ylabel(variable, fontsize=8)
    axes.legend(fontsize=8, frameon=False)
    axes.grid(axis="y", color="0.9")
    write_figure(figure, path)


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


def _interval(axes: Axes, row: int, ends: tuple[float, float, float], *, filled: bool) -> None:
    value, low, high = ends
    axes.plot([low, high], [row, row], color=BLUE, linewidth=1.5)
    axes.plot(value, row, marker="o", color=BLUE, markerfacecolor=BLUE if filled else "white", markersize=6)


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.set_ylim(-0.7, len(labels) - 0.3)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
