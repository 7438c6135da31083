"""Areas perpendicular to the muscles' axes, slice by slice."""

from __future__ import annotations

from ParaspinalFatLib.measurement.axis import in_plane_centroid, obliquity_cosines
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import LabelledSlices
from ParaspinalFatLib.measurement.measurands import Measurand, missing_of

Part = tuple[int, ...]
"""Label values of one muscle."""

PartAxes = dict[Part, tuple[dict[int, float], dict[int, float]]]
"""Muscle to its areas and the cosines of its axis, slice by slice."""


def perpendicular_areas(
    measurand: Measurand, slices: LabelledSlices, grid: AxialGrid, known: PartAxes | None = None
) -> dict[int, float]:
    """Area in mm2 of each slice, corrected for obliquity.

    A measurand of several muscles (ES+MF, both sides) has no axis of its own: the centroid between two muscles moves when
    one of them grows. Its corrected area is the sum of its muscles', each along its own axis.

    Args:
        known: muscles of which area and axis are known; those that are found are added.

    Returns:
        Slice number to area; slices in which the axis of one of the muscles is not known are left out.
    """
    known = {} if known is None else known
    total: dict[int, float] = {}
    unknown: set[int] = set()
    for part in measurand.parts:
        if part not in known:
            known[part] = _areas_and_cosines(part, slices, grid)
        areas, cosines = known[part]
        unknown |= areas.keys() - cosines.keys()
        for k, cosine in cosines.items():
            total[k] = total.get(k, 0.0) + areas[k] * cosine
    return {k: area for k, area in total.items() if k not in unknown}


def _areas_and_cosines(part: Part, slices: LabelledSlices, grid: AxialGrid) -> tuple[dict[int, float], dict[int, float]]:
    areas, centroids = {}, {}
    for k, pieces in slices.slices_with(part).items():
        if missing_of(part, pieces):
            continue  # the centroid of half a muscle would bend the axis
        sums = [(pieces[v].voxels, pieces[v].sum_i, pieces[v].sum_j) for v in part if v in pieces]
        areas[k] = sum(voxels for voxels, _, _ in sums) * grid.pixel_area_mm2
        centroids[k] = in_plane_centroid(sums, grid.spacing)
    return areas, obliquity_cosines(centroids, areas, grid.spacing[2])
