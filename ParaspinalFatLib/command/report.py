"""``paraspinalfat report``: the report of finished cases, as a web page and for paper."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role

if TYPE_CHECKING:
    from ParaspinalFatLib.report.write_case import ReportChoices

IMAGES = {
    Role.ANATOMY: "--input",
    Role.WATER: "--water",
    Role.FAT: "--fat",
    Role.FAT_FRACTION: "--fat-fraction",
    Role.IN_PHASE: "--in-phase",
    Role.OPPOSED_PHASE: "--opposed-phase",
}

DESCRIPTION = """Write report.html and report.pdf into folders of results: of 'run', of a batch, or exported from the panel.
With the images that a case was measured on, each level is drawn; without them the folder's overlay is shown. Research use
only."""


def add_task(tasks: argparse._SubParsersAction) -> None:
    """Add the task to the command."""
    task = tasks.add_parser("report", help="a document for finished cases", description=DESCRIPTION)
    task.add_argument("folders", nargs="+", type=Path, metavar="RESULT_FOLDER", help="results of one case each")
    add_formats(task)
    task.add_argument("--anonymise", action="store_true", help="leave out the names of case, patient and files")
    task.add_argument("--overwrite", action="store_true", help="replace reports that are there")
    one = task.add_argument_group("with a single RESULT_FOLDER")
    one.add_argument("--name", default="", metavar="TEXT", help="name of the case on paper; else that of its folder")
    one.add_argument("--output", type=Path, metavar="DIR", help="write the report there, not beside the results")
    for role, flag in IMAGES.items():
        one.add_argument(flag, type=Path, metavar="PATH", dest=role.value, help="image it was measured on")
    task.set_defaults(task=report)


def add_formats(task: argparse.ArgumentParser) -> None:
    """Which formats; both if none is named."""
    task.add_argument("--html", action="store_true", help="write the web page (else both)")
    task.add_argument("--pdf", action="store_true", help="write the PDF (else both)")


def report(options: argparse.Namespace) -> None:
    """Write the reports and say where they are."""
    from ParaspinalFatLib.report.write_case import write_case_report

    images = {role: getattr(options, role.value) for role in IMAGES if getattr(options, role.value) is not None}
    if len(options.folders) > 1 and (images or options.name or options.output):
        raise InputError("Images, --name and --output are for a single case. Give one RESULT_FOLDER with them.")
    if options.output is not None and not options.output.is_dir():
        raise InputError(f"{options.output} is no folder. Make it first, or leave --output out.")
    choices = choices_of(options)
    for folder in options.folders:
        written = write_case_report(
            folder, choices, images, name=options.name, output=options.output, overwrite=options.overwrite
        )
        print("\n".join(map(str, written)))


def choices_of(options: argparse.Namespace) -> ReportChoices:
    """What to write, from the command line."""
    from ParaspinalFatLib.report.write_case import HTML, PDF, ReportChoices

    files = tuple(file for file, wanted in ((HTML, options.html), (PDF, options.pdf)) if wanted)
    return ReportChoices(files or (HTML, PDF), options.anonymise)
