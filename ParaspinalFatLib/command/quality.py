"""``paraspinalfat quality``: what stands out in a finished cohort, and which cases to look at first."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ParaspinalFatLib.cohort.case_input import CaseInput
    from ParaspinalFatLib.cohort.quality import CohortQuality
    from ParaspinalFatLib.cohort.review_list import ReviewEntry

FOLDER = "quality"
"""Below the cohort's folder."""

OUTLIERS, FINDINGS, SHEET = "outliers.tsv", "findings.tsv", "contact_sheet.png"
PAGE, PAPER = "quality.html", "quality.pdf"

DESCRIPTION = """Look through the tables of a finished batch: outliers by robust z, missing levels and structures, other
protocols. Writes a report, lists, a contact sheet of the most conspicuous cases and a review list that the panel opens, into
the folder 'quality' of the cohort, anew each time. No case is excluded. Research use only."""


def add_task(tasks: argparse._SubParsersAction) -> None:
    """Add the task to the command."""
    task = tasks.add_parser("quality", help="what stands out in a cohort", description=DESCRIPTION)
    task.add_argument("cohort", type=Path, metavar="COHORT_DIR", help="output folder of 'paraspinalfat batch'")
    task.add_argument("--cut", type=float, default=3.5, metavar="Z", help="robust z of an outlier (%(default)s)")
    task.add_argument("--worst", type=int, default=12, metavar="N", help="cases on the contact sheet (%(default)s)")
    images = task.add_mutually_exclusive_group()
    images.add_argument("--manifest", type=Path, metavar="FILE", help="of the batch: the review list then names the images")
    images.add_argument("--bids", type=Path, metavar="DIR", help="of the batch: the review list then names the images")
    task.set_defaults(task=quality)


def quality(options: argparse.Namespace) -> None:
    """Assess the cohort, write all files and print what was found."""
    from ParaspinalFatLib.cohort.quality import assess
    from ParaspinalFatLib.cohort.review_list import REVIEW_LIST, review_entries

    if not options.cut > 0 or options.worst < 0:
        raise InputError("--cut must be above 0, and --worst not negative. Leave them out for the usual values.")
    found = assess(options.cohort, options.cut)
    inputs = _inputs(options, {case.name for case in found.cases})
    entries = review_entries(found, inputs)
    folder = options.cohort / FOLDER
    _write(folder, found, entries, options.worst)
    print(f"{found.count('done')} of {len(found.cases)} cases measured, {found.count('failed')} failed.")
    print(f"{len(found.outliers)} outliers beyond robust z {found.cut:g}; {len(entries)} cases in {folder / REVIEW_LIST}.")
    print(f"Report: {folder / PAGE}. Research use only.")


def _inputs(options: argparse.Namespace, names: set[str]) -> Sequence[CaseInput]:
    from ParaspinalFatLib.cohort.bids import find_cases
    from ParaspinalFatLib.cohort.manifest import read_manifest
    from ParaspinalFatLib.spreadsheet import safe_cell

    if options.manifest is None and options.bids is None:
        return ()
    cases = read_manifest(options.manifest) if options.manifest else find_cases(options.bids)
    if not names & {safe_cell(case.name) for case in cases}:
        raise InputError(
            "No case given is in this cohort. Give its own manifest or BIDS folder; pseudonyms are not led back."
        )
    return cases


def _write(folder: Path, found: CohortQuality, entries: Sequence[ReviewEntry], worst: int) -> None:
    from ParaspinalFatLib.cohort.contact_sheet import write_contact_sheet
    from ParaspinalFatLib.cohort.quality import write_findings, write_outliers
    from ParaspinalFatLib.cohort.review_list import REVIEW_LIST, write_review_list
    from ParaspinalFatLib.output_folder import complete_folder
    from ParaspinalFatLib.report.cohort_report import cohort_report
    from ParaspinalFatLib.report.html import write_html
    from ParaspinalFatLib.report.pdf import write_pdf

    files = (OUTLIERS, FINDINGS, SHEET, PAGE, PAPER, REVIEW_LIST)
    with complete_folder(folder, overwrite=True, replaced=files) as staging:
        write_outliers(staging / OUTLIERS, found.outliers)
        write_findings(staging / FINDINGS, found.findings)
        write_contact_sheet(staging / SHEET, entries, worst)
        write_review_list(staging / REVIEW_LIST, entries, folder)
        document = cohort_report(found, entries)
        write_html(staging / PAGE, document)
        write_pdf(staging / PAPER, document)
