"""One training sample of the level network: a midline plane as some scanner and some field of view would show it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM
from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.training.artefacts import bias, motion, rician_noise, surface_coil
from ParaspinalFatLib.training.contrast import random_curve
from ParaspinalFatLib.training.deformation import Strength, read, sampling_map
from ParaspinalFatLib.training.levels.spines import Spine
from ParaspinalFatLib.training.partial_labels import OPEN

Plane = npt.NDArray[np.float32]

CANVAS = (192, 128)
"""Rows and columns of a sample: 288 x 192 mm."""

SHAPES = Strength(rotation=16.0, scale=(0.8, 1.25), anisotropy=0.12, shear=0.1, elastic=6.0)

SMALLEST_FIELD = (0.42, 0.55)
"""Smallest part of the canvas that a field of view takes: 120 x 105 mm."""

THICK_MM = (3.0, 5.5)
"""Distance of the slices of an axial stack, whose midline plane has rows as coarse as that."""

Sample = tuple[Plane, npt.NDArray[np.uint8]]


def level_sample(rng: np.random.Generator, spine: Spine) -> Sample:
    """Image (h, w) scaled as for prediction and classes (h, w), on the canvas; zero outside the field of view.

    Args:
        rng: source of every choice; the same state gives the same sample.
        spine: whose planes to draw from.
    """
    index = int(rng.integers(len(spine.images)))
    thickness = int(rng.integers(0, 3))
    plane = spine.images[max(0, index - thickness) : index + thickness + 1].mean(axis=0)
    labels = spine.labels[index]
    height, width = (round(size * rng.uniform(least, 1.0)) for size, least in zip(CANVAS, SMALLEST_FIELD, strict=True))
    middle = np.argwhere((labels > 0) & (labels < OPEN)).mean(axis=0)
    centre = middle + rng.normal(0, (45.0, 14.0))
    positions = sampling_map(rng, (height, width), PLANE_PIXEL_MM, (float(centre[0]), float(centre[1])), SHAPES)
    signal = varied(rng, read(plane, positions, (1.0, 1.0), 0.0))
    classes = read(labels, positions, (1.0, 1.0), 0)
    return _placed(rng, normalise(signal[None])[0], classes)


def varied(rng: np.random.Generator, signal: Plane) -> Plane:
    """Another contrast, coil and noise; half of the planes coarse along the rows, as axial stacks show them."""
    if rng.random() < 0.7:
        signal = random_curve(rng, signal)
    if rng.random() < 0.15:
        signal = np.where(signal > 0, np.percentile(signal, 99) - signal, 0).clip(0).astype(np.float32)
    signal = bias(rng, signal, rng.uniform(0, 0.5))
    if rng.random() < 0.5:
        signal = surface_coil(rng, signal.T).T  # the coil lies behind, where a plane has its last columns
    if rng.random() < 0.05:
        signal = motion(rng, signal)
    choice = rng.random()
    if choice < 0.5:
        signal = coarse_rows(signal, rng.uniform(*THICK_MM), rng.uniform(0, 1))
    elif choice < 0.75:
        signal = ndimage.gaussian_filter(signal, rng.uniform(0.3, 0.9, 2))
    return rician_noise(rng, np.ascontiguousarray(signal))


def coarse_rows(plane: Plane, slice_mm: float, phase: float = 0.0) -> Plane:
    """A plane seen through slices ``slice_mm`` apart and as thick, interpolated back to its rows.

    Args:
        plane: (h, w) of :data:`PLANE_PIXEL_MM`.
        slice_mm: distance of the slices.
        phase: where the first slice lies, in slices.
    """
    step = slice_mm / PLANE_PIXEL_MM
    smooth = ndimage.gaussian_filter1d(plane, 0.35 * step, axis=0)
    centres = np.arange((phase % 1.0) * step, len(plane), step)
    slices = ndimage.map_coordinates(smooth, np.meshgrid(centres, np.arange(plane.shape[1]), indexing="ij"), order=1)
    rows = np.clip((np.arange(len(plane)) - centres[0]) / step, 0, len(centres) - 1)
    return ndimage.map_coordinates(
        slices, np.meshgrid(rows, np.arange(plane.shape[1]), indexing="ij"), order=1, mode="nearest"
    ).astype(np.float32)


def _placed(rng: np.random.Generator, image: Plane, classes: npt.NDArray[np.uint8]) -> Sample:
    """The field of view somewhere on an empty canvas."""
    height, width = image.shape
    top, left = (int(rng.integers(room + 1)) for room in (CANVAS[0] - height, CANVAS[1] - width))
    canvas, labels = np.zeros(CANVAS, np.float32), np.zeros(CANVAS, np.uint8)
    canvas[top : top + height, left : left + width] = image
    labels[top : top + height, left : left + width] = classes
    return canvas, labels
