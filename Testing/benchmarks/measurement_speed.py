"""How long all measures of a large case take, and how long one SimpleITK filter run per slice and structure takes.

Run: python Testing/benchmarks/measurement_speed.py [--slices 60] [--pixels 512]
Goals for 512 x 512 x 60 voxels with 15 structures: all measures under 1 s after the fat map; area and mean fat fraction of
every structure in every slice at least 20 times faster than LabelIntensityStatistics asked once per slice and structure.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

import numpy as np
import SimpleITK as sitk
from phantoms import fat_map_of, lumbar_labels

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.labelled_slices import measured_slices
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.slice_statistics import Voxels

GOAL_S = 1.0
GOAL_RATIO = 20
AREA_TOLERANCE = 1e-9
MEAN_TOLERANCE = 1e-6

Figures = dict[tuple[int, int], tuple[float, float]]
"""(slice, label value) to area in mm2 and mean fat fraction."""


def large_case(pixels: int, slices: int) -> tuple[Image, Image, FatMap]:
    """Water image, labels and fat map of a synthetic case; the fat fraction differs in every voxel."""
    labels = lumbar_labels((slices, pixels, pixels), (400 / pixels, 400 / pixels, 4.0))
    generator = np.random.default_rng(1)
    fraction = generator.beta(1.5, 8, labels.array.shape).astype(np.float32)
    water = labels.with_array((generator.random(labels.array.shape, np.float32) * 500 + 200).astype(np.float32))
    return water, labels, fat_map_of(labels.with_array(fraction))


def by_this_library(labels: Image, fraction: Image) -> Figures:
    """Area and mean fat fraction from the statistics of the slices alone."""
    slices, _ = measured_slices(labels.array, Voxels(fraction.array, None, None, None), None)
    pixel = labels.spacing[0] * labels.spacing[1]
    return {
        (k, value): (piece.voxels * pixel, piece.fraction_sum / len(piece.fractions))
        for k, pieces in enumerate(slices.pieces)
        for value, piece in pieces.items()
        if BY_VALUE[value].is_muscle
    }


def by_simpleitk(labels: Image, fraction: Image) -> Figures:
    """The same by SimpleITK, one filter run each."""
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


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds the work takes, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main() -> int:
    """Print the times and their ratios; 1 if a goal is missed or the numbers differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pixels", type=int, default=512)
    parser.add_argument("--slices", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    water, labels, fat_map = large_case(arguments.pixels, arguments.slices)
    everything, figures, filters = [], [], []
    for _ in range(arguments.repeats):  # interleaved, so that other load on the machine meets all three
        seconds, measurement = timed(lambda: measure_labels({Role.WATER: water}, labels, fat_map))
        everything.append(seconds)
        seconds, ours = timed(lambda: by_this_library(labels, fat_map.fraction))
        figures.append(seconds)
        seconds, theirs = timed(lambda: by_simpleitk(labels, fat_map.fraction))
        filters.append(seconds)
    area = max(abs(ours[key][0] / theirs[key][0] - 1) for key in ours)
    mean = max(abs(ours[key][1] - theirs[key][1]) for key in ours)
    whole, fast, slow = min(everything), min(figures), min(filters)
    print(f"{labels.array.shape} voxels, {len(theirs)} masks, {len(measurement.table)} rows; best of {arguments.repeats}")
    print(f"all measures                  {whole:8.3f} s  (goal < {GOAL_S:g} s)")
    print(f"area and mean, this library   {fast:8.3f} s")
    print(f"area and mean, SimpleITK      {slow:8.3f} s  = {slow / fast:.0f} times as long (goal >= {GOAL_RATIO})")
    print(f"                                          and {slow / whole:.0f} times as long as all measures")
    print(f"largest difference: area {area:.1e} (relative), mean fat fraction {mean:.1e}")
    return int(whole >= GOAL_S or slow / fast < GOAL_RATIO or area > AREA_TOLERANCE or mean > MEAN_TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
