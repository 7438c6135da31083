"""``paraspinalfat agree``: agreement of two sets of masks, two tables, or columns of one table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import InputError

if TYPE_CHECKING:
    from ParaspinalFatLib.agreement.mask_sets import MaskComparison
    from ParaspinalFatLib.agreement.pairing import Identity, Pairing
    from ParaspinalFatLib.agreement.result_files import Agreement

PROVENANCE = "provenance.json"

DESCRIPTION = """Compare two sets of masks (folders or files, paired by name), two measurement tables (rows paired by case,
structure, side, region and level), or columns of one table. Groups are never pooled; rows of single slices take part only
with --slices. Needs the packages of the extra 'statistics'. Research use only."""

TABLE_ENDINGS = (".csv", ".tsv", ".txt")


def add_task(tasks: argparse._SubParsersAction) -> None:
    """Add the task and its options."""
    task = tasks.add_parser(
        "agree",
        help="agreement of two readers, methods or sets of masks",
        description=DESCRIPTION,
    )
    what = task.add_argument_group("what is compared")
    what.add_argument(
        "--reference", type=Path, metavar="PATH", help="masks or table of the reference (manual, first reader)"
    )
    what.add_argument("--other", type=Path, metavar="PATH", help="masks or table of the other one (network, second reader)")
    what.add_argument("--table", type=Path, metavar="FILE", help="instead: one table with --pair columns")
    what.add_argument(
        "--pair", action="append", default=[], type=_pair, metavar="NAME=REFERENCE:OTHER", help="columns; may be repeated"
    )
    what.add_argument("--value", nargs="+", default=["volume_ml", "ff_mean_pct"], metavar="COLUMN", help="of two tables")
    what.add_argument(
        "--names", nargs=2, default=["reference", "other"], metavar=("REFERENCE", "OTHER"), help="for the reader"
    )
    what.add_argument("--slices", action="store_true", help="rows of single slices too (several of each person in a group)")
    rows = task.add_argument_group("whose rows, and which groups")
    rows.add_argument("--case", default="case", metavar="COLUMN", help="names the case (%(default)s)")
    rows.add_argument("--person", metavar="COLUMN", help="names the person, where persons have several cases")
    rows.add_argument("--person-pattern", metavar="REGEX", help="or: the part of the case's name that is the person")
    rows.add_argument(
        "--by", nargs="+", default=[], metavar="COLUMN", help="group columns; else structure, side, region, level"
    )
    how = task.add_argument_group("how")
    how.add_argument(
        "--margin", default="5%", metavar="SIZE", help="of the equivalence test, such as 5%% or 2.5 (%(default)s)"
    )
    how.add_argument("--unit", metavar="UNIT", help="of the values; else from the columns' names")
    how.add_argument(
        "--limits", nargs="+", type=float, default=[], metavar="VALUE", help="cut values into classes for kappa"
    )
    how.add_argument("--categorical", action="store_true", help="the cells are classes, not numbers: kappa only")
    masks = task.add_argument_group("label values of masks, where they are not this program's")
    masks.add_argument("--reference-labels", metavar="1=ES_right,...", help="what the values mean; others are ignored")
    masks.add_argument("--other-labels", metavar="1=ES_right,...")
    masks.add_argument("--unknown", type=int, metavar="VALUE", help="value of voxels that the reference does not know")
    task.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the results")
    task.add_argument("--overwrite", action="store_true", help="replace results that are already in the output folder")
    task.add_argument("--quiet", action="store_true", help="no progress bar")
    task.set_defaults(task=agree)


def _pair(text: str) -> tuple[str, tuple[str, str]]:
    name, equals, columns = text.partition("=")
    reference, colon, other = columns.partition(":")
    if not (name and equals and reference and colon and other):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=REFERENCE:OTHER")
    return name, (reference, other)


def _require_distinct(option: str, names: Sequence[str]) -> None:
    """Raise InputError if results of one name would hide others."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"--{option} gives the name {twice!r} twice. Give each a name of its own.")


@dataclass(frozen=True)
class _Compared:
    """What was paired, and the masks' overlaps where masks were compared."""

    pairing: Pairing
    person_of: dict[str, str]
    masks: MaskComparison | None = None


def agree(options: argparse.Namespace) -> None:
    """Compare as the command line says, write the results and print the main figures."""
    from ParaspinalFatLib.agreement.analysis import Analysis, analyse, overlap_results
    from ParaspinalFatLib.agreement.equivalence import Margin
    from ParaspinalFatLib.agreement.result_files import Agreement
    from ParaspinalFatLib.output_folder import require_usable

    _require_distinct("names", options.names)
    _require_distinct("pair", [name for name, _ in options.pair])
    require_usable(options.output, overwrite=options.overwrite)
    how = Analysis(
        (options.names[0], options.names[1]), Margin.read(options.margin), options.unit, options.limits, options.categorical
    )
    compared = _compare(options)
    if not compared.pairing.matched:
        reasons = sorted({one.reason for one in compared.pairing.left_out}) or ["there is nothing to compare"]
        raise InputError(f"No pair was found: {'; '.join(reasons[:3])}. Check that both sides name their cases alike.")
    overlaps = overlap_results(compared.masks, compared.person_of) if compared.masks else []
    found = Agreement(how, compared.pairing, analyse(compared.pairing, how), overlaps, compared.masks)
    _write(options, found)
    _print(options.output, found)


