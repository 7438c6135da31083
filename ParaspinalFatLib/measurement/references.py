"""Published values: a registry read from data files, and the comparison of a row with those that match it.

A published value binds to its method, muscle, side, region and cohort. A row is compared only where all of them match; where
none does, the reason is given instead. An age that is not known is the reader's to judge: the comparison then says for which
ages it holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.table import Row, plain_text
from ParaspinalFatLib.resources import resource

QUANTITIES = ("ff_mean_pct", "csa_mm2", "rcsa")
"""Columns for which references exist, in the order in which they are tried."""


STATISTICS = {"median_iqr": 3, "mean_sd": 2, "mean": 1, "range_of_means": 2}
"""How values may be given, and by how many numbers."""

EXTENT_ROUNDING_MM = 0.01
"""Spacings of oblique stacks are rounded in the file: 24 slices of 4.99998 mm are 120 mm."""

OLDEST_YEARS = 130.0
"""No one has lived longer; a greater age is a slip, such as a year of birth."""

SEXES = {"female": "women", "male": "men"}


@dataclass(frozen=True)
class Person:
    """What is known of the person examined; references for one sex or age group need it.

    Attributes:
        sex: ``female``, ``male`` or None where it is not known.
        age_years: None where it is not known.

    Raises:
        InputError: the sex is another word, or the age no number from 0 to 130.
    """

    sex: str | None = None
    age_years: float | None = None

    def __post_init__(self) -> None:
        if self.sex is not None and self.sex not in SEXES:
            raise InputError(f"The sex must be female or male, not {self.sex!r}. Leave it out where it is not known.")
        if self.age_years is not None and not 0 <= self.age_years <= OLDEST_YEARS:
            raise InputError(
                f"The age must be a number of years from 0 to {OLDEST_YEARS:g}, not {self.age_years!r}. "
                "Leave it out where it is not known."
            )


@dataclass(frozen=True)
class Reference:
    """Published values of one quantity in one muscle.

    Attributes:
        study: citation in short form.
        cohort: the people measured, in words.
        quantity: column of the table.
        structure: abbreviation of the muscle, as the study defined it.
        sides: sides of rows it may be compared with.
        regions: ``whole``, or names of mid-disc levels, or the study's own region that no row has ("mean of L1 to L5").
        methods: fat methods it may be compared with; empty where fat plays no part.
        sex: ``female``, ``male`` or None for both.
        age_years: lowest and highest age, None where open.
        smallest_extent_mm: how much of the muscle a whole row must cover along the spine; None: any part.
        statistic: ``median_iqr`` (median, 25th, 75th percentile), ``mean_sd``, ``mean``, or ``range_of_means`` (lowest,
            highest).
        values: the numbers of the statistic.
    """

    study: str
    cohort: str
    quantity: str
    structure: str
    sides: tuple[str, ...]
    regions: tuple[str, ...]
    methods: tuple[str, ...]
    sex: str | None
    age_years: tuple[float | None, float | None]
    statistic: str
    values: tuple[float, ...]
    smallest_extent_mm: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Where a row's value lies among published ones; ``reason`` is filled instead if none matches."""

    source: str | None
    position: str | None
    reason: str = ""


@lru_cache(maxsize=1)
def load_references() -> tuple[Reference, ...]:
    """The registry that comes with the program."""
    return tuple(reference for path in sorted(resource("References").glob("*.json")) for reference in read_study(path))


def own_references(place: Path) -> tuple[Reference, ...]:
    """The user's own references: a file, or every .json file of a folder, as ``paraspinalfat study`` writes them.

    Raises:
        InputError: there is none, or one is not complete.
    """
    files = sorted(place.glob("*.json")) if place.is_dir() else [place]
    if not files or not place.exists():
        raise InputError(f"{place} holds no reference values. Give a .json file, or a folder with some.")
    return tuple(reference for path in files for reference in read_study(path, "Make it again, or leave it out."))


