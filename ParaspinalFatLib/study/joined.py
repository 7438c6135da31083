"""The table of a study: one row a case, measures from the cohort's table beside covariates and scores.

Nothing is imputed. What is missing stays empty and is counted; each analysis takes the cases that are complete in its
variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ParaspinalFatLib.errors import InputError, MissingPackageError
from ParaspinalFatLib.spreadsheet import MISSING, Sheet
from ParaspinalFatLib.study.measures import Measure, rows_by_case

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Keys:
    """How cases and persons are recognised.

    Attributes:
        case: column of both tables that names the case.
        person: column of the covariate table that names the person; the case itself if None.
        where: columns of the covariate table to the only value that takes part.
    """

    case: str = "case"
    person: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """The joined table.

    Attributes:
        frame: one row a case (its index): measures and numeric columns, NaN where missing.
        words: the same rows: text columns as they are written, empty where missing.
        fat_methods: measure's name to the fat methods of its rows.
        remarks: what the reader must know: cases in one table only, how text was coded.
    """

    frame: DataFrame
    words: DataFrame
    fat_methods: Mapping[str, tuple[str, ...]]
    remarks: tuple[str, ...]


def join(
    cohort: Sheet, covariates: Sheet, measures: Sequence[Measure], numeric: Sequence[str], text: Sequence[str], keys: Keys
) -> Joined:
    """Join the measures of a cohort with its covariates.

    Args:
        cohort: measurement table of many cases.
        covariates: one row a case.
        measures: to take from the cohort's table.
        numeric: columns of the covariate table used as numbers; text of two values is coded 0 and 1 in alphabetical order.
        text: columns of the covariate table used as they are.
        keys: how cases and persons are recognised.

    Raises:
        InputError: a column is missing, a case has two rows, a person two cases, or no case is in both tables.
        MissingPackageError: pandas is not installed.
    """
    pandas = _pandas()
    person = [keys.person] if keys.person else []
    covariates.require(keys.case, *numeric, *text, *person, *keys.where)
    rows = _one_row_a_case(covariates, keys)
    columns: dict[str, dict[str, Any]] = {}
    fat_methods = {}
    for measure in measures:
        found = rows_by_case(cohort, measure, keys.case)
        columns[measure.name] = {case: cohort.number(row, measure.column) for case, row in found.items()}
        used = {row.get("fat_method", "") for case, row in found.items() if case in rows}
        fat_methods[measure.name] = tuple(sorted(used - {""}))
    measured = {case for values in columns.values() for case in values}
    shared = [case for case in rows if case in measured]
    if not shared:
        raise InputError(
            f"No case is both in {cohort.path} and in {covariates.path}. Check that both name their cases alike in "
            f"the column {keys.case}."
        )
    remarks = _only_in_one(rows, measured, cohort, covariates)
    for column in dict.fromkeys(numeric):
        codes = _codes(covariates, column)
        columns[column] = {
            case: codes.get(rows[case][column]) if codes else covariates.number(rows[case], column) for case in shared
        }
        if codes:
            remarks.append(f"{column} coded " + ", ".join(f"{name} = {code:g}" for name, code in codes.items()))
    frame = pandas.DataFrame({name: [values.get(case) for case in shared] for name, values in columns.items()}, index=shared)
    words = pandas.DataFrame({name: [rows[case][name] for case in shared] for name in text}, index=shared, dtype=str)
    return Joined(frame.astype(float), words, fat_methods, tuple(remarks))


def missing_table(frame: DataFrame) -> list[dict[str, object]]:
    """One row a variable: how many cases have it and how many lack it."""
    total = len(frame)
    present = frame.notna().sum()
    rows: list[dict[str, object]] = [
        {"variable": name, "cases": total, "present": int(present[name]), "missing": total - int(present[name])}
        for name in frame.columns
    ]
    complete = int(frame.notna().all(axis=1).sum())
    return [*rows, {"variable": "complete in all", "cases": total, "present": complete, "missing": total - complete}]


def _one_row_a_case(covariates: Sheet, keys: Keys) -> dict[str, Mapping[str, str]]:
    rows: dict[str, Mapping[str, str]] = {}
    persons: dict[str, str] = {}
    for row in covariates.rows:
        if any(row[column] != value for column, value in keys.where.items()):
            continue
        case = row[keys.case]
        if case in rows:
            raise InputError(f"{covariates.path} has two rows for case {case}. Keep one, or choose with --where.")
        person = row[keys.person] if keys.person else case
        if person in persons:
            raise InputError(
                f"{covariates.path} has two cases of one person ({persons[person]} and {case}), which are not independent. "
                "Keep one, or choose with --where, such as --where session=1."
            )
        rows[case], persons[person] = row, case
    return rows


def _only_in_one(rows: Mapping[str, object], measured: set[str], cohort: Sheet, covariates: Sheet) -> list[str]:
    without_covariates, without_measures = len(measured - rows.keys()), len(rows.keys() - measured)
    remarks = []
    if without_covariates:
        remarks.append(
            f"{without_covariates} cases of {cohort.path.name} have no chosen row in {covariates.path.name}; left out"
        )
    if without_measures:
        remarks.append(f"{without_measures} cases of {covariates.path.name} have none of the measures; left out")
    return remarks


def _codes(sheet: Sheet, column: str) -> dict[str, float]:
    """0 and 1 for a column of two words; nothing for a column of numbers.

    Raises:
        InputError: words of more than two kinds.
    """
    words = sorted({row[column] for row in sheet.rows if row[column].lower() not in MISSING})
    if all(_is_number(word, sheet.decimal_comma) for word in words):
        return {}
    if len(words) > 2:
        raise InputError(
            f"{sheet.path}, column {column}: {', '.join(words[:4])} ... are neither numbers nor two groups. "
            "Code them as numbers, or as columns of 0 and 1."
        )
    return {word: float(number) for number, word in enumerate(words)}


def _is_number(text: str, decimal_comma: bool) -> bool:
    try:
        float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        return False
    return True


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise MissingPackageError(
            "A study needs pandas, which is not installed. Run: python -m pip install pandas"
        ) from error
    return pandas
