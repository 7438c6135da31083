"""How long the table takes after an edit of one slice of one muscle, and whether it equals measuring from scratch.

Run: python Testing/benchmarks/edit_speed.py [--edits 20]
Goal: under 50 ms (median) for 512 x 512 x 60 voxels with 15 structures, equal to the last digit.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

import numpy as np
from measurement_speed import large_case

from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.session import MeasuringSession

GOAL_S = 0.05
MUSCLES = range(1, 11)
ERASER_PIXELS = 8


def main() -> int:
    """Print the time of an edit; 1 if the goal is missed or the tables differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=20)
    arguments = parser.parse_args()
    water, labels, fat_map = large_case(512, 60)
    images = {Role.WATER: water}
    generator = np.random.default_rng(2)
    start = time.perf_counter()
    session = MeasuringSession(images, labels, fat_map)
    first = time.perf_counter() - start
    array, times = labels.array.copy(), []
    for _ in range(arguments.edits):
        value, k = int(generator.choice(list(MUSCLES))), int(generator.integers(array.shape[0]))
        rows, columns = np.nonzero(array[k] == value)
        eraser = (rows - rows[0]) ** 2 + (columns - columns[0]) ** 2 < ERASER_PIXELS**2
        array[k, rows[eraser], columns[eraser]] = 0
        start = time.perf_counter()
        measurement = session.update(labels.with_array(array))
        times.append(time.perf_counter() - start)
    equal = measurement.table == measure_labels(images, labels.with_array(array), fat_map).table
    median = float(np.median(times))
    print(f"first measurement {first:.3f} s")
    print(f"after an edit {median * 1000:.1f} ms (median of {len(times)}, worst {max(times) * 1000:.1f} ms)")
    print(f"equal to measuring from scratch: {equal}; goal < {GOAL_S * 1000:.0f} ms")
    return int(not equal or median >= GOAL_S)


if __name__ == "__main__":
    sys.exit(main())
