"""How long all measures of a large case take, and how long one SimpleITK filter run per slice and structure takes.

Run: python Testing/benchmarks/measurement_speed.py [--slices 60] [--pixels 512]
Goals: under 1 s after the fat map for 512 x 512 x 60 voxels with 15 structures; at least 20 times faster than
LabelIntensityStatistics asked once per slice and structure for the same areas and means.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

import numpy as np
import SimpleITK as sitk
from phantoms import fat_map_of, lumbar_labels

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.table import Table

AREA_TOLERANCE = 1e-9
MEAN_TOLERANCE = 1e-6


def large_case(pixels: int, slices: int) -> tuple[Image, Image, FatMap]:
    """Water image, labels and fat map of a synthetic case; the fat fraction differs in every voxel."""
    labels = lumbar_labels((slices, pixels, pixels), (400 / pixels, 400 / pixels, 4.0))
    generator = np.random.default_rng(1)
    fraction = generator.beta(1.5, 8, labels.array.shape).astype(np.float32)
    water = labels.with_array((generator.random(labels.array.shape, np.float32) * 500 + 200).astype(np.float32))
    return water, labels, fat_map_of(labels.with_array(fraction))


def by_simpleitk(labels: Image, fraction: Image) -> dict[tuple[int, int], tuple[float, float]]:
    """(slice, label value) to area and mean fat fraction, one filter run each."""
    found = {}
    spacing = labels.spacing[:2]
    for k in range(labels.array.shape[0]):
        here = labels.array[k]
        intensity = sitk.GetImageFromArray(fraction.array[k])
        intensity.SetSpacing(spacing)
        for value in np.unique(here[here > 0]).tolist():
            mask = sitk.GetImageFromArray((here == value).astype(np.uint8))
            mask.SetSpacing(spacing)
            statistics = sitk.LabelIntensityStatisticsImageFilter()
            statistics.Execute(mask, intensity)
            found[k, value] = (statistics.GetPhysicalSize(1), statistics.GetMean(1))
    return found


def largest_difference(table: Table, reference: dict[tuple[int, int], tuple[float, float]]) -> tuple[float, float]:
    """Largest relative difference of the areas, and largest absolute difference of the mean fat fractions."""
    from ParaspinalFatLib.anatomy import BY_VALUE

    rows = {(row["slice"], row["structure"], row["side"]): row for row in table.select(region="slice")}
    areas, means = [], []
    for (k, value), (area, mean) in reference.items():
        structure = BY_VALUE[value]
        row = rows[k, structure.abbreviation, structure.side.value]
        areas.append(abs(row["csa_mm2"] - area) / area)
        if structure.is_muscle:
            means.append(abs(row["ff_mean_pct"] / 100 - mean))
    return max(areas), max(means)


def main() -> int:
    """Print both times and their ratio; 1 if a goal is missed or the numbers differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pixels", type=int, default=512)
    parser.add_argument("--slices", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    water, labels, fat_map = large_case(arguments.pixels, arguments.slices)
    times = []
    for _ in range(arguments.repeats):
        start = time.perf_counter()
        measurement = measure_labels({Role.WATER: water}, labels, fat_map)
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    reference = by_simpleitk(labels, fat_map.fraction)
    theirs = time.perf_counter() - start
    area, mean = largest_difference(measurement.table, reference)
    ours = min(times)
    print(f"{labels.array.shape} voxels, {len(reference)} masks, {len(measurement.table)} rows")
    print(f"all measures            {ours:8.3f} s  (best of {len(times)}; goal < 1 s)")
    print(f"SimpleITK area and mean {theirs:8.3f} s  ({theirs / ours:.0f} times as long; goal >= 20)")
    print(f"largest difference: area {area:.1e} (relative), mean fat fraction {mean:.1e}")
    return int(ours >= 1 or theirs / ours < 20 or area > AREA_TOLERANCE or mean > MEAN_TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
