"""What the shipped weights outline on the sample case, as a digest: run this file to renew the stored one.

Label maps differ in single border voxels between processors, since sums of floating-point products are not associative. So
the digest holds the volume of each structure and a coarse label map, and comparing them allows a stated part to differ.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path

import numpy as np

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.resources import resource, weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.predict import predict

STORED = Path(__file__).parent / "sample_digest.json"

BLOCK = (1, 4, 4)
"""Voxels (k, j, i) of which the coarse map keeps the commonest label."""


def digest() -> dict:
    """Of the present weights."""
    card = read_card(weights_card_path())
    labels = predict(read_image(resource("SampleCase", "water.nii.gz")), card, device="cpu", threads=1).labels.array
    voxels = {BY_VALUE[value].identifier: int(np.sum(labels == value)) for value in np.unique(labels[labels > 0]).tolist()}
    small = coarse(labels)
    packed = base64.b64encode(zlib.compress(small.tobytes(), 9)).decode()
    return {"weights_sha256": card.sha256, "voxels": voxels, "coarse_shape": small.shape, "coarse_labels": packed}


def coarse(labels: np.ndarray) -> np.ndarray:
    """The commonest label of each block; the lowest one where several are equally common."""
    shape = [size // block for size, block in zip(labels.shape, BLOCK, strict=True)]
    cut = labels[tuple(slice(0, size * block) for size, block in zip(shape, BLOCK, strict=True))]
    blocks = cut.reshape(shape[0], BLOCK[0], shape[1], BLOCK[1], shape[2], BLOCK[2])
    values = np.unique(cut)
    counts = np.stack([(blocks == value).sum(axis=(1, 3, 5)) for value in values])
    return values[counts.argmax(axis=0)].astype(np.uint8)


def coarse_labels(stored: dict) -> np.ndarray:
    """The coarse map of a digest."""
    content = zlib.decompress(base64.b64decode(stored["coarse_labels"]))
    return np.frombuffer(content, np.uint8).reshape(stored["coarse_shape"])


if __name__ == "__main__":
    STORED.write_text(json.dumps(digest(), indent=1) + "\n", encoding="utf-8")
