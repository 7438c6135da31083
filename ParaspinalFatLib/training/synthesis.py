"""One training sample: a slice of a subject, in a random shape, contrast and field of view, through a random scanner."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import STRUCTURES, mirrored
from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.training.artefacts import chemically_shifted, scan
from ParaspinalFatLib.training.contrast import plain_contrast, random_contrast, varied_contrast
from ParaspinalFatLib.training.deformation import Strength, follow, oblique, read, read_cut, sampling_map
from ParaspinalFatLib.training.erector_division import named
from ParaspinalFatLib.training.infiltration import epimuscular_fat, infiltrate, replace_whole, subfascial_fat
from ParaspinalFatLib.training.retroperitoneum import fat_collar, vessels
from ParaspinalFatLib.training.shapes import KNOT_MM, Shape
from ParaspinalFatLib.training.subjects import Subject
from ParaspinalFatLib.training.view import View

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

MIRROR = np.arange(256, dtype=np.uint8)
"""Label value -> value of the same structure on the other side."""
for _structure in STRUCTURES:
    MIRROR[_structure.value] = mirrored(_structure).value


NETWORK_PIXEL_MM = 1.2
"""In-plane pixel at which samples are made and images are predicted. Outlines of muscles are smooth at this scale (the
probabilities are interpolated back). At 1.5 mm a slice costs a third less; the figures of both: docs/evaluation.md."""


COLLAR_SHARE = 0.5
"""How often psoas and quadratus lumborum get more fat, and vessels, around them than the scanned person had."""

REPLACED_SHARE = 0.3
"""How often the deep part of multifidus and erector spinae is turned to fat altogether."""

SUBFASCIAL_SHARE = 0.25
"""How often fat lies between the back muscles and the fascia behind them."""

OBLIQUE_SHARE = 0.35
"""How often a slice is cut obliquely."""


def sample(
    rng: np.random.Generator, subject: Subject, index: int, shape: Shape | None, view: View, difficulty: float = 1.0
) -> tuple[Plane, Labels]:
    """A random sample of one subject.

    Args:
        rng: source of every choice; the same state gives the same sample.
        subject: where image and labels come from.
        index: which of its slices.
        shape: another person's muscles to take on (fitted to this slice), or None for the subject's own.
        view: framing.
        difficulty: 1 for everything; below, that part of the samples has its usual contrast and no artefacts, and shapes
            vary less. Training from random weights begins easy: with every contrast at once it finds no foothold.

    Returns:
        image: (h, w) float32 in 0 to 1, scaled as for prediction.
        labels: (h, w) uint8, 255 unknown; the erector spinae carries the value of the part it is where that is known.
    """
    view = view.framed(rng)
    strength = Strength().times(difficulty)
    positions = source_positions(rng, subject, shape, index, view.field(rng), view.jitter, strength)
    hard = rng.random() < difficulty
    cut = None
    if subject.slice_mm is not None and hard and rng.random() < OBLIQUE_SHARE:
        cut = oblique(rng, positions, index, muscle_centre(subject, index), subject.slice_mm)
    labels = read_labels(subject.labels, subject, index, positions, cut)
    water, *rest = read_images(rng, subject, index, positions, cut)
    if rest and hard and rng.random() < COLLAR_SHARE:
        water, fat, labels = fat_collar(rng, water, rest[0], labels, NETWORK_PIXEL_MM)
        water, fat, labels = vessels(rng, water, fat, labels, NETWORK_PIXEL_MM)
        rest = [fat]
    if rest:
        signal = _signal(rng, water, rest[0], labels) if hard else plain_contrast(water, rest[0])
    else:
        signal = varied_contrast(rng, water)
    if subject.division is not None:
        labels = named(labels, read_labels(subject.division, subject, index, positions, cut))
    if rng.random() < 0.5:
        signal, labels = mirror(signal, labels)
    image = normalise((scan(rng, signal) if hard else signal)[None])[0]
    return _place(rng, image, labels, view.canvas)


def mirror(image: Plane, labels: Labels) -> tuple[Plane, Labels]:
    """A slice (h, w) seen in a mirror: columns reversed, every structure named after its other side."""
    return image[:, ::-1], MIRROR[labels[:, ::-1]]


def _signal(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    water, fat = paint_fat(rng, water, fat, labels)
    return random_contrast(rng, water, chemically_shifted(rng, fat, NETWORK_PIXEL_MM), labels)


def paint_fat(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> tuple[Plane, Plane]:
    """Add fat inside the muscles to half of all samples, between them to a third, under the fascia to a quarter, and instead
    of muscle to three in ten."""
    if rng.random() < 0.5:
        water, fat = infiltrate(rng, water, fat, labels, severity=rng.beta(1.0, 1.6))
    if rng.random() < 0.35:
        water, fat = epimuscular_fat(rng, water, fat, labels)
    if rng.random() < SUBFASCIAL_SHARE:
        water, fat = subfascial_fat(rng, water, fat, labels, NETWORK_PIXEL_MM)
    if rng.random() < REPLACED_SHARE:
        water, fat = replace_whole(rng, water, fat, labels)
    return water, fat


def source_positions(
    rng: np.random.Generator,
    subject: Subject,
    shape: Shape | None,
    index: int,
    field: tuple[int, int],
    jitter: float,
    strength: Strength,
    pixel_mm: float = NETWORK_PIXEL_MM,
) -> npt.NDArray[np.float32]:
    """Where a random field of view of a slice is read from: (2, *field), rows and columns in mm. As :func:`sample`, and:

    Args:
        field: rows and columns of the field of view, in pixels of ``pixel_mm``.
        jitter: how far its middle may lie from the spine, in mm.
        strength: how strongly the shape is varied.
    """
    row, column = muscle_centre(subject, index) if shape is None else shape.target_centre
    centre = (row + rng.normal(0, jitter / 2), column + rng.normal(0, jitter / 2))
    positions = sampling_map(rng, field, pixel_mm, centre, strength)
    if shape is None:
        return positions
    affine = np.tensordot(shape.matrix[:, :2], positions, axes=1) + shape.matrix[:, 2][:, None, None]
    moved = follow(positions, shape.field.astype(np.float32), KNOT_MM, share=1.0) - positions
    return (affine + rng.uniform(0.3, 1.1) * moved).astype(np.float32)


def muscle_centre(subject: Subject, index: int) -> tuple[float, float]:
    """Middle (row, column) in mm of a slice's spine: half way between the sides, between back and psoas."""
    rows, columns = np.nonzero((subject.labels[index] >= 1) & (subject.labels[index] <= 15))
    middle = [(axis.min() + axis.max()) / 2 for axis in (rows, columns)]
    return middle[0] * subject.pixel_mm[0], middle[1] * subject.pixel_mm[1]


