"""The files of an analysis of agreement: tables, pictures and the methods text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.agreement import report_table
from ParaspinalFatLib.agreement.analysis import Analysis, repeated
from ParaspinalFatLib.agreement.mask_sets import MEASURES, MaskComparison
from ParaspinalFatLib.agreement.methods_text import Done, methods_text
from ParaspinalFatLib.agreement.pairing import Pairing
from ParaspinalFatLib.agreement.plots import Panel, write_agreement_plots, write_overlap_plot
from ParaspinalFatLib.agreement.report_table import GroupResult
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.spreadsheet import write_sheet

TABLE, PAIRS, OVERLAPS, LEFT_OUT, METHODS = "agreement.csv", "pairs.csv", "overlap.csv", "left_out.csv", "methods.txt"
DICE, PLOT = "dice.png", "agreement"
"""The picture of Dice coefficients; how the names of the others begin."""


@dataclass(frozen=True)
class Agreement:
    """A finished analysis.

    Attributes:
        how: it was analysed.
        pairing: what was compared, and what was left out.
        results: statistics of every group of pairs.
        overlaps: summaries of overlap, where masks were compared.
        masks: the overlaps of every case, where masks were compared.
    """

    how: Analysis
    pairing: Pairing
    results: Sequence[GroupResult]
    overlaps: Sequence[GroupResult] = ()
    masks: MaskComparison | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The group columns."""
        return tuple(dict.fromkeys(name for one in (*self.overlaps, *self.results) for name in one.group))


def earlier_files(folder: Path) -> list[str]:
    """Names of files of an earlier analysis in a folder that a new one may not write again."""
    return [OVERLAPS, LEFT_OUT, DICE, *(path.name for path in folder.glob(f"{PLOT}*.png"))]


def write_agreement(folder: Path, found: Agreement) -> None:
    """Write every file into an existing folder.

    Raises:
        OutputError: the folder cannot be written.
        MissingPackageError: matplotlib is not installed.
    """
    everything = [*found.overlaps, *found.results]
    write_sheet(folder / TABLE, report_table.columns(everything), report_table.rows(everything))
    _write_pairs(folder, found)
    if found.masks:
        columns = ["case", "structure", "side", *MEASURES]
        write_sheet(folder / OVERLAPS, columns, [one.row for one in found.masks.overlaps])
        _write_dice(folder / DICE, found.masks)
    _write_plots(folder, found.results)
    how = found.how
    done = Done(
        how.names,
        None if how.categorical else how.margin,
        found.groups,
        masks=found.masks is not None,
        repeated=bool(repeated(found.results)),
        kappa=how.categorical or bool(how.limits),
    )
    with written_whole(folder / METHODS) as path:
        path.write_text(methods_text(done), encoding="utf-8")


def _write_pairs(folder: Path, found: Agreement) -> None:
    first, second = (f"value_{name}" for name in found.how.names)
    rows = [
        {"measure": o.measure, **o.group, "case": o.case, "person": o.person, first: o.reference, second: o.other}
        for o in found.pairing.matched
    ]
    write_sheet(folder / PAIRS, ["measure", *found.groups, "case", "person", first, second], rows)
    if found.pairing.left_out:
        rows = [{"measure": o.measure, **o.group, "case": o.case, "reason": o.reason} for o in found.pairing.left_out]
        write_sheet(folder / LEFT_OUT, ["measure", *found.groups, "case", "reason"], rows)


def _write_plots(folder: Path, results: Sequence[GroupResult]) -> None:
    """One series of pictures a measure; where nothing but the measure tells the groups apart, one for all."""
    by_measure: dict[str, list[Panel]] = {}
    ungrouped = not any(any(one.group.values()) for one in results)
    for one in results:
        if one.pairs is not None:
            stem = PLOT if ungrouped else f"{PLOT}_{_file_safe(one.measure)}"
            by_measure.setdefault(stem, []).append(Panel(one.title, one.pairs))
    for stem, panels in by_measure.items():
        write_agreement_plots(folder, stem, panels)


def _write_dice(path: Path, masks: MaskComparison) -> None:
    dice: dict[str, list[float]] = {}
    for one in masks.overlaps:
        dice.setdefault(f"{one.structure} {one.side}", []).append(one.overlap.dice)
    write_overlap_plot(path, dice)


def _file_safe(text: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in text)
