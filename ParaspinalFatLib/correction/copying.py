"""The outline of one slice taken over by another."""

from __future__ import annotations

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.correction.outline import Correction, OutlinedSlices
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image


def copied(labels: Image, structure: Structure, source: int, target: int) -> Correction:
    """Replace a structure's outline in one slice by that of another slice.

    Args:
        labels: uint8 label image, voxels in any order.
        structure: what to outline.
        source, target: slice numbers (axial order).

    Raises:
        InputError: a slice does not exist, both are one, or the structure is not outlined in ``source``.
        GeometryError: the slices are not near axial.
    """
    slices = OutlinedSlices(labels)
    slices.require_slices(target)
    slices.require_drawn(structure, source)
    if source == target:
        raise InputError(f"Slice {source} cannot be copied to itself. Choose another slice.")
    return slices.with_outlines(structure, {target: slices.mask(structure, source)}, f"copied from slice {source}")
