"""A painted subject from MuscleMap's label map ``mm_d``: iliacus, psoas, sacrum and the lowest multifidus of a real body.

The scanned subjects show the pelvis in a handful of slices only. Here its muscles and bones are taken from the label map,
the rest of the body (fat under the skin, bowel, fat between the muscles) is made up around them, and what the map leaves
out although it is there (canal, rear of the sacrum, muscle behind it) counts as unknown.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.training.atlas import paint_atlas_slice
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.subjects import Labels, Subject, read_slices

LOWEST, HIGHEST = 26, 47
"""Slices of the map through the sacrum, where all its muscles are drawn."""

FINER = 2
"""In-plane factor by which the map's pixels of 2.2 mm are divided, with outlines smoothed on the way."""

SACRUM, ILIACUS = 15, {3: 9, 4: 10}
ILIUM_VALUES, SACRUM_VALUE = (11, 12), 13
OTHER_MUSCLES = (1, 2, 5, 6, 7, 8, 9, 10)
"""Values of ``mm_d_context``; muscles in it that the network does not tell apart."""

MUSCLE_PAINT, BONE_PAINT, SACRUM_PAINT, BETWEEN_PAINT, CAVITY_PAINT, FAT_PAINT, SKIN_PAINT = 7, 50, 54, 102, 103, 105, 106
"""Atlas values that :func:`~ParaspinalFatLib.training.atlas.paint_atlas_slice` paints as these tissues."""

MARGIN_MM = 42.0
"""Room for skin and fat around the outermost muscle."""

RIM_MM = 4.0
BEHIND_SACRUM_MM = 30.0
"""Unknown around the sacrum (its canal and rear elements are not drawn) and behind it (the muscles' lowest ends)."""


def load_pelvis(data: Path, seed: int = 0) -> Subject:
    """The label map as a subject with painted water and fat images (muscle water 1, pure fat 1).

    Args:
        data: folder of the data sets; ``label_atlases`` holds the map.
        seed: of the painting.
    """
    muscles, spacing = read_slices(data / "label_atlases" / "mm_d.nii.gz")
    context, _ = read_slices(data / "label_atlases" / "mm_d_context.nii.gz")
    rng = np.random.default_rng(seed)
    pixel = spacing[1] / FINER
    water, fat, labels = [], [], []
    for k in range(LOWEST, HIGHEST):
        tissues, drawn = map_slice(rng, muscles[k], context[k], pixel)
        images = paint_atlas_slice(rng, tissues)
        water.append(images[0])
        fat.append(images[1])
        labels.append(drawn)
    return Subject("mm_d_pelvis", np.stack(water), np.stack(fat), np.stack(labels), (pixel, pixel))


def map_slice(
    rng: np.random.Generator, muscles: npt.NDArray[np.uint8], context: npt.NDArray[np.uint8], pixel: float
) -> tuple[npt.NDArray[np.uint8], Labels]:
    """What to paint in one slice, and its labels.

    Args:
        rng: draws how fat the body is.
        muscles, context: (j, i) values of ``mm_d`` and ``mm_d_context``.
        pixel: edge of an output pixel in mm.

    Returns:
        tissues: (h, w) atlas values, larger than the map by the body's fat and skin.
        labels: (h, w) anatomy values, 255 unknown.
    """
    both = np.where(muscles > 0, muscles, np.where(context > 0, context + 100, 0)).astype(np.uint8)
    drawn = np.pad(smooth_enlarged(both, FINER), round(MARGIN_MM / pixel))
    inside, body, skin = _body(rng, drawn > 0, pixel)
    bone, sacrum = np.isin(drawn, [100 + value for value in ILIUM_VALUES]), drawn == 100 + SACRUM_VALUE
    muscle = (drawn > 0) & ~bone & ~sacrum

    tissues = np.zeros(drawn.shape, np.uint8)
    for where, tissue in (
        (skin, SKIN_PAINT),
        (body, FAT_PAINT),
        (inside, BETWEEN_PAINT),
        (_cavity(inside, sacrum), CAVITY_PAINT),
    ):
        tissues[where] = tissue
    for where, tissue in ((muscle, MUSCLE_PAINT), (bone, BONE_PAINT), (sacrum, SACRUM_PAINT)):
        tissues[where] = tissue

    table = np.zeros(256, np.uint8)
    table[1:9] = np.arange(1, 9)
    table[100 + SACRUM_VALUE] = SACRUM
    for value, structure in ILIACUS.items():
        table[100 + value] = structure
    labels = table[drawn]
    labels[_not_drawn_though_there(sacrum, pixel) & (drawn == 0)] = UNKNOWN
    return tissues, labels


def smooth_enlarged(labels: npt.NDArray[np.uint8], factor: int) -> npt.NDArray[np.uint8]:
    """A label plane (j, i) with ``factor`` times as many pixels along both axes and outlines without steps.

    >>> smooth_enlarged(np.array([[0, 3], [0, 3]], np.uint8), 2).shape
    (4, 4)
    """
    values = np.unique(labels)
    shares = [
        ndimage.zoom((labels == value).astype(np.float32), factor, order=1, grid_mode=True, mode="nearest")
        for value in values
    ]
    smooth = [ndimage.gaussian_filter(share, factor / 2) for share in shares]
    return values[np.argmax(smooth, axis=0)]


def _body(rng: np.random.Generator, drawn: npt.NDArray[np.bool_], pixel: float) -> tuple[np.ndarray, ...]:
    """The space within the muscles' common outline, that with the fat under the skin, and that with the skin (nested)."""
    rows, columns = np.nonzero(drawn)
    centre = rows.mean(), columns.mean()
    angle = np.arctan2(rows - centre[0], columns - centre[1])
    reach = np.hypot(rows - centre[0], columns - centre[1])
    bins = np.linspace(-np.pi, np.pi, 49)
    outermost = np.array([reach[(angle >= low) & (angle < high)].max(initial=0) for low, high in pairwise(bins)])
    outermost = np.maximum(
        ndimage.gaussian_filter1d(ndimage.maximum_filter1d(outermost, 15, mode="wrap"), 3, mode="wrap"), outermost
    )
    j, i = np.indices(drawn.shape)
    at = np.interp(np.arctan2(j - centre[0], i - centre[1]), (bins[1:] + bins[:-1]) / 2, outermost, period=2 * np.pi)
    distance = (np.hypot(j - centre[0], i - centre[1]) - at) * pixel
    thickness = rng.uniform(8, 0.85 * MARGIN_MM)
    return distance <= 2, distance <= thickness, distance <= thickness + 2


def _cavity(inside: npt.NDArray[np.bool_], sacrum: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The pelvis in front of the sacrum."""
    front = np.nonzero(sacrum)[0].min()
    cavity = inside.copy()
    cavity[front:] = False
    return cavity


def _not_drawn_though_there(sacrum: npt.NDArray[np.bool_], pixel: float) -> npt.NDArray[np.bool_]:
    """The sacrum's rim and holes, and the space behind it."""
    behind = np.zeros_like(sacrum)
    columns = np.flatnonzero(sacrum.any(axis=0))
    for column in columns:
        first = int(np.flatnonzero(sacrum[:, column])[0])
        last = int(np.flatnonzero(sacrum[:, column])[-1])
        behind[first : last + round(BEHIND_SACRUM_MM / pixel), column] = True
    return behind | (ndimage.distance_transform_edt(~sacrum, sampling=pixel) < RIM_MM)