def _compare(options: argparse.Namespace) -> _Compared:
    from ParaspinalFatLib.agreement.pairing import Identity, Selection, pair_columns, pair_tables
    from ParaspinalFatLib.spreadsheet import read_sheet

    identity = Identity(options.case, options.person, options.person_pattern)
    if options.table is not None:
        if not options.pair:
            raise InputError("--table needs the columns to compare. Add --pair NAME=REFERENCE:OTHER.")
        sheet = read_sheet(options.table)
        return _Compared(pair_columns(sheet, dict(options.pair), identity, options.by, slices=options.slices), {})
    if options.reference is None or options.other is None:
        raise InputError("Nothing to compare was given. Give --reference and --other, or --table and --pair.")
    for place in (options.reference, options.other):
        if not place.exists():
            raise InputError(f"{place} does not exist. Check the path.")
    are_tables = [place.is_file() and place.suffix.lower() in TABLE_ENDINGS for place in (options.reference, options.other)]
    if not any(are_tables):
        return _compare_masks(options, identity)
    if not all(are_tables):
        raise InputError("A table and masks cannot be compared. Give two tables (.csv, .tsv), or two sets of masks.")
    selection = Selection(options.value, options.by, options.slices)
    return _Compared(pair_tables(read_sheet(options.reference), read_sheet(options.other), selection, identity), {})


def _compare_masks(options: argparse.Namespace, identity: Identity) -> _Compared:
    from ParaspinalFatLib.agreement.mask_sets import compare_masks
    from ParaspinalFatLib.agreement.masks import Labelling, mask_files
    from ParaspinalFatLib.agreement.pairing import Pairing
    from ParaspinalFatLib.command.progress_bar import progress_bar

    if options.person:
        raise InputError("Masks have no column of persons. Name the person by --person-pattern, a part of the case's name.")
    reference, other = mask_files(options.reference), mask_files(options.other)
    if options.reference.is_file() and options.other.is_file():
        other = dict(zip(reference, other.values(), strict=True))
    labellings = (Labelling.read(options.reference_labels, options.unknown), Labelling.read(options.other_labels))
    with progress_bar(shown=not options.quiet) as progress:
        masks = compare_masks(reference, other, labellings, progress)
    person_of = {case: identity.person_of({identity.case: case}) for case in reference}
    return _Compared(Pairing(masks.volumes(person_of), masks.left_out), person_of, masks)


def _write(options: argparse.Namespace, found: Agreement) -> None:
    from ParaspinalFatLib.agreement.result_files import earlier_files, write_agreement
    from ParaspinalFatLib.files import written_whole
    from ParaspinalFatLib.output_folder import complete_folder
    from ParaspinalFatLib.provenance import as_json

    earlier = earlier_files(options.output)
    with complete_folder(options.output, overwrite=options.overwrite, replaced=earlier) as folder:
        write_agreement(folder, found)
        with written_whole(folder / PROVENANCE) as path:
            path.write_text(as_json(_record(options, len(found.results))), encoding="utf-8")


def _record(options: argparse.Namespace, groups: int) -> dict[str, object]:
    from ParaspinalFatLib.provenance import provenance

    files = {name: getattr(options, name) for name in ("reference", "other", "table") if getattr(options, name) is not None}
    inputs = {name: path for name, path in files.items() if path.is_file()}
    names = ("value", "pair", "names", "slices", "case", "person", "person_pattern", "by", "margin", "unit", "limits")
    more = ("categorical", "reference_labels", "other_labels", "unknown")
    parameters = {name: getattr(options, name) for name in (*names, *more)}
    return provenance(
        inputs, parameters, folders={name: path.name for name, path in files.items() if path.is_dir()}, groups=groups
    )


def _print(folder: Path, found: Agreement) -> None:
    from ParaspinalFatLib.agreement.analysis import repeated
    from ParaspinalFatLib.agreement.report_table import printed
    from ParaspinalFatLib.agreement.result_files import LEFT_OUT

    dice = [one for one in found.overlaps if one.measure == "dice"]
    for text in (printed(dice) if dice else "", printed(found.results)):
        if text:
            print(text + "\n")
    for one in repeated(found.results):
        print(
            f"{one.title}: {one.n} pairs of {one.persons} persons; pairs of one person are not independent, so use the "
            "intervals marked 'by person'.",
            file=sys.stderr,
        )
    if found.pairing.left_out:
        print(f"{len(found.pairing.left_out)} left out; see {LEFT_OUT}.", file=sys.stderr)
    print(f"Results: {folder}")
