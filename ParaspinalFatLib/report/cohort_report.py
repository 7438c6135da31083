"""The report of a cohort: who is in it, distributions, what is far from the rest, missing or done otherwise."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from ParaspinalFatLib.cohort.findings import RARE_SHARE, SPACING_TOLERANCE, USUAL_SHARE, WORDS
from ParaspinalFatLib.cohort.outliers import FEWEST, WHOLE, Outlier
from ParaspinalFatLib.cohort.quality import CohortQuality
from ParaspinalFatLib.cohort.review_list import QUANTITIES, ReviewEntry
from ParaspinalFatLib.report.cohort_plots import distribution_pictures, flow_picture
from ParaspinalFatLib.report.document import Block, Document, Heading, Paragraph, Section, TableBlock

TITLE = "Paraspinal muscles on lumbar MRI: quality of a cohort"

MOST_ROWS = 40
"""Rows of a table in the report; the files beside it have all of them."""


def cohort_report(quality: CohortQuality, entries: Sequence[ReviewEntry]) -> Document:
    """Put the report of a cohort together.

    Args:
        quality: what the tables show.
        entries: the review list.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    sections = (
        Section("From all cases to those measured", _flow(quality, entries)),
        Section("Distributions", _distributions(quality), new_page=True),
        Section("Outliers", _outliers(quality)),
        Section("Missing levels and structures", _findings(quality, ("level", "structure"), _MISSING)),
        Section("Protocol", [_protocols(quality), *_findings(quality, ("protocol",), _PROTOCOL)]),
        Section("Noticed by the program in few cases", _findings(quality, ("noticed",), _NOTICED)),
        Section("Cases to be looked at first", _worst(entries)),
    )
    about = f"Cohort {quality.folder.resolve().name}: {quality.count('done')} of {len(quality.cases)} cases measured"
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    return Document(TITLE, about, f"Written {now}", sections)


_MISSING = (
    f"Expected is what at least {USUAL_SHARE:.0%} of the measured cases have. A level is also missing where it has another "
    "name, such as a number."
)
_PROTOCOL = (
    "Named are cases whose images, outlines or fat method are not the most frequent ones, or whose voxel size differs from "
    f"the median by more than {SPACING_TOLERANCE:.0%}."
)
_NOTICED = (
    f"Named are observations of fewer than {RARE_SHARE:.0%} of the measured cases; the sentences are in provenance.json."
)


def _flow(quality: CohortQuality, entries: Sequence[ReviewEntry]) -> list[Block]:
    failed = [case for case in quality.cases if case.state == "failed"]
    kinds = ", ".join(f"{count} {error or 'other'}" for error, count in Counter(case.error for case in failed).most_common())
    waiting, changed = quality.count("waiting"), quality.count("changed")
    open_ends = [f"{count} {word}" for count, word in ((waiting, "not run yet"), (changed, "changed since")) if count]
    run = len(quality.cases) - waiting - changed
    done = quality.count("done")
    lines = [
        (f"in the list: {len(quality.cases)}", ", ".join(open_ends)),
        (f"run: {run}", f"{len(failed)} failed: {kinds}" if failed else ""),
        (f"measured: {done}", f"{len(entries)} with something to look at (they stay in the tables)" if entries else ""),
        (f"nothing conspicuous: {done - len(entries)}", ""),
    ]
    rows = tuple((case.name, case.error, case.reason) for case in failed[:MOST_ROWS])
    headings = (Heading("Case"), Heading("Error"), Heading("Reason", share=4.0))
    table = [TableBlock(_cut("Cases that failed", len(failed)), headings, rows)] if rows else []
    return [flow_picture(lines), *table]


def _distributions(quality: CohortQuality) -> list[Block]:
    if not quality.values:
        return [Paragraph("No case has been measured.")]
    said = (
        "Boxes: median and quartiles; whiskers: farthest value within 1.5 quartile distances; dots: cases, where a group "
        "has at most 300; crosses: outliers. Blue: right; orange: left; grey: midline."
    )
    return [*distribution_pictures(quality.values, quality.cut), Paragraph(said, is_note=True)]


def _outliers(quality: CohortQuality) -> list[Block]:
    cases = len({outlier.case for outlier in quality.outliers})
    said = Paragraph(
        f"{len(quality.outliers)} values of {cases} cases have a robust z beyond {quality.cut:g} "
        "(0.6745 (x - median) / median absolute deviation, within structure, level, side and fat method; groups of at least "
        f"{FEWEST} values). Fat fractions are skewed: high values pass the cut sooner than low ones. An outlier may be a "
        "poor outline, another protocol or an unusual person; nothing is excluded by itself."
    )
    headings = (
        Heading("Case", share=1.6), Heading("Structure"), Heading("Side", share=0.8), Heading("Level", share=0.8),
        Heading("Quantity", share=1.2), Heading("Value", is_number=True), Heading("Median", is_number=True),
        Heading("Robust z", is_number=True), Heading("n", is_number=True, share=0.6),
    )  # fmt: skip
    rows = tuple(_outlier_row(outlier) for outlier in quality.outliers[:MOST_ROWS])
    return [said, *([TableBlock(_cut("Farthest values", len(quality.outliers)), headings, rows)] if rows else [])]


def _outlier_row(outlier: Outlier) -> tuple[str, ...]:
    group = outlier.group
    quantity, unit = QUANTITIES[group.column]
    numbers = (f"{outlier.value:.1f} {unit}", f"{outlier.median:.1f} {unit}", f"{outlier.z:+.1f}", str(outlier.n))
    return (outlier.case, group.structure, group.side, group.level if group.level != WHOLE else "all", quantity, *numbers)


def _findings(quality: CohortQuality, kinds: Sequence[str], said: str) -> list[Block]:
    found = [finding for kind in kinds for finding in quality.of_kind(kind)]
    rows = tuple((finding.case, finding.phrase) for finding in found[:MOST_ROWS])
    headings = (Heading("Case"), Heading("What", share=4.0))
    table = TableBlock(_cut("", len(found)), headings, rows) if rows else Paragraph("None.")
    return [Paragraph(said, is_note=True), table]


def _protocols(quality: CohortQuality) -> Block:
    headings = (*(Heading(title.capitalize()) for title in WORDS.values()), Heading("Cases", is_number=True, share=0.6))
    found = list(quality.protocols.items())
    rows = tuple((*(cell for _, cell in protocol), str(count)) for protocol, count in found[:MOST_ROWS])
    return TableBlock(_cut("Combinations that occur (sizes in mm)", len(found)), headings, rows)


def _worst(entries: Sequence[ReviewEntry]) -> list[Block]:
    headings = (Heading("", is_number=True, share=0.3), Heading("Case"), Heading("Why", share=5.0))
    rows = tuple((str(n), entry.case, "; ".join(entry.reasons)) for n, entry in enumerate(entries[:MOST_ROWS], 1))
    return (
        [TableBlock(_cut("In the order of the review list", len(entries)), headings, rows)] if rows else [Paragraph("None.")]
    )


def _cut(title: str, count: int) -> str:
    """The title, and how many rows are shown if not all."""
    return f"{title} (first {MOST_ROWS} of {count})".strip() if count > MOST_ROWS else title
