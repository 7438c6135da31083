"""How long a case takes with this program and with the way MuscleMap runs a network, and whether their labels agree.

Run: python Testing/benchmarks/prediction_speed.py [--weights CARD] [--slices 29] [--threads 2]
Goal: at least 10 times faster for 400 x 400 x 29 voxels; Dice between the two label maps at least 0.97.

Both label the same slices with the same network at the same resolution and number of threads, in one run, from the image in
memory to labels on its own grid. The other way is that of MuscleMap's mm_segment.py with its wholebody model's settings:
MONAI's SliceInferer with windows of 256 x 256 pixels, 90 % overlap, Gaussian weights, one window at a time, in chunks of 25
slices; a crop to non-zero voxels; probabilities resampled before the label is decided; nothing removed afterwards.
Needs MONAI (pip install --no-deps monai), which is no part of this program.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

import numpy as np
import torch
from torso import make_torso

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.body import Box
from ParaspinalFatLib.segmentation.card import Card, read_card
from ParaspinalFatLib.segmentation.predict import predict
from ParaspinalFatLib.segmentation.preparation import prepare
from ParaspinalFatLib.segmentation.process import WorkerSegmenter
from ParaspinalFatLib.segmentation.unet import multiply_accumulates
from ParaspinalFatLib.segmentation.weights import load_network

WINDOW = (256, 256)
OVERLAP = 0.90
CHUNK_SLICES = 25
FOREGROUND_MARGIN = 20
GOAL_RATIO = 10.0
GOAL_DICE = 0.97


def case() -> Image:
    """The real Dixon water image where it is present, else a phantom of its size (on which the network finds little)."""
    data = Path(os.environ.get("PARASPINALFAT_DATA", ROOT.parent / "shared" / "data"))
    path = data / "tum01_dixon" / "water.nii.gz"
    return read_image(path) if path.is_file() else make_torso(1.0, slices=29, size_mm=400.0).image


def musclemap_way(image: Image, card: Card) -> np.ndarray:
    """Label values (k, j, i) by MONAI's SliceInferer with MuscleMap's settings."""
    from monai.inferers import SliceInferer

    network = load_network(card, torch.device("cpu"))
    inferer = SliceInferer(roi_size=WINDOW, sw_batch_size=1, spatial_dim=2, mode="gaussian", overlap=OVERLAP)
    preparation = prepare(image, card.pixel_mm, 1, foreground_box(image))
    labels = np.zeros(image.array.shape, np.uint8)
    for start in range(0, len(labels), CHUNK_SLICES):
        chunk = slice(start, start + CHUNK_SLICES)
        inputs = np.stack([preparation.network_input(plane) for plane in image.array[chunk]], axis=-1)
        with torch.inference_mode():
            logits = inferer(torch.from_numpy(inputs)[None, None], network)[0]
            probabilities = logits.softmax(dim=0).numpy()
        for index, plane in enumerate(labels[chunk]):
            plane[...] = card.values[preparation.channels(np.ascontiguousarray(probabilities[..., index]))]
    return labels


def foreground_box(image: Image) -> Box:
    """Around all voxels that are not zero, with MuscleMap's margin."""
    rows, columns = (np.flatnonzero(image.array.any(axis=axes)) for axes in ((0, 2), (0, 1)))
    limits = []
    for occupied, size in ((rows, image.array.shape[1]), (columns, image.array.shape[2])):
        limits += [max(0, occupied[0] - FOREGROUND_MARGIN), min(size, occupied[-1] + 1 + FOREGROUND_MARGIN)]
    return Box(*(int(limit) for limit in limits))


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Overlap of two label maps over all structures: a voxel agrees if both give it the same structure."""
    agree = np.count_nonzero((a == b) & (a != 0))
    return 2 * agree / max(1, np.count_nonzero(a) + np.count_nonzero(b))


def main() -> int:
    """Print both times, their ratio and the agreement; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", help="card of the network; the program's own if not given")
    parser.add_argument("--slices", type=int, default=29, help="label only this many slices, spread over the case")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    card = read_card(weights_card_path(arguments.weights))
    image = axial_view(case()).image
    chosen = np.linspace(0, len(image.array) - 1, min(arguments.slices, len(image.array))).astype(int)
    image = Image(np.ascontiguousarray(image.array[chosen]), image.affine)

    begin = time.perf_counter()
    prediction = predict(image, card, device="cpu", threads=arguments.threads)
    ours = time.perf_counter() - begin
    begin = time.perf_counter()
    WorkerSegmenter(arguments.weights, "cpu", arguments.threads)(image)
    with_process = time.perf_counter() - begin
    begin = time.perf_counter()
    windows = musclemap_way(image, card)
    theirs = time.perf_counter() - begin

    labels = prediction.labels.array
    agreement = dice(labels, windows)
    height, width = prepare(image, card.pixel_mm, card.stride).network_shape
    gflop = 2e-9 * multiply_accumulates(card.architecture, height, width)
    print(f"{card.name} {card.version}, {len(image.array)} slices of {image.array.shape[1]} x {image.array.shape[2]} pixels")
    print(f"network input {height} x {width}: {gflop:.1f} GFLOP a slice, {arguments.threads} threads")
    print(f"this program    {ours:8.2f} s  {ours / len(labels):.3f} s a slice (steps: {prediction.record['seconds']})")
    print(f"  with its process {with_process:5.2f} s  {with_process / len(labels):.3f} s a slice")
    print(f"sliding windows {theirs:8.2f} s  {theirs / len(labels):.3f} s a slice")
    print(f"ratio {theirs / ours:.1f} (goal {GOAL_RATIO:.0f}), with the process' start {theirs / with_process:.1f}")
    print(f"Dice between the two label maps {agreement:.4f} (goal {GOAL_DICE})")
    for value in np.unique(labels[labels > 0]):
        same = dice((labels == value).astype(np.uint8), (windows == value).astype(np.uint8))
        print(f"  {BY_VALUE[int(value)].identifier:10s} {same:.4f}  {np.count_nonzero(labels == value)} voxels")
    return int(theirs / ours < GOAL_RATIO or agreement < GOAL_DICE)


if __name__ == "__main__":
    sys.exit(main())
