"""``paraspinalfat study``: a cohort's measures with covariates and scores: associations, mediation, means, references."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import InputError

if TYPE_CHECKING:
    from pandas import Series

    from ParaspinalFatLib.progress import Progress
    from ParaspinalFatLib.study.associations import Association
    from ParaspinalFatLib.study.groups import Bands
    from ParaspinalFatLib.study.joined import Joined
    from ParaspinalFatLib.study.measures import Measure
    from ParaspinalFatLib.study.mediation import Mediation
    from ParaspinalFatLib.study.methods_text import Done

JOINED, MISSING = "joined.csv", "missing.csv"
CORRELATIONS, MEDIATIONS, MEANS = "correlations.csv", "mediation.csv", "group_means.csv"
REFERENCE, METHODS, PROVENANCE = "reference.json", "methods.txt", "provenance.json"

DESCRIPTION = """Join a cohort's measurement table with a table of covariates and clinical scores, case by case.
Missing values are never imputed; every analysis counts its complete cases. Needs the packages of the extra 'statistics'. Research use
only."""


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


@dataclass(frozen=True)
class _Results:
    """What a study found."""

    joined: Joined
    correlations: Sequence[Association]
    mediations: Sequence[Mediation]
    means: Sequence[dict[str, object]]
    reference: dict[str, object] | None
    remarks: Sequence[str]


def study(options: argparse.Namespace) -> None:
    """Analyse as the command line says, write the results and print the main figures."""
    from ParaspinalFatLib.command.progress_bar import progress_bar
    from ParaspinalFatLib.output_folder import require_usable

    require_usable(options.output, overwrite=options.overwrite)
    if options.bootstrap < 100:
        raise InputError(f"{options.bootstrap} bootstrap samples are too few for an interval. Give at least 100.")
    with progress_bar(shown=not options.quiet) as progress:
        results = _analyse(options, progress)
    _write(options, results)
    _print(options, results)


def _analyse(options: argparse.Namespace, progress: Progress) -> _Results:
    from ParaspinalFatLib.spreadsheet import read_sheet
    from ParaspinalFatLib.study.associations import partial_correlations
    from ParaspinalFatLib.study.groups import Bands, group_means
    from ParaspinalFatLib.study.joined import Keys, join
    from ParaspinalFatLib.study.measures import Measure
    from ParaspinalFatLib.study.mediation import mediate

    measures = [Measure.read(text) for text in dict.fromkeys([*options.measure, *(options.reference_measure or ())])]
    bands = Bands(options.age_column, options.age_bands)
    age = [options.age_column] if options.age_column else []
    group = [options.reference_group[0]] if options.reference_group else []
    joined = join(
        read_sheet(options.cohort),
        read_sheet(options.covariates),
        measures,
        [*options.score, *options.function, *options.adjust, *age],
        [*([options.sex_column] if options.sex_column else []), *group],
        Keys(options.case, options.person, dict(options.where)),
    )
    names = [Measure.read(text).name for text in options.measure]
    pairs = [(x, y) for x in names for y in (*options.score, *options.function)]
    pairs += [(x, y) for x in options.function for y in options.score]
    correlations = partial_correlations(joined.frame, pairs, options.adjust, options.method)
    triples = [(x, m, y) for x in names for m in options.function for y in options.score]
    mediations = []
    for number, (x, mediator, y) in enumerate(triples):
        progress(number / len(triples), f"Mediation {number + 1} of {len(triples)}")
        mediations.append(mediate(joined.frame, x, mediator, y, options.adjust, options.bootstrap))
    means = group_means(joined.frame, [*names, *options.function, *options.score], bands, _sexes(options, joined))
    reference, remarks = _reference(options, joined, measures, bands)
    progress(1.0, "Analysed")
    return _Results(joined, correlations, mediations, means, reference, [*joined.remarks, *remarks])


def _reference(
    options: argparse.Namespace, joined: Joined, measures: Sequence[Measure], bands: Bands
) -> tuple[dict[str, object] | None, list[str]]:
    from ParaspinalFatLib.study.measures import Measure
    from ParaspinalFatLib.study.own_references import Description, reference_content

    if options.reference_group is None:
        return None, []
    column, value = options.reference_group
    healthy = joined.frame[joined.words[column] == value]
    wanted = [Measure.read(text) for text in options.reference_measure] if options.reference_measure else measures
    described = Description(options.reference_name, f"{len(healthy)} persons with {column} {value}")
    return reference_content(
        healthy, wanted, joined.fat_methods, bands, _sexes(options, joined), described, options.smallest_group
    )


def _sexes(options: argparse.Namespace, joined: Joined) -> Series | None:
    return joined.words[options.sex_column] if options.sex_column else None


def _write(options: argparse.Namespace, results: _Results) -> None:
    from ParaspinalFatLib.files import written_whole
    from ParaspinalFatLib.output_folder import complete_folder
    from ParaspinalFatLib.provenance import as_json
    from ParaspinalFatLib.spreadsheet import write_sheet
    from ParaspinalFatLib.study.joined import missing_table
    from ParaspinalFatLib.study.methods_text import methods_text

    frame = results.joined.frame
    optional = (CORRELATIONS, MEDIATIONS, REFERENCE)
    with complete_folder(options.output, overwrite=options.overwrite, replaced=optional) as folder:
        rows = [{options.case: str(case), **row} for case, row in zip(frame.index, frame.to_dict("records"), strict=True)]
        tables: dict[str, Sequence[dict[str, object]]] = {
            JOINED: rows,
            MISSING: missing_table(frame),
            CORRELATIONS: [one.row for one in results.correlations],
            MEDIATIONS: [row for one in results.mediations for row in one.rows],
            MEANS: results.means,
        }
        for name, content in tables.items():
            if content:
                write_sheet(folder / name, list(dict.fromkeys(key for row in content for key in row)), content)
        _write_plots(folder, options, results)
        if results.reference is not None:
            with written_whole(folder / REFERENCE) as path:
                path.write_text(as_json(results.reference), encoding="utf-8")
        with written_whole(folder / METHODS) as path:
            path.write_text(methods_text(_done(options, results)), encoding="utf-8")
        with written_whole(folder / PROVENANCE) as path:
            path.write_text(as_json(_record(options, results)), encoding="utf-8")


def _done(options: argparse.Namespace, results: _Results) -> Done:
    from ParaspinalFatLib.study.methods_text import Done

    return Done(
        len(results.joined.frame),
        options.method if results.correlations else "",
        options.adjust,
        options.bootstrap if results.mediations else 0,
        str(results.reference["cohort"]) if results.reference else "",
        options.smallest_group,
    )


def _write_plots(folder: Path, options: argparse.Namespace, results: _Results) -> None:
    from ParaspinalFatLib.study.measures import Measure
    from ParaspinalFatLib.study.plots import write_correlations, write_group_means, write_mediations

    if results.correlations:
        write_correlations(folder / "correlations.png", results.correlations, options.adjust)
    if any(one.paths for one in results.mediations):
        write_mediations(folder / "mediation.png", results.mediations)
    if options.sex_column or options.age_bands:
        for number, name in enumerate([Measure.read(text).name for text in options.measure], start=1):
            write_group_means(folder / f"group_means_{number}.png", results.means, name)


def _record(options: argparse.Namespace, results: _Results) -> dict[str, object]:
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


def _print(options: argparse.Namespace, results: _Results) -> None:
    print(f"{len(results.joined.frame)} cases\n")
    for one in results.correlations:
        figures = f"r {one.r:+.3f} ({one.low:+.3f} to {one.high:+.3f})  p {one.p:.2g}  adjusted {one.p_adjusted:.2g}"
        print(f"{one.x} ~ {one.y}: n {one.n} ({one.missing} missing)  {one.note or figures}")
    for found in results.mediations:
        indirect, share = found.indirect, found.proportion
        figures = (
            f"indirect {indirect.value:+.4g} ({indirect.low:+.4g} to {indirect.high:+.4g}), {share.value:.0f} % of total"
        )
        print(f"{found.x} > {found.mediator} > {found.y}: n {found.n} ({found.missing} missing)  {found.note or figures}")
    for remark in results.remarks:
        print(remark, file=sys.stderr)
    print(f"\nResults: {options.output}")
