"""How long the tables of a cohort of 100,000 finished cases take, and how much memory.

Run: python Testing/benchmarks/cohort_aggregation.py [--cases 100000]
Each case is a folder with its marker and a table of one row, as light as a case can be; the files are written first, which
is not measured.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

import psutil
from cohort.light import light_case
from memory import MemoryWatch, resident_mb

from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.cohort_tables import write_tables
from ParaspinalFatLib.cohort.fingerprint import fingerprint
from ParaspinalFatLib.cohort.status import State, person_record
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.table import Table


def write_folders(folder: Path, count: int) -> list[CaseInput]:
    """Write that many finished cases."""
    image = folder / "image"
    image.write_bytes(b"any")
    row = {
        **{column.name: None for column in COLUMNS},
        "structure": "MF",
        "side": "right",
        "region": "whole",
        "volume_ml": 1.5,
    }
    Table([row]).write_csv(folder / "table.csv")
    table = (folder / "table.csv").read_bytes()
    cases = [light_case(f"p{number}", image) for number in range(count)]
    inputs, person = fingerprint(cases[0]), person_record(cases[0])
    for case in cases:
        place = folder / case.folder
        place.mkdir()
        (place / "measurements.csv").write_bytes(table)
        marker = {
            "case": case.name,
            "person": person,
            "inputs": inputs,
            "conditions_sha256": "c",
            "seconds": 1.0,
            "attempts": 1,
        }
        (place / "case.json").write_text(json.dumps({**marker, "protocol": {"slices": 30, "fat_method": "dixon"}}))
    return cases


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    count = parser.parse_args().cases
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        cases = write_folders(folder, count)
        print(f"{count} case folders written in {time.perf_counter() - begin:.0f} s (not part of the measure)")
        before = resident_mb(psutil.Process())
        begin, processor = time.perf_counter(), time.process_time()
        with MemoryWatch() as peak:
            counts = write_tables(cases, folder, "c")
        seconds, processor = time.perf_counter() - begin, time.process_time() - processor
        assert counts == {State.DONE: count}
        size = sum((folder / table).stat().st_size for table in ("measurements.csv", "cases.tsv", "status.tsv")) / 1e6
    print(f"tables of {count} cases ({size:.0f} MB): {seconds:.1f} s ({processor:.1f} s of processor time)")
    print(f"memory grew by {peak.parent - before:.1f} MB over {before:.0f} MB, which hold the list of cases")
    print(f"load of this computer: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0


if __name__ == "__main__":
    sys.exit(main())
