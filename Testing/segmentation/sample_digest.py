"""What the shipped weights find on the sample case, as digests: run this file to renew those stored of all three networks.

Predictions differ a little between processors, since sums of floating-point products are not associative: label maps in
single border voxels. So the digests hold volumes, means and coarse maps, and comparing them allows a stated part to differ.
The networks for fat and levels look at the true outlines: their digests do not depend on the outlines of the first one.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.label_file import read_labels
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.level_naming import named_in
from ParaspinalFatLib.level_view import level_view
from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.resources import FAT_CARD, LEVELS_CARD, resource, weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.fat_card import read_fat_card
from ParaspinalFatLib.segmentation.fat_prediction import predict_fat_fraction
from ParaspinalFatLib.segmentation.levels_card import read_levels_card
from ParaspinalFatLib.segmentation.levels_prediction import predict_levels
from ParaspinalFatLib.segmentation.predict import predict

FOLDER = Path(__file__).parent
STORED, STORED_FAT, STORED_LEVELS = (
    FOLDER / name for name in ("sample_digest.json", "sample_digest_fat.json", "sample_digest_levels.json")
)

BLOCK = (1, 4, 4)
"""Voxels (k, j, i) of which the coarse map of labels keeps the commonest one."""

FAT_BLOCK = (2, 12, 12)
"""Voxels (k, j, i) whose mean fraction the coarse map of fat keeps."""

STEP = 0.005
"""In which the coarse map of fat is stored."""

NOT_KNOWN = 255
"""Block in which more than half of the voxels have no fraction."""

WATER_SHARE = 0.4
"""Water's brightness in the T2-like image that the fat network looks at, relative to fat's."""


def digest() -> dict:
    """Of the network that outlines, on the water image."""
    card = read_card(weights_card_path())
    labels = predict(_sample("water"), card, device="cpu", threads=1).labels.array
    voxels = {BY_VALUE[value].identifier: int(np.sum(labels == value)) for value in np.unique(labels[labels > 0]).tolist()}
    small = coarse(labels)
    return {"weights_sha256": card.sha256, "voxels": voxels, "coarse_shape": small.shape, "coarse_labels": packed(small)}


def fat_digest() -> dict:
    """Of the network that predicts the fat fraction, on a T2-like mixture of water and fat; muscles are the true ones."""
    card = read_fat_card(weights_card_path(bundled=FAT_CARD))
    water, fat = _sample("water"), _sample("fat")
    image = water.with_array((WATER_SHARE * water.array + fat.array).astype(np.float32))
    fraction = predict_fat_fraction(image, card, device="cpu", threads=1).fraction.array
    labels = _true_labels(water).array
    muscles = {value: one.identifier for value, one in BY_VALUE.items() if one.is_muscle and (labels == value).any()}
    means = {name: round(100 * float(np.nanmean(fraction[labels == value])), 3) for value, name in muscles.items()}
    small = coarse_fraction(fraction)
    return {"weights_sha256": card.sha256, "mean_pct": means, "coarse_shape": small.shape, "coarse_fraction": packed(small)}


def levels_digest() -> dict:
    """Of the network that looks for levels, in the midline planes of the water image along the true spine."""
    card = read_levels_card(weights_card_path(bundled=LEVELS_CARD))
    water = _sample("water")
    view = level_view(water, _true_labels(water))
    assert view.planes is not None, view.reason
    likely, _ = predict_levels(view.planes.images, card, device="cpu", threads=1)
    named = named_in(view, likely)
    classes = likely.argmax(axis=1).astype(np.uint8)
    return {
        "weights_sha256": card.sha256,
        "share": {one.name.lower(): round(float(likely[:, one].mean()), 5) for one in SpineClass},
        "names": [level.name for level in named.levels],
        "confidence": round(named.confidence, 3),
        "classes_shape": classes.shape,
        "classes": packed(classes),
    }


def _sample(name: str) -> Image:
    return read_image(resource("SampleCase", f"{name}.nii.gz"))


def _true_labels(grid: Image) -> Image:
    return read_labels(resource("SampleCase", "labels.nii.gz"), grid)


def coarse(labels: np.ndarray) -> np.ndarray:
    """The commonest label of each block; the lowest one where several are equally common."""
    blocks = _blocks(labels, BLOCK)
    values = np.unique(blocks)
    counts = np.stack([(blocks == value).sum(axis=(1, 3, 5)) for value in values])
    return values[counts.argmax(axis=0)].astype(np.uint8)


def coarse_fraction(fraction: np.ndarray) -> np.ndarray:
    """The mean fraction of each block in steps of :data:`STEP`."""
    blocks = _blocks(fraction, FAT_BLOCK)
    known = np.isfinite(blocks)
    count = known.sum(axis=(1, 3, 5))
    mean = np.where(known, blocks, 0).sum(axis=(1, 3, 5)) / np.maximum(count, 1)
    return np.where(2 * count > np.prod(FAT_BLOCK), np.rint(mean / STEP), NOT_KNOWN).astype(np.uint8)


def _blocks(array: np.ndarray, block: tuple[int, int, int]) -> np.ndarray:
    """(K, k, J, j, I, i), without what is left over at the ends."""
    shape = [size // edge for size, edge in zip(array.shape, block, strict=True)]
    cut = array[tuple(slice(0, size * edge) for size, edge in zip(shape, block, strict=True))]
    return cut.reshape(shape[0], block[0], shape[1], block[1], shape[2], block[2])


def packed(array: np.ndarray) -> str:
    """A map of bytes as text."""
    return base64.b64encode(zlib.compress(array.tobytes(), 9)).decode()


def unpacked(text: str, shape: list[int]) -> np.ndarray:
    """The map of bytes in a text."""
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(shape)


def coarse_labels(stored: dict) -> np.ndarray:
    """The coarse map of a digest."""
    return unpacked(stored["coarse_labels"], stored["coarse_shape"])


DIGESTS: dict[Path, Callable[[], dict]] = {STORED: digest, STORED_FAT: fat_digest, STORED_LEVELS: levels_digest}
"""Files to what is stored in them."""

if __name__ == "__main__":
    for path, of_present_weights in DIGESTS.items():
        path.write_text(json.dumps(of_present_weights(), indent=1) + "\n", encoding="utf-8")
