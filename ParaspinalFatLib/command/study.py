"""``paraspinalfat study``: a cohort's measures with covariates and scores: associations, mediation, means, references."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import InputError

if TYPE_CHECKING:
    from ParaspinalFatLib.study.analysis import Plan, Results
    from ParaspinalFatLib.study.methods_text import Done

JOINED, MISSING = "joined.csv", "missing.csv"
CORRELATIONS, MEDIATIONS, MEANS = "correlations.csv", "mediation.csv", "group_means.csv"
REFERENCE, METHODS, PROVENANCE = "reference.json", "methods.txt", "provenance.json"
PICTURES = ("correlations", "mediation", "group_means")
"""How the names of pictures begin."""

FEWEST_SAMPLES = 100
"""Of a bootstrap; fewer give no interval worth the name."""

DESCRIPTION = """Join a cohort's measurement table with a table of covariates and clinical scores, case by case. Missing
values are never imputed; every analysis counts its complete cases. Needs the packages of the extra 'statistics'.
Research use only."""


def add_task(tasks: argparse._SubParsersAction) -> None:
    """Add the task and its options."""
    task = tasks.add_parser(
        "study", help="associations of a cohort's measures with clinical scores", description=DESCRIPTION
    )
    tables = task.add_argument_group("tables")
    tables.add_argument(
        "--cohort", type=Path, required=True, metavar="CSV", help="measurements of many cases, with a case column"
    )
    tables.add_argument(
        "--covariates", type=Path, required=True, metavar="FILE", help="one row a case: covariates and scores"
    )
    tables.add_argument("--case", default="case", metavar="COLUMN", help="names the case in both (%(default)s)")
    tables.add_argument("--person", metavar="COLUMN", help="names the person: two cases of one are then refused")
    tables.add_argument(
        "--where", nargs="+", default=[], type=_equation, metavar="COLUMN=VALUE", help="cases that take part"
    )
    what = task.add_argument_group("variables")
    what.add_argument(
        "--measure", nargs="+", required=True, metavar="M", help="STRUCTURE:SIDE:REGION:COLUMN, as MF:both:whole:ff_mean_pct"
    )
    what.add_argument("--score", nargs="+", default=[], metavar="COLUMN", help="outcomes, such as ODI")
    what.add_argument("--function", nargs="+", default=[], metavar="COLUMN", help="mediators, such as endurance")
    what.add_argument("--adjust", nargs="+", default=[], metavar="COLUMN", help="held constant, such as age sex bmi")
    what.add_argument("--method", choices=("pearson", "spearman"), default="pearson", help="of correlation (%(default)s)")
    what.add_argument("--bootstrap", type=int, default=5000, metavar="N", help="samples of the mediation (%(default)s)")
    means = task.add_argument_group("group means")
    means.add_argument("--sex-column", metavar="COLUMN", help="female or male")
    means.add_argument("--age-column", metavar="COLUMN", help="in years")
    means.add_argument(
        "--age-bands", nargs="+", type=float, default=[], metavar="YEARS", help="where bands begin, and the end"
    )
    own = task.add_argument_group("own reference values, for 'paraspinalfat run --references'")
    own.add_argument(
        "--reference-group", type=_equation, metavar="COLUMN=VALUE", help="the healthy ones, such as group=healthy"
    )
    own.add_argument("--reference-measure", nargs="+", metavar="M", help="whose percentiles; else every --measure")
    own.add_argument("--reference-name", default="Own healthy group", metavar="NAME", help="how it is called in tables")
    own.add_argument("--smallest-group", type=int, default=20, metavar="N", help="persons a group must have (%(default)s)")
    task.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the results")
    task.add_argument("--overwrite", action="store_true", help="replace results that are already in the output folder")
    task.add_argument("--quiet", action="store_true", help="no progress bar")
    task.set_defaults(task=study)


def _equation(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not (column and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=VALUE")
    return column, value


def study(options: argparse.Namespace) -> None:
    """Analyse as the command line says, write the results and print the main figures."""
    from ParaspinalFatLib.command.progress_bar import progress_bar
    from ParaspinalFatLib.output_folder import require_usable
    from ParaspinalFatLib.spreadsheet import read_sheet
    from ParaspinalFatLib.study.analysis import analyse

    require_usable(options.output, overwrite=options.overwrite)
    plan = _plan(options)
    with progress_bar(shown=not options.quiet) as progress:
        results = analyse(read_sheet(options.cohort), read_sheet(options.covariates), plan, progress)
    _write(options, plan, results)
    _print(options.output, results)


def _plan(options: argparse.Namespace) -> Plan:
    from ParaspinalFatLib.study.analysis import Plan
    from ParaspinalFatLib.study.joined import Keys
    from ParaspinalFatLib.study.measures import Measure

    if options.bootstrap < FEWEST_SAMPLES:
        raise InputError(
            f"{options.bootstrap} bootstrap samples are too few for an interval. Give at least {FEWEST_SAMPLES}."
        )
    return Plan(
        measures=[Measure.read(text) for text in options.measure],
        scores=options.score,
        functions=options.function,
        adjust=options.adjust,
        method=options.method,
        bootstrap=options.bootstrap,
        sex=options.sex_column,
        age=options.age_column,
        age_edges=options.age_bands,
        keys=Keys(options.case, options.person, dict(options.where)),
        healthy=options.reference_group,
        reference_measures=[Measure.read(text) for text in options.reference_measure or ()],
        reference_name=options.reference_name,
        fewest=options.smallest_group,
    )


def _write(options: argparse.Namespace, plan: Plan, results: Results) -> None:
    from ParaspinalFatLib.files import written_whole
    from ParaspinalFatLib.output_folder import complete_folder
    from ParaspinalFatLib.provenance import as_json
    from ParaspinalFatLib.spreadsheet import write_sheet
    from ParaspinalFatLib.study.joined import missing_table
    from ParaspinalFatLib.study.methods_text import methods_text

    frame = results.joined.frame
    pictures = (path.name for path in options.output.glob("*.png") if path.name.startswith(PICTURES))
    optional = (CORRELATIONS, MEDIATIONS, REFERENCE, *pictures)
    with complete_folder(options.output, overwrite=options.overwrite, replaced=optional) as folder:
        rows = [{options.case: str(case), **row} for case, row in zip(frame.index, frame.to_dict("records"), strict=True)]
        tables: dict[str, Sequence[Mapping[str, object]]] = {
            JOINED: rows,
            MISSING: missing_table(frame),
            CORRELATIONS: [one.row for one in results.correlations],
            MEDIATIONS: [row for one in results.mediations for row in one.rows],
            MEANS: results.means,
        }
        for name, content in tables.items():
            if content:
                write_sheet(folder / name, list(dict.fromkeys(key for row in content for key in row)), content)
        _write_plots(folder, plan, results)
        if results.reference is not None:
            with written_whole(folder / REFERENCE) as path:
                path.write_text(as_json(results.reference), encoding="utf-8")
        with written_whole(folder / METHODS) as path:
            path.write_text(methods_text(_done(plan, results)), encoding="utf-8")
        with written_whole(folder / PROVENANCE) as path:
            path.write_text(as_json(_record(options, results)), encoding="utf-8")


def _done(plan: Plan, results: Results) -> Done:
    from ParaspinalFatLib.study.methods_text import Done

    return Done(
        len(results.joined.frame),
        plan.method if results.correlations else "",
        plan.adjust,
        plan.bootstrap if results.mediations else 0,
        str(results.reference["cohort"]) if results.reference else "",
        plan.fewest,
    )


def _write_plots(folder: Path, plan: Plan, results: Results) -> None:
    from ParaspinalFatLib.study.plots import write_correlations, write_group_means, write_mediations

    if results.correlations:
        write_correlations(folder / "correlations.png", results.correlations, plan.adjust)
    if any(one.paths for one in results.mediations):
        write_mediations(folder / "mediation.png", results.mediations)
    if plan.sex or plan.age_edges:
        for number, name in enumerate(plan.names, start=1):
            write_group_means(folder / f"group_means_{number}.png", results.means, name)


def _record(options: argparse.Namespace, results: Results) -> dict[str, object]:
    from ParaspinalFatLib.provenance import provenance
    from ParaspinalFatLib.study.mediation import SEED

    names = (
        "case",
        "person",
        "where",
        "measure",
        "score",
        "function",
        "adjust",
        "method",
        "bootstrap",
        "sex_column",
        "age_column",
    )
    more = ("age_bands", "reference_group", "reference_measure", "reference_name", "smallest_group")
    parameters = {name: getattr(options, name) for name in (*names, *more)} | {"seed": SEED}
    inputs = {"cohort": options.cohort, "covariates": options.covariates}
    return provenance(inputs, parameters, cases=len(results.joined.frame), remarks=list(results.remarks))


def _print(folder: Path, results: Results) -> None:
    print(f"{len(results.joined.frame)} cases\n")
    for one in results.correlations:
        figures = f"r {one.r:+.3f} ({one.low:+.3f} to {one.high:+.3f})  p {one.p:.2g}  adjusted {one.p_adjusted:.2g}"
        print(f"{one.x} ~ {one.y}: n {one.n} ({one.missing} missing)  {one.note or figures}")
    for found in results.mediations:
        indirect, share = found.indirect, found.proportion
        of_total = share.note if math.isnan(share.value) else f"{share.value:.0f} % of the total effect"
        figures = f"indirect {indirect.value:+.4g} ({indirect.low:+.4g} to {indirect.high:+.4g}); {of_total}"
        print(f"{found.x} > {found.mediator} > {found.y}: n {found.n} ({found.missing} missing)  {found.note or figures}")
    for remark in results.remarks:
        print(remark, file=sys.stderr)
    print(f"\nResults: {folder}")
