"""Levels from a CSV file, by point or by slice number."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_names import LevelKind, read_level_name
from ParaspinalFatLib.measurement.levels import Level

POINT_COLUMNS = ("right_mm", "anterior_mm", "superior_mm")
SLICE_COLUMN = "slice"
_WAYS = f"a column level and either {', '.join(POINT_COLUMNS)} or {SLICE_COLUMN}"


def levels_from_points(points: Mapping[str, tuple[float, float, float]], source: str = "markup") -> tuple[Level, ...]:
    """Levels from named RAS points; the names are brought to one spelling, and a name tells disc, vertebra or endplate.

    >>> levels_from_points({"l4-5": (0.0, 0.0, 0.0)})[0].name
    'L4/5'
    """
    return tuple(_level(text, position, source) for text, position in points.items())


def levels_from_csv(path: Path | str, image: Image) -> tuple[Level, ...]:
    """Levels from a CSV file.

    Args:
        path: a file with a column ``level`` and either ``right_mm, anterior_mm, superior_mm`` (RAS) or ``slice`` (number in
            axial order from 0 = most caudal, as in the table; fractions lie between slices).
        image: an image of the case, to place slice numbers.

    Raises:
        InputError: the file cannot be read, or a row is not complete.
    """
    grid = AxialGrid.of(axial_view(image).image)
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.DictReader(file) if any((cell or "").strip() for cell in row.values() if cell)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The levels file {path} cannot be read ({error}). Give a CSV file with {_WAYS}.") from error
    if not rows:
        raise InputError(f"The levels file {path} has no rows. Give {_WAYS}.")
    return tuple(_read(row, line, path, grid) for line, row in enumerate(rows, start=2))


def _read(row: Mapping[str, str | None], line: int, path: Path | str, grid: AxialGrid) -> Level:
    name = (row.get("level") or "").strip()
    try:
        if not name:
            raise ValueError
        if row.get(SLICE_COLUMN):
            k = float(row[SLICE_COLUMN] or "")
            position = grid.position((grid.shape[2] - 1) / 2, (grid.shape[1] - 1) / 2, k)
        else:
            r, a, s = (float(row[column] or "") for column in POINT_COLUMNS)
            position = (r, a, s)
    except (KeyError, ValueError) as error:
        raise InputError(f"Line {line} of the levels file {path} is not complete. Give {_WAYS}.") from error
    return _level(name, position, "file")


def _level(text: str, position: tuple[float, float, float], source: str) -> Level:
    name, kind = read_level_name(text)
    return Level(name, position, kind or LevelKind.DISC, source)
