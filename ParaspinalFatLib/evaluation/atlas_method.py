"""The multi-atlas baseline as a method to be judged; an atlas never outlines its own case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ParaspinalFatLib.agreement.masks import Labelling, with_composites
from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.evaluation.atlas_fit import fit_remarks
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.methods import Method, contrast_in_words
from ParaspinalFatLib.evaluation.outlined import Outlined
from ParaspinalFatLib.evaluation.truth import labels_of, read_outlines, structures_of
from ParaspinalFatLib.imaging.grids import grid_difference
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.progress import Progress
from ParaspinalFatLib.training.labelled_cases import LabelledCase, find_labelled_cases
from ParaspinalFatLib.training.multi_atlas import Atlas, Fusion, outline_by_atlases
from ParaspinalFatLib.training.partial_labels import UNKNOWN

NAME = "multi-atlas"


@dataclass(frozen=True)
class _Labelled:
    """A labelled case with its images by contrast."""

    name: str
    images: Mapping[str, Image]
    labels: Image

    def atlas_for(self, contrast: str) -> Atlas:
        """With the image of the same contrast, or the first one."""
        by_words = {contrast_in_words(name): image for name, image in self.images.items()}
        return Atlas(self.name, by_words.get(contrast, next(iter(by_words.values()))), self.labels)


def multi_atlas(folder: Path, labelling: Labelling, fusion: str, threads: int = 1) -> Method:
    """Outlines from the labelled images of a folder.

    Raises:
        InputError, GeometryError: the folder holds none, or a file cannot be used.
    """
    return atlases_of(find_labelled_cases(folder, folder), labelling, fusion, threads)


def atlases_of(cases: Sequence[LabelledCase], labelling: Labelling, fusion: str, threads: int = 1) -> Method:
    """Outlines from labelled cases.

    Args:
        cases: whose labels are carried over.
        labelling: what the values of their label maps mean.
        fusion: of the labels (:class:`training.multi_atlas.Fusion`).
        threads: of the registration; 0 for all.

    Raises:
        InputError, GeometryError: a file cannot be used.
    """
    labelled = [_read(case.name, case.images, case.labels, labelling) for case in cases]

    def predict(item: Item, image: Image, progress: Progress) -> Outlined:
        atlases = [one.atlas_for(item.contrast) for one in labelled if one.name != item.case]
        found = outline_by_atlases(image, atlases, Fusion(fusion), threads, progress)
        return Outlined(structures_of(found), remarks=fit_remarks(image, found, atlases))

    about = {"atlases": [one.name for one in labelled], "fusion": fusion, "registration": "affine and B-spline"}
    present = {name for one in labelled for name in structures_of(one.labels)}
    return Method(NAME, predict, _not_in(present), about)


def _not_in(present: set[str]) -> dict[str, str]:
    nothing = np.zeros((1, 1, 1), bool)
    outlined = with_composites(dict.fromkeys(present, nothing))
    composites = [f"ES+MF_{side}" for side in ("right", "left")]
    return {name: "in no atlas" for name in (*BY_IDENTIFIER, *composites) if name not in outlined}


def _read(name: str, images: Mapping[str, Path], labels: Path, labelling: Labelling) -> _Labelled:
    """A labelled case with those of its images that lie on the grid of its labels."""
    grid, structures, known = read_outlines(labels, images, labelling)
    read = {contrast: read_image(path) for contrast, path in images.items()}
    read = {contrast: image for contrast, image in read.items() if grid_difference(image, grid) is None}
    found = labels_of(structures, grid)
    if known is not None:
        found = found.with_array(np.where(known, found.array, UNKNOWN).astype(np.uint8))
    return _Labelled(name, read, found)
