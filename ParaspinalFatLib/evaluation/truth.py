"""One case as it is judged: true masks, levels, and the true fat fraction if its images hold it; all in axial order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.agreement.masks import Labelling, Mask, read_masks, with_composites
from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.imaging.axial import AxialView, axial_view
from ParaspinalFatLib.imaging.dixon_names import recognised
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.label_file import read_labels
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Images, Role
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_detection import levels_from_labels
from ParaspinalFatLib.measurement.level_file import levels_from_csv
from ParaspinalFatLib.measurement.levels import nearest_slices
from ParaspinalFatLib.training.labelled_cases import SEGMENTATION_ENDING, LabelledCase

Fraction = npt.NDArray[np.float32]


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
    """

    name: str
    grid: Image
    view: AxialView
    structures: Mapping[str, Mask]
    known: Mask | None
    levels: Mapping[str, int]
    fraction: Fraction | None

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
        InputError, GeometryError: a file cannot be used, or lies on another grid.
    """
    grid = read_image(next(iter(case.images.values())))
    masks, known = read_structures(case.labels, grid, labelling)
    view = axial_view(grid, case.name)
    return Truth(
        case.name,
        grid,
        view,
        with_composites({name: view.reorder(mask) for name, mask in masks.items()}),
        None if known is None else view.reorder(known),
        _levels(case, grid, masks, lowest_level),
        true_fraction(case, view),
    )


def read_structures(path: Path, grid: Image, labelling: Labelling) -> tuple[dict[str, Mask], Mask | None]:
    """Masks (identifier to (k, j, i) on the grid as stored) of a label image or .seg.nrrd file, and where they are known.

    Raises:
        InputError, GeometryError: it cannot be read, or does not lie on ``grid``.
    """
    if path.name.endswith(SEGMENTATION_ENDING):
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


def role_of(contrast: str) -> Role:
    """What an image shows, by the name of its contrast; a conventional image if the name says nothing."""
    found = recognised(contrast)
    return found.role if found else Role.ANATOMY


def true_fraction(case: LabelledCase, view: AxialView) -> Fraction | None:
    """Fat fraction (k, j, i) in axial order by the case's own Dixon pair or map; None if it has neither."""
    paths = {role_of(contrast): path for contrast, path in case.images.items()}
    wanted: Sequence[Role] = (Role.FAT_FRACTION,) if Role.FAT_FRACTION in paths else (Role.WATER, Role.FAT)
    if any(role not in paths for role in wanted):
        return None
    images: Images = {role: read_image(paths[role]) for role in wanted}
    return view.reorder(fat_map_of(images, None).fraction.array)


def _levels(case: LabelledCase, grid: Image, masks: Mapping[str, Mask], lowest: str | None) -> dict[str, int]:
    files = (case.labels.parent / f"{case.name}_levels.csv", case.labels.parent / "levels.csv")
    given = next((path for path in files if path.is_file()), None)
    levels = levels_from_csv(given, grid) if given else levels_from_labels(labels_of(masks, grid), most_caudal=lowest).levels
    places = nearest_slices(levels, AxialGrid.of(axial_view(grid).image))
    return {place.level.name: place.slice for place in places if place.slice is not None and not place.is_far}
