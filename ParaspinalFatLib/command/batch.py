"""``paraspinalfat batch``: many cases, from a manifest or a BIDS folder to one folder a case and the cohort's tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.command.arguments import add_computing, add_measuring, count, own_references_of

if TYPE_CHECKING:
    from ParaspinalFatLib.cohort.case_input import CaseInput
    from ParaspinalFatLib.command.batch_run import BatchChoices

DESCRIPTION = """Outline and measure many cases. A case that cannot be used is recorded with its reason, and the rest go on.
Run the same command again after any stop: finished cases are not done twice. Research use only."""


def add_task(tasks: argparse._SubParsersAction) -> None:
    """Add the task to the command."""
    task = tasks.add_parser("batch", help="many cases to the tables of a cohort", description=DESCRIPTION)
    source = task.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help="CSV or TSV, one row a case: case, session; images under anatomy, water, fat, fat_fraction, in_phase, "
        "opposed_phase; mask, levels, sagittal, sex, age; any other column is a covariate",
    )
    source.add_argument("--bids", type=Path, metavar="DIR", help="folder of a BIDS data set")
    task.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the cohort")
    _add_selection(task)
    measuring = add_measuring(task)
    measuring.add_argument(
        "--number-levels",
        action="store_true",
        help="number the levels instead of naming them from the images",
    )
    computing = add_computing(task)
    computing.add_argument(
        "--workers", type=count, default=0, metavar="N", help="worker processes on this computer; 0 for as many as fit"
    )
    computing.add_argument(
        "--scheduler", metavar="ADDRESS", help="use the workers of this Dask scheduler, such as tcp://10.0.0.5:8786"
    )
    task.add_argument("--report", action="store_true", help="also write report.html and report.pdf of each case")
    task.add_argument("--quiet", action="store_true", help="no progress bar")
    task.set_defaults(task=batch)


def _add_selection(task: argparse.ArgumentParser) -> None:
    selection = task.add_argument_group("which cases")
    selection.add_argument("--only", nargs="+", metavar="CASE", help="run these cases only")
    selection.add_argument("--retry-failed", action="store_true", help="also try cases again that have failed")
    selection.add_argument(
        "--overwrite", action="store_true", help="measure cases again whose inputs, settings or weights have changed"
    )
    selection.add_argument("--dry-run", action="store_true", help="only check all inputs, from headers where possible")
    selection.add_argument(
        "--anonymise",
        type=Path,
        metavar="KEYFILE",
        help="replace names of cases by pseudonyms; the file that leads back is kept here, apart from the results",
    )
    selection.add_argument("--suffix", default="", metavar="T2w", help="with --bids: only images of this suffix")
    selection.add_argument("--acquisition", default="", metavar="LABEL", help="with --bids: only images of this acq label")


def batch(options: argparse.Namespace) -> None:
    """Run a cohort as the command line says."""
    from ParaspinalFatLib.command.batch_run import check_cohort, run_cohort

    cases = _cases(options)
    choices = _choices(options)
    if options.dry_run:
        check_cohort(cases, choices)
    else:
        run_cohort(cases, choices)


def _cases(options: argparse.Namespace) -> list[CaseInput]:
    """The cohort's cases, under pseudonyms if that was asked for; a dry run writes no key file."""
    from ParaspinalFatLib.cohort.bids import find_cases
    from ParaspinalFatLib.cohort.manifest import read_manifest
    from ParaspinalFatLib.cohort.pseudonyms import anonymised, left_out

    if options.manifest:
        cases = read_manifest(options.manifest)
    else:
        cases = find_cases(options.bids, suffix=options.suffix, acquisition=options.acquisition)
    if not options.anonymise or options.dry_run:
        return cases
    dropped = left_out(cases)
    if dropped:
        print(f"Left out, since they may tell who was examined: {', '.join(dropped)}.")
    return anonymised(cases, options.anonymise, options.output)


def _choices(options: argparse.Namespace) -> BatchChoices:
    from ParaspinalFatLib.case import MeasurementSettings
    from ParaspinalFatLib.command.batch_run import BatchChoices
    from ParaspinalFatLib.measurement.level_detection import LevelSearch

    return BatchChoices(
        output=options.output.absolute(),
        settings=MeasurementSettings(
            options.fat_method,
            dict(options.fat_options),
            search=LevelSearch(options.level_kind, options.lowest_level),
            references=own_references_of(options),
        ),
        name_levels=not options.number_levels,
        weights=options.weights.absolute() if options.weights else None,
        device=options.device,
        threads=options.threads,
        workers=options.workers,
        scheduler=options.scheduler,
        only=tuple(options.only or ()),
        retry_failed=options.retry_failed,
        overwrite=options.overwrite,
        anonymised=options.anonymise is not None,
        report=options.report,
        quiet=options.quiet,
    )
