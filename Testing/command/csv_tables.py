"""Tables that a command wrote, as tests read them."""

from __future__ import annotations

import csv
from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table by column."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figure(table: list[dict[str, str]], **wanted: str) -> dict[str, str]:
    """The one row whose columns have these values."""
    (found,) = [row for row in table if all(row[key] == value for key, value in wanted.items())]
    return found
