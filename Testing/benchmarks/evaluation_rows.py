"""The rows of docs/evaluation.md's table, from the CSV files that ``paraspinalfat evaluate`` wrote: nobody copies figures.

python Testing/benchmarks/evaluation_rows.py FOLDER [--contrasts fat_bright synthetic_T1 synthetic_T2] [--method NAME]

prints a Markdown table of whole stacks: one column a contrast, right and left beside each other, means over cases. Only the
column of published figures is written by hand.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

MUSCLES = ("ES+MF", "ES", "MF", "PM", "QL")
ROWS = (
    *((name, name, "dice", ".3f") for name in MUSCLES),
    *((f"CSA error {name}, %", name, "csa_error_pct", "") for name in ("ES+MF", "PM", "QL")),
    *((f"FF error {name}, points", name, "ff_error_points", ".1f") for name in ("ES+MF", "PM")),
    ("HD95 ES+MF, mm", "ES+MF", "hd95_mm", ".1f"),
)
"""Heading, structure, measure and format of each row; Dice where the heading says nothing else."""

Summary = dict[tuple[str, ...], tuple[float, int]]
"""(method, contrast, structure, side, measure) of whole stacks to mean and n."""

EXACT_BELOW = 10.0
"""Areas wrong by less than this are given to a tenth of a per cent, others to one per cent."""


def read_summary(folder: Path) -> Summary:
    """The means over whole stacks in ``summary.csv`` of a folder of results."""
    try:
        with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["level"] == "whole"]
    except OSError as error:
        sys.exit(f"{folder} holds no results of 'paraspinalfat evaluate' ({error.strerror}). Give its output folder.")
    keys = ("method", "contrast", "structure", "side", "measure")
    return {tuple(row[key] for key in keys): (float(row["mean"] or math.nan), int(row["n"])) for row in rows}


def table(summary: Summary, method: str, contrasts: Sequence[str]) -> Iterator[str]:
    """Lines of the Markdown table."""
    yield f"| Dice right / left | {' | '.join(contrasts)} |"
    yield "| --- |" + " --- |" * len(contrasts)
    for heading, structure, measure, how in ROWS:
        cells = [
            " / ".join(written(summary.get((method, contrast, structure, side, measure), (math.nan, 0))[0], how)
                       for side in ("right", "left"))
            for contrast in contrasts
        ]  # fmt: skip
        yield f"| {heading} | {' | '.join(cells)} |"


def written(value: float, how: str) -> str:
    """A figure as the table shows it; a dash if there is none.

    >>> written(4.94, ""), written(24.2, ""), written(0.9196, ".3f"), written(float("nan"), ".1f")
    ('4.9', '24', '0.920', '–')
    """
    if not math.isfinite(value):
        return "–"
    text = format(value, how or (".1f" if round(value, 1) < EXACT_BELOW else ".0f"))
    return text if float(text) else text.removeprefix("-")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--contrasts", nargs="+", metavar="NAME", help="columns; default: all, as the file has them")
    parser.add_argument("--method", metavar="NAME", help="default: the first one")
    options = parser.parse_args(arguments)
    summary = read_summary(options.folder)
    methods, found = (list(dict.fromkeys(key[place] for key in summary)) for place in (0, 1))
    method = options.method or next(iter(methods), "")
    own = {contrast for name, contrast, *_ in summary if name == method}
    contrasts = options.contrasts or [contrast for contrast in found if contrast in own]
    missing = [contrast for contrast in contrasts if contrast not in own]
    if missing or not contrasts:
        sys.exit(f"{options.folder} has no figures of {method or 'any method'} for {', '.join(missing) or 'any contrast'}.")
    counts = sorted(
        n
        for (name, contrast, structure, _, measure), (_, n) in summary.items()
        if name == method and contrast in contrasts and structure in MUSCLES and measure == "dice"
    )
    print("\n".join(table(summary, method, contrasts)))
    print(f"\n{method}, n = {' to '.join(map(str, dict.fromkeys((counts[0], counts[-1])))) if counts else 0}")


if __name__ == "__main__":
    main()
