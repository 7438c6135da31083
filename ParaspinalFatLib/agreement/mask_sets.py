"""Overlap of two sets of masks, case by case and structure by structure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.agreement.masks import Labelling, Mask, read_masks, with_composites
from ParaspinalFatLib.agreement.overlap import Overlap, overlap
from ParaspinalFatLib.agreement.pairing import LeftOut, Matched
from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.progress import Progress, no_progress

MEASURES = tuple(field.name for field in fields(Overlap))
"""Columns of the table of overlaps."""

SUMMARISED = MEASURES[:8]
"""Those that are summarised over cases; the volumes are compared as pairs."""


@dataclass(frozen=True)
class CaseOverlap:
    """Overlap of one structure in one case."""

    case: str
    structure: str
    side: str
    overlap: Overlap

    @property
    def row(self) -> dict[str, object]:
        """The row of the table of overlaps."""
        return {"case": self.case, "structure": self.structure, "side": self.side, **asdict(self.overlap)}


@dataclass(frozen=True)
class MaskComparison:
    """Overlaps of all cases, and cases that could not be compared."""

    overlaps: tuple[CaseOverlap, ...]
    left_out: tuple[LeftOut, ...]

    def volumes(self, person_of: Mapping[str, str]) -> tuple[Matched, ...]:
        """Volumes of both sets as matched cells, for the statistics of agreement; structures that one set lacks in a case
        count as 0 mL."""
        return tuple(
            Matched(
                "volume_ml", {"structure": one.structure, "side": one.side}, one.case, person_of[one.case],
                repr(one.overlap.truth_ml), repr(one.overlap.prediction_ml),
            )
            for one in self.overlaps
        )  # fmt: skip

    def summaries(self) -> dict[tuple[str, str, str], tuple[Estimate, ...]]:
        """(measure, structure, side) to mean, SD, median, quartiles and extremes over cases."""
        found = {}
        for structure, side in dict.fromkeys((one.structure, one.side) for one in self.overlaps):
            cases = [one.overlap for one in self.overlaps if (one.structure, one.side) == (structure, side)]
            for measure in SUMMARISED:
                found[measure, structure, side] = summary([getattr(one, measure) for one in cases], unit_of(measure))
        return found


def unit_of(measure: str) -> str:
    """The unit in a measure's name."""
    return "mm" if measure.endswith("_mm") else "%" if measure.endswith("_pct") else ""


def summary(values: Sequence[float], unit: str) -> tuple[Estimate, ...]:
    """Mean, SD, median, quartiles and extremes of the finite values; how many are missing stands in the note."""
    finite = np.array([value for value in values if math.isfinite(value)])
    missing = len(values) - len(finite)
    note = f"{missing} of {len(values)} cases without a value" if missing else ""
    if not len(finite):
        return (Estimate("mean", math.nan, unit=unit, note=note),)
    lower, median, upper = np.percentile(finite, [25, 50, 75])
    figures = {
        "mean": finite.mean(),
        "SD": finite.std(ddof=1) if len(finite) > 1 else math.nan,
        "median": median,
        "25th percentile": lower,
        "75th percentile": upper,
        "smallest": finite.min(),
        "largest": finite.max(),
    }
    return tuple(Estimate(name, float(value), unit=unit, note=note) for name, value in figures.items())


def compare_masks(
    reference: Mapping[str, Path],
    other: Mapping[str, Path],
    labellings: tuple[Labelling, Labelling],
    progress: Progress = no_progress,
) -> MaskComparison:
    """Compare the masks of all cases that both sets have.

    A structure is compared in every case if the reference set has it in any, so that a missed or an invented one counts. A
    case that cannot be read or compared is left out with the reason; the others go on.

    Args:
        reference, other: case to file.
        labellings: what the label values of each set mean.
        progress: called with the share of cases done.
    """
    overlaps: list[CaseOverlap] = []
    left_out = [
        LeftOut("overlap", {}, case, f"no such case in the {name} set")
        for name, absent in (("other", reference.keys() - other.keys()), ("reference", other.keys() - reference.keys()))
        for case in sorted(absent)
    ]
    shared = [case for case in reference if case in other]
    in_reference: set[str] = set()
    for number, case in enumerate(shared):
        progress(number / len(shared), f"Comparing {number + 1} of {len(shared)}")
        try:
            found, present = _compare_case(case, reference[case], other[case], labellings)
        except ParaspinalFatError as error:
            left_out.append(LeftOut("overlap", {}, case, _without_folders(str(error), reference[case], other[case])))
            continue
        overlaps += found
        in_reference |= present
    progress(1.0, "Compared")
    kept = [one for one in overlaps if _identifier(one) in in_reference]
    return MaskComparison(tuple(_in_order(kept, in_reference)), tuple(left_out))


def _compare_case(
    case: str, reference: Path, other: Path, labellings: tuple[Labelling, Labelling]
) -> tuple[list[CaseOverlap], set[str]]:
    first, second = (read_masks(path, one) for path, one in zip((reference, other), labellings, strict=True))
    require_same_grid(first.grid, second.grid, f"The reference mask of {case}", "the other one")
    known = [masks.known for masks in (first, second) if masks.known is not None]
    truth = with_composites(first.structures, second.structures)
    prediction = with_composites(second.structures, first.structures)
    spacing = first.grid.spacing[::-1]
    nothing: Mask = np.zeros(first.grid.array.shape, bool)
    found = []
    for name in dict.fromkeys([*truth, *prediction]):
        structure, side = split(name)
        result = overlap(
            truth.get(name, nothing), prediction.get(name, nothing), spacing, np.logical_and.reduce(known) if known else None
        )
        found.append(CaseOverlap(case, structure, side, result))
    return found, set(truth)


def _without_folders(sentence: str, *paths: Path) -> str:
    """A sentence for a file that others will read: it names files without the folders of this machine."""
    for path in paths:
        sentence = sentence.replace(str(path), path.name)
    return sentence


def split(identifier: str) -> tuple[str, str]:
    """Structure and side of an identifier.

    >>> split("ES+MF_left"), split("canal")
    (('ES+MF', 'left'), ('canal', 'midline'))
    """
    structure, _, side = identifier.rpartition("_")
    return (structure, side) if side in ("right", "left") else (identifier, "midline")


def _identifier(one: CaseOverlap) -> str:
    return one.structure if one.side == "midline" else f"{one.structure}_{one.side}"


def _in_order(overlaps: Sequence[CaseOverlap], structures: set[str]) -> list[CaseOverlap]:
    """Sorted by structure, then by case; structures that neither mask of a case has are left as they are: not there."""
    order = {name: number for number, name in enumerate(sorted(structures))}
    return sorted(overlaps, key=lambda one: (order[_identifier(one)], one.case))
