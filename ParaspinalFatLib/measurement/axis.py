"""The axis of a muscle, from a smooth curve through the centroids of its slices, and how oblique the slices are to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

AXIS_WINDOW_MM = 40.0
"""Half-width of the local fit. Over 40 mm a lumbar muscle's course is well described by a parabola (its radius of curvature
is 150 mm and more), and slice-to-slice jitter of hand contours is averaged out: jitter of 0.5 mm in 4 mm slices leaves 0.4
degrees (SD) in the middle of a muscle and 1.4 degrees at its ends."""

FEWEST_SLICES = 3
"""An axis needs a direction and something to judge it by; two slices give a line through their jitter."""

QUADRATIC_SLICES = 5
"""From this many slices the local fit is a parabola, below it a straight line, so that it never merely interpolates."""


def obliquity_cosines(
    centroids_mm: Mapping[int, tuple[float, float]], areas: Mapping[int, float], spacing_mm: float
) -> dict[int, float]:
    """Cosine of the angle between the slice normal and the muscle's axis, slice by slice.

    Around each slice a parabola is fitted to the in-plane centroids as a function of the position along the slice normal,
    weighted by area and by the tricube of the distance (Cleveland 1979, J Am Stat Assoc 74:829); its slope there is the
    axis.

    Args:
        centroids_mm: slice number to in-plane centroid, mm along i and j.
        areas: slice number to the area of the mask, any unit: a small mask places its centroid less surely.
        spacing_mm: distance between slices.

    Returns:
        Slice number to cosine, 0 to 1; empty if there are fewer than three slices.
    """
    if len(centroids_mm) < FEWEST_SLICES:
        return {}
    slices = sorted(centroids_mm)
    heights = np.array(slices, dtype=np.float64) * spacing_mm
    points = np.array([centroids_mm[k] for k in slices])
    weights = np.array([areas[k] for k in slices], dtype=np.float64)
    slopes = local_slopes(heights, points, weights / weights.max())
    cosines = 1.0 / np.sqrt(1.0 + np.sum(slopes**2, axis=1))
    return dict(zip(slices, (float(cosine) for cosine in cosines), strict=True))


def local_slopes(
    heights: npt.NDArray[np.float64], points: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Slope of the local fit at each height.

    Args:
        heights: (n,) ascending positions in mm.
        points: (n, 2) what is fitted.
        weights: (n,) greater than 0.

    Returns:
        (n, 2) change of ``points`` per mm of height.
    """
    distances = heights[None, :] - heights[:, None]
    count = len(heights)
    widths = _widths(heights, np.abs(distances))
    kernel = np.clip(1.0 - np.abs(distances / widths[:, None]) ** 3, 0.0, None) ** 3 * weights
    degree = 2 if count >= QUADRATIC_SLICES else 1
    scaled = distances / widths[:, None]
    design = np.stack([scaled**power for power in range(degree + 1)], axis=-1)
    normal = np.einsum("ns,nsp,nsq->npq", kernel, design, design)
    right = np.einsum("ns,nsp,sd->npd", kernel, design, points - points.mean(axis=0))
    return np.linalg.solve(normal, right)[:, 1, :] / widths[:, None]


def _widths(heights: npt.NDArray[np.float64], distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Half-width of the window at each height: as long a piece of muscle at its ends as in its middle, where a one-sided
    parabola would otherwise follow the jitter, and always enough slices with a weight above zero.
    """
    to_nearer_end = np.minimum(heights - heights[0], heights[-1] - heights)
    needed = min(QUADRATIC_SLICES, len(heights)) - 1
    reach = np.sort(distances, axis=1)[:, needed] * 1.25
    return np.maximum(reach, AXIS_WINDOW_MM + np.maximum(AXIS_WINDOW_MM - to_nearer_end, 0.0))


def in_plane_centroid(sums: Sequence[tuple[int, int, int]], spacing: tuple[float, float, float]) -> tuple[float, float]:
    """Centroid in mm along i and j from (voxels, sum of i, sum of j) of one or more masks of a slice."""
    voxels, sum_i, sum_j = (sum(column) for column in zip(*sums, strict=True))
    return sum_i / voxels * spacing[0], sum_j / voxels * spacing[1]