def read_study(path: Path, advice: str = "Install ParaspinalFat again.") -> tuple[Reference, ...]:
    """Read one study's data file.

    Args:
        path: the file.
        advice: what to do if it cannot be used.

    Raises:
        InputError: the file is not complete, or a quantity, statistic or number of values in it is not known.
    """
    try:
        study = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_understood(_read_set(study, entry)) for entry in study["values"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The reference file {path} is not complete ({error}). {advice}") from error


def _understood(reference: Reference) -> Reference:
    """Raise ValueError where a comparison would fail or silently never happen."""
    if reference.quantity not in QUANTITIES:
        raise ValueError(f"quantity {reference.quantity!r} is none of {', '.join(QUANTITIES)}")
    if len(reference.values) != STATISTICS.get(reference.statistic):
        raise ValueError(f"{reference.statistic!r} with {len(reference.values)} numbers is no statistic")
    return reference


def _read_set(study: Mapping, entry: Mapping) -> Reference:
    both = {**study, **entry}
    lowest, highest = both.get("age_years", (None, None))
    return Reference(
        study=plain_text(both["study"]),
        cohort=plain_text(both["cohort"]),
        quantity=both["quantity"],
        structure=both["structure"],
        sides=tuple(both["sides"]),
        regions=tuple(both["regions"]),
        methods=tuple(both["methods"]),
        sex=both.get("sex"),
        age_years=(lowest, highest),
        statistic=both["statistic"],
        values=tuple(float(value) for value in both["numbers"]),
        smallest_extent_mm=both.get("smallest_extent_mm"),
    )


def compare(
    row: Row, references: Sequence[Reference], person: Person = Person(), extent_mm: float | None = None
) -> Comparison:
    """Compare a row with the first reference that matches it, or say why none does.

    Args:
        row: a whole or level row of a muscle.
        references: the registry, in order of preference.
        person: whose row it is.
        extent_mm: length along the spine that a whole row covers; None where it is not known.
    """
    candidates = [
        reference
        for quantity in QUANTITIES
        for reference in references
        if reference.quantity == quantity and reference.structure == row["structure"] and row[quantity] is not None
    ]
    if not candidates:
        return Comparison(None, None, f"reference: no published values for {row['structure']} are in the registry")
    obstacles = [(_obstacles(reference, row, person, extent_mm), reference) for reference in candidates]
    for found, reference in obstacles:
        # Of several age groups none can be chosen for a person of unknown age.
        if person.age_years is None and len({r.age_years for r in candidates if r.study == reference.study}) > 1:
            found |= _age_obstacle(reference)
    fewest, nearest = min(obstacles, key=lambda pair: len(pair[0]))
    if not fewest:
        return Comparison(f"{nearest.study}: {nearest.cohort}", _position(row, nearest) + _age_condition(nearest, person))
    alike = [found for found, reference in obstacles if reference.study == nearest.study and found.keys() == fewest.keys()]
    wanted = (" or ".join(dict.fromkeys(found[what] for found in alike)) for what in fewest)
    return Comparison(None, None, f"reference: the values of {nearest.study} are for {', '.join(wanted)}")


def _obstacles(reference: Reference, row: Row, person: Person, extent_mm: float | None) -> dict[str, str]:
    """What the reference is for, wherever the row is something else or it is not known what it is."""
    found = {}
    if row["side"] not in reference.sides:
        found["side"] = "both sides together" if reference.sides == ("both",) else "one side"
    region = row["level"] if row["region"] == "level" else row["region"]
    if region not in reference.regions:
        found["region"] = " or ".join("the whole muscle" if name == "whole" else name for name in reference.regions)
    elif region == "whole" and reference.smallest_extent_mm and _shorter(extent_mm, reference.smallest_extent_mm):
        found["extent"] = f"at least {reference.smallest_extent_mm:g} mm of the muscle along the spine"
    if reference.methods and row["fat_method"] not in reference.methods:
        found["method"] = "fat fractions by " + " or ".join(reference.methods)
    if reference.sex and person.sex != reference.sex:
        found["sex"] = SEXES[reference.sex]
    lowest, highest = reference.age_years
    age = person.age_years
    if age is not None and ((lowest is not None and age < lowest) or (highest is not None and age > highest)):
        found |= _age_obstacle(reference)
    return found


def _shorter(extent_mm: float | None, smallest_mm: float) -> bool:
    return extent_mm is None or extent_mm < smallest_mm - EXTENT_ROUNDING_MM


def _age_obstacle(reference: Reference) -> dict[str, str]:
    return {"age": f"ages {_ages(reference)}"} if reference.age_years != (None, None) else {}


def _age_condition(reference: Reference, person: Person) -> str:
    """What the reader must add where the age is not known."""
    if person.age_years is not None or reference.age_years == (None, None):
        return ""
    return f", if the person's age is {_ages(reference)}"


def _ages(reference: Reference) -> str:
    lowest, highest = reference.age_years
    return f"from {lowest or 0:g} years" if highest is None else f"{lowest or 0:g} to {highest:g} years"


def _position(row: Row, reference: Reference) -> str:
    value = row[reference.quantity]
    assert isinstance(value, (int, float))
    if reference.statistic == "median_iqr":
        return f"{reference.quantity} {_quartile(value, *reference.values)}"
    if reference.statistic == "mean_sd":
        mean, deviation = reference.values
        return f"{reference.quantity} {(value - mean) / deviation:+.1f} SD from the mean ({mean:g} +- {deviation:g})"
    if reference.statistic == "mean":
        return f"{reference.quantity} {value - reference.values[0]:+.1f} from the mean ({reference.values[0]:g})"
    lowest, highest = reference.values
    where = "below" if value < lowest else "above" if value > highest else "within"
    return f"{reference.quantity} {where} the range of means ({lowest:g} to {highest:g})"


def _quartile(value: float, median: float, lower: float, upper: float) -> str:
    if value < lower:
        band = "below the 25th percentile"
    elif value < median:
        band = "between the 25th percentile and the median"
    elif value <= upper:
        band = "between the median and the 75th percentile"
    else:
        band = "above the 75th percentile"
    return f"{band} (median {median:g}, IQR {lower:g} to {upper:g})"
