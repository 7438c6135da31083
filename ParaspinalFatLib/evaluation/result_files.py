"""The files of an evaluation."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from ParaspinalFatLib.evaluation.page import Judged, page
from ParaspinalFatLib.evaluation.summary import COLUMNS, fat_rows, outline_rows
from ParaspinalFatLib.report.html import write_html
from ParaspinalFatLib.spreadsheet import write_sheet

SUMMARY, CASES, SLICES, FAT, LEFT_OUT, REMARKS, PAGE = (
    "summary.csv", "cases.csv", "slices.csv", "fat.csv", "left_out.csv", "remarks.csv", "evaluation.html",
)  # fmt: skip
FILES = (SUMMARY, CASES, SLICES, FAT, LEFT_OUT, REMARKS, PAGE)


def write_evaluation(folder: Path, judged: Judged) -> None:
    """Write tables and page into an existing folder; ``fat.csv``, ``left_out.csv`` and ``remarks.csv`` only if there is
    something in them.

    Raises:
        OutputError: the folder cannot be written.
        MissingPackageError: matplotlib or Jinja2 is not installed.
    """
    found = judged.findings
    write_sheet(
        folder / SUMMARY, COLUMNS, [*outline_rows(found.cases, found.remarked), *fat_rows(found.fat, found.remarked)]
    )
    _write_rows(folder / CASES, [one.row for one in found.cases])
    slices = [asdict(one.item) | {k: v for k, v in vars(one).items() if k != "item"} for one in found.slices]
    _write_rows(folder / SLICES, slices)
    _write_rows(folder / FAT, [one.row for one in found.fat])
    for name, entries, says in ((LEFT_OUT, found.left_out, "reason"), (REMARKS, found.remarks, "remark")):
        columns = ("case", "contrast", "method", says)
        _write_rows(folder / name, [dict(zip(columns, one, strict=True)) for one in entries])
    write_html(folder / PAGE, page(judged))


def _write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    if rows:
        write_sheet(path, list(rows[0]), rows)
