"""The review list: cases of a cohort that a reader should look at, the most conspicuous first, as the panel opens them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.findings import Finding
from ParaspinalFatLib.cohort.outliers import WHOLE, Outlier
from ParaspinalFatLib.cohort.quality import CohortQuality
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.roles import GIVEN_ROLES, Role
from ParaspinalFatLib.spreadsheet import safe_cell

REVIEW_LIST = "review_list.tsv"
SEGMENTATION = "segmentation.seg.nrrd"

COLUMNS = ("case", "score", "level", "structure", "side", "reasons", "segmentation", *(role.value for role in GIVEN_ROLES))

MOST_PHRASES = 6
"""Values that are named in one row; the list of outliers has all of them."""

QUANTITIES = {"csa_mm2": ("area", "mm²"), "ff_mean_pct": ("fat fraction", "%")}


@dataclass(frozen=True)
class ReviewEntry:
    """One case to be looked at.

    Attributes:
        case: its name.
        score: the largest robust z of its values, without sign; 0 if none is an outlier.
        level, structure, side: of that value, where to look first; may be empty.
        reasons: why it is in the list, as phrases.
        segmentation: the outlines.
        images: role to image; empty where the list was made without knowing where the images are.
    """

    case: str
    score: float
    level: str
    structure: str
    side: str
    reasons: tuple[str, ...]
    segmentation: Path
    images: Mapping[Role, Path] = field(default_factory=dict)


def review_entries(quality: CohortQuality, inputs: Iterable[CaseInput] = ()) -> list[ReviewEntry]:
    """Cases with an outlier or another finding, by largest robust z, then by number of outliers and other findings.

    Args:
        quality: of the cohort.
        inputs: the cases as a manifest or BIDS folder names them, for the places of their images.
    """
    images = {safe_cell(case.name): {role: Path(path) for role, path in case.images.items()} for case in inputs}
    outliers: dict[str, list[Outlier]] = {}
    findings: dict[str, list[Finding]] = {}
    for outlier in quality.outliers:
        outliers.setdefault(outlier.case, []).append(outlier)
    for finding in quality.findings:
        findings.setdefault(finding.case, []).append(finding)
    concerned = [case for case in quality.cases if case.name in outliers or case.name in findings]
    entries = [
        _entry(quality.folder / case.folder, case.name, outliers.get(case.name, []), findings.get(case.name, []), images)
        for case in concerned
    ]
    counts = {case.name: (len(outliers.get(case.name, [])), len(findings.get(case.name, []))) for case in concerned}
    return sorted(entries, key=lambda entry: (-entry.score, *(-count for count in counts[entry.case]), entry.case))


def _entry(
    folder: Path,
    name: str,
    outliers: list[Outlier],
    findings: list[Finding],
    images: Mapping[str, Mapping[Role, Path]],
) -> ReviewEntry:
    worst = outliers[0] if outliers else None
    level = "" if worst is None or worst.group.level == WHOLE else worst.group.level
    place = (level, worst.group.structure, worst.group.side) if worst else ("", "", "")
    more = len(outliers) - MOST_PHRASES
    phrases = [phrase_of(outlier) for outlier in outliers[:MOST_PHRASES]]
    phrases += [f"{more} further values"] if more > 0 else []
    reasons = (*phrases, *(finding.phrase for finding in findings))
    score = abs(worst.z) if worst else 0.0
    return ReviewEntry(name, score, *place, reasons, folder / SEGMENTATION, images.get(name, {}))


def phrase_of(outlier: Outlier) -> str:
    """An outlier in words."""
    group = outlier.group
    quantity, unit = QUANTITIES[group.column]
    place = "whole muscle" if group.level == WHOLE else group.level
    value = f"{outlier.value:.1f} {unit}, median {outlier.median:.1f}, robust z {outlier.z:+.1f}, n {outlier.n}"
    return f"{group.side} {group.structure} {place}: {quantity} {value}"


def write_review_list(path: Path, entries: Iterable[ReviewEntry], folder: Path | None = None) -> None:
    """Write the list as TSV (UTF-8); files are named relative to the list's folder where they lie on the same disk.

    Args:
        path: of the list.
        entries: the cases in order.
        folder: where the list will lie, if it is written elsewhere first.

    Raises:
        OutputError: the folder cannot be written.
    """
    place = folder or path.parent
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in entries:
            images = [_relative(entry.images[role], place) if role in entry.images else "" for role in GIVEN_ROLES]
            where = (entry.level, entry.structure, entry.side)
            cells = (entry.case, f"{entry.score:.2f}", *where, " | ".join(entry.reasons))
            writer.writerow([*map(safe_cell, cells), _relative(entry.segmentation, place), *images])


def read_review_list(path: Path) -> tuple[ReviewEntry, ...]:
    """Read a review list; other columns than :data:`COLUMNS` are passed over.

    Raises:
        InputError: it cannot be read, or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t")
            if not {"case", "segmentation"} <= set(reader.fieldnames or ()):
                raise InputError(f"{path} is no review list: it needs the columns case and segmentation, separated by tabs.")
            return tuple(_read_entry(row, path) for row in reader)
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise InputError(f"The review list {path} cannot be read ({error}). Write it again.") from error


def _read_entry(row: Mapping[str, str], path: Path) -> ReviewEntry:
    cells = {name: row.get(name) or "" for name in COLUMNS}
    if not cells["segmentation"]:
        raise InputError(f"{path} names no segmentation for the case {cells['case']!r}. Write the list again.")
    images = {role: path.parent / cells[role.value] for role in GIVEN_ROLES if cells[role.value]}
    return ReviewEntry(
        case=cells["case"],
        score=float(cells["score"] or 0.0),
        level=cells["level"],
        structure=cells["structure"],
        side=cells["side"],
        reasons=tuple(filter(None, cells["reasons"].split(" | "))),
        segmentation=path.parent / cells["segmentation"],
        images=images,
    )


def _relative(file: Path, folder: Path) -> str:
    """A path that begins with a dot or a root, so that no spreadsheet takes it for a formula."""
    try:
        below = Path(os.path.relpath(file.absolute(), folder.absolute())).as_posix()
    except ValueError:
        return file.absolute().as_posix()  # another disk on Windows
    return below if below.startswith("../") else f"./{below}"
