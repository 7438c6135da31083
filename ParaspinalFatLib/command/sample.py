"""``paraspinalfat sample``: the main job on the bundled synthetic case, its known truth beside the result."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.command.run import CaseFiles, choices_of, json_summary, print_remarks, run_case
from ParaspinalFatLib.command.summary import Truth, printed_table
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.resources import resource

OWN_OUTPUT = Path("output/sample")
"""Below the current folder. It holds nothing but this task's results, so they are replaced unasked."""

TRUTH_COLUMNS = ("volume_ml", "ff_mean_pct", "ff_ratio_pct")


def sample(options: argparse.Namespace) -> None:
    """Run the bundled case and print its table with the truth in brackets, or a JSON summary."""
    if options.output is None:
        options.output, options.overwrite = OWN_OUTPUT, True
    folder = resource("SampleCase")
    images = {Role.WATER: folder / "water.nii.gz", Role.FAT: folder / "fat.nii.gz"}
    finished = run_case(CaseFiles(images, folder / "levels.csv"), choices_of(options, MeasurementSettings()))
    if options.json:
        print(json_summary(options.output, finished))
        return
    print("Synthetic lumbar Dixon scan; measured (known truth)\n")
    print(printed_table(finished.measurement.table, truth_of(folder / "truth.csv")))
    print_remarks(options.output, finished)


def truth_of(path: Path) -> Truth:
    """The known values of whole structures, from the sample case's ``truth.csv``; areas from those of its slices."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    truth = {
        (row["structure"], row["side"]): {name: float(row[name]) for name in TRUTH_COLUMNS if row[name]}
        for row in rows
        if row["region"] == "whole"
    }
    for key, known in truth.items():
        areas = [
            float(row["csa_mm2"]) for row in rows if row["region"] == "slice" and (row["structure"], row["side"]) == key
        ]
        areas = [area for area in areas if area > 0]
        known |= {"csa_mean_mm2": sum(areas) / len(areas), "csa_max_mm2": max(areas)}
    return truth