def read_labels(
    stack: Labels, subject: Subject, index: int, positions: npt.NDArray[np.float32], cut: npt.NDArray[np.float32] | None
) -> Labels:
    """Labels of a subject, or parts of its erector spinae, at positions; see :func:`read_images`."""
    if cut is not None:
        return read_cut(stack, cut, positions, subject.pixel_mm, 0)
    return read(stack[index], positions, subject.pixel_mm, 0)


def read_images(
    rng: np.random.Generator,
    subject: Subject,
    index: int,
    positions: npt.NDArray[np.float32],
    cut: npt.NDArray[np.float32] | None = None,
) -> list[Plane]:
    """Water and fat (or the one image) at positions; one straight slice in four is thick and holds some of its neighbour.

    Args:
        index: the slice, if it is straight.
        cut: slice numbers of an oblique cut (:func:`deformation.oblique`), which mixes neighbours by itself.
    """
    stacks = [stack for stack in (subject.water, subject.fat) if stack is not None]
    if cut is not None:
        return [read_cut(stack, cut, positions, subject.pixel_mm, 0.0) for stack in stacks]
    images = [read(stack[index], positions, subject.pixel_mm, 0.0) for stack in stacks]
    neighbour = index + int(rng.choice((-1, 1)))
    if rng.random() < 0.25 and 0 <= neighbour < len(subject.labels):
        share = np.float32(rng.uniform(0.05, 0.4))
        others = [read(stack[neighbour], positions, subject.pixel_mm, 0.0) for stack in stacks]
        images = [(1 - share) * image + share * other for image, other in zip(images, others, strict=True)]
    return images


def _place(rng: np.random.Generator, image: Plane, labels: Labels, canvas: tuple[int, int]) -> tuple[Plane, Labels]:
    """Put a field of view somewhere on an empty canvas, as prediction pads to the network's stride."""
    height, width = image.shape
    top, left = (int(rng.integers(room + 1)) for room in (canvas[0] - height, canvas[1] - width))
    full_image, full_labels = np.zeros(canvas, np.float32), np.zeros(canvas, np.uint8)
    full_image[top : top + height, left : left + width] = image
    full_labels[top : top + height, left : left + width] = labels
    return full_image, full_labels
