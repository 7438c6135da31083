"""One case as it is judged: true masks, levels, and the true fat fraction if its images hold it; all in axial order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ParaspinalFatLib.agreement.masks import Labelling, Mask, read_masks, with_composites
from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.errors import GeometryError, ParaspinalFatError
from ParaspinalFatLib.evaluation.true_fraction import Fraction, true_fraction
from ParaspinalFatLib.imaging.axial import AxialView, axial_view
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.label_file import is_segmentation, read_labels
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_detection import levels_from_labels
from ParaspinalFatLib.measurement.level_file import levels_from_csv
from ParaspinalFatLib.measurement.levels import nearest_slices
from ParaspinalFatLib.training.labelled_cases import LabelledCase


@dataclass(frozen=True, eq=False)
class Truth:
    """What is known of one case.

    Attributes:
        name: of the case.
        grid: an image with the geometry of the case, voxels as stored.
        view: its way to axial order.
        structures: identifier to mask (k, j, i) in axial order, composites (ES, ES+MF) included.
        known: (k, j, i), False where nobody has said what the voxel is; None: known everywhere.
        levels: name to slice in axial order.
        fraction: (k, j, i) fat fraction 0 to 1, NaN where there is none; None without Dixon images or a map.
        fraction_remark: what the reader should know of the fraction; empty if nothing.
        fraction_problem: why the Dixon images that are there give no fraction; empty if they give one, or there are none.
    """

    name: str
    grid: Image
    view: AxialView
    structures: Mapping[str, Mask]
    known: Mask | None
    levels: Mapping[str, int]
    fraction: Fraction | None
    fraction_remark: str = ""
    fraction_problem: str = ""

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Voxel edges along k, j, i in axial order."""
        column, row, between = self.view.image.spacing
        return between, row, column

    def in_axial_order(self, structures: Mapping[str, Mask]) -> dict[str, Mask]:
        """Masks of the case's own grid in axial order, with the coarser muscles that they make up.

        Where the truth has every part of a coarser muscle, a part that is absent here was missed: the others make it up.
        """
        return with_composites({name: self.view.reorder(mask) for name, mask in structures.items()}, self.structures)


def read_truth(case: LabelledCase, labelling: Labelling, lowest_level: str | None = None) -> Truth:
    """Read what is known of a case.

    Levels come from ``levels.csv`` beside the label map (or ``CASE_levels.csv``), else from the discs of the label map.

    Args:
        case: its files.
        labelling: what the values of the label map mean.
        lowest_level: name of the most caudal disc; without it discs are numbered from caudal.

    Raises:
        InputError, GeometryError: a file cannot be used, or no image lies on the grid of the labels.
    """
    grid, masks, known = read_outlines(case.labels, case.images, labelling)
    view = axial_view(grid, case.name)
    structures = {name: view.reorder(mask) for name, mask in masks.items()}
    truth = Truth(
        case.name,
        grid,
        view,
        with_composites(structures),
        None if known is None else view.reorder(known),
        _levels(case, grid, masks, lowest_level),
        None,
    )
    return _with_fraction(truth, case)


def _with_fraction(truth: Truth, case: LabelledCase) -> Truth:
    muscles = [mask for name, mask in truth.structures.items() if name in BY_IDENTIFIER and BY_IDENTIFIER[name].is_muscle]
    anywhere = np.logical_or.reduce([np.zeros(truth.view.image.array.shape, bool), *muscles])
    try:
        found = true_fraction(case, truth.grid, truth.view, anywhere)
    except ParaspinalFatError as error:
        return replace(truth, fraction_problem=str(error))
    return replace(truth, fraction=found.values, fraction_remark=found.remark) if found else truth


def read_outlines(
    labels: Path, images: Mapping[str, Path], labelling: Labelling
) -> tuple[Image, dict[str, Mask], Mask | None]:
    """The first image on whose grid the labels lie, and what :func:`read_structures` reads there.

    Raises:
        InputError: the labels, or all of the images, cannot be read.
        GeometryError: the labels lie on the grid of none of the images.
    """
    problems: list[ParaspinalFatError] = []
    for path in images.values():
        try:
            grid = read_image(path)
        except ParaspinalFatError as error:
            problems.append(error)
            continue
        try:
            return (grid, *read_structures(labels, grid, labelling))
        except GeometryError as error:
            problems.insert(0, error)
    raise problems[0]


def read_structures(path: Path, grid: Image, labelling: Labelling) -> tuple[dict[str, Mask], Mask | None]:
    """Masks (identifier to (k, j, i) on the grid as stored) of a label image or .seg.nrrd file, and where they are known.

    Raises:
        InputError, GeometryError: it cannot be read, or does not lie on ``grid``.
    """
    if is_segmentation(path):
        return structures_of(read_labels(path, grid)), None
    masks = read_masks(path, labelling)
    require_same_grid(masks.grid, grid, f"The label map {path}", "the image")
    return dict(masks.structures), masks.known


def structures_of(labels: Image) -> dict[str, Mask]:
    """The structures that a label image of this program holds."""
    present = (BY_VALUE[value] for value in np.unique(labels.array).tolist() if value in BY_VALUE)
    return {structure.identifier: labels.array == structure.value for structure in present}


def labels_of(structures: Mapping[str, Mask], grid: Image) -> Image:
    """A label image of this program's values; where structures overlap, the later one has the voxel."""
    array = np.zeros(grid.array.shape, np.uint8)
    for name, mask in structures.items():
        if name in BY_IDENTIFIER:
            array[mask] = BY_IDENTIFIER[name].value
    return grid.with_array(array)


def _levels(case: LabelledCase, grid: Image, masks: Mapping[str, Mask], lowest: str | None) -> dict[str, int]:
    files = (case.labels.parent / f"{case.name}_levels.csv", case.labels.parent / "levels.csv")
    given = next((path for path in files if path.is_file()), None)
    levels = levels_from_csv(given, grid) if given else levels_from_labels(labels_of(masks, grid), most_caudal=lowest).levels
    places = nearest_slices(levels, AxialGrid.of(axial_view(grid).image))
    return {place.level.name: place.slice for place in places if place.slice is not None and not place.is_far}
