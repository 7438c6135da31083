"""How long a case takes with this program and with the way MuscleMap runs a network, and whether their labels agree.

Run: python Testing/benchmarks/prediction_speed.py [--weights CARD] [--slices 29] [--threads 2]
Goal: at least 10 times faster for 400 x 400 x 29 voxels; Dice between the two label maps at least 0.97.

Both label the same slices with the same network at the same resolution and number of threads, in one run, from the image in
memory to labels on its own grid. The other way is MONAI's SliceInferer as MuscleMap's mm_segment.py has it: windows of 256 x
256 pixels, 90 % overlap, Gaussian weights, one window at a time, chunks of 25 slices; probabilities resampled before the
label is decided; nothing removed afterwards. It runs twice: over whole slices, and over MuscleMap's own crop (to what is
brighter than the mean of all voxels that are not zero, and 20 pixels around), whose size depends on the image.
Needs MONAI (pip install --no-deps monai), which is no part of this program.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

# As segmentation.protocol.THREADS_THAT_SLEEP has them for the program's worker; read when numpy and torch are imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

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
from ParaspinalFatLib.segmentation.division import WHOLE
from ParaspinalFatLib.segmentation.predict import predict
from ParaspinalFatLib.segmentation.preparation import prepare
from ParaspinalFatLib.segmentation.process import WorkerSegmenter
from ParaspinalFatLib.segmentation.unet import multiply_accumulates
from ParaspinalFatLib.segmentation.weights import load_network

Result = TypeVar("Result")
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


def sliding_windows(image: Image, card: Card, box: Box) -> np.ndarray:
    """Label values (k, j, i) by MONAI's SliceInferer within a box."""
    from monai.inferers import SliceInferer

    network = load_network(card, torch.device("cpu"))
    inferer = SliceInferer(roi_size=WINDOW, sw_batch_size=1, spatial_dim=2, mode="gaussian", overlap=OVERLAP)
    preparation = prepare(image, card.pixel_mm, 1, box)
    labels = np.zeros(image.array.shape, np.uint8)
    for start in range(0, len(labels), CHUNK_SLICES):
        chunk = slice(start, start + CHUNK_SLICES)
        inputs = np.stack([preparation.network_input(plane) for plane in image.array[chunk]], axis=-1)
        with torch.inference_mode():
            logits = inferer(torch.from_numpy(inputs)[None, None], network)[0]
            probabilities = logits[: card.classes].softmax(dim=0).numpy()
        for index, plane in enumerate(labels[chunk]):
            plane[...] = card.values[preparation.channels(np.ascontiguousarray(probabilities[..., index]))]
    return labels


def whole_slices(image: Image) -> Box:
    """No crop."""
    _, height, width = image.array.shape
    return Box(0, height, 0, width)


def musclemap_crop(image: Image) -> Box:
    """Around what is above zero once the voxels that are not zero have mean zero, with MuscleMap's margin."""
    bright = image.array > image.array[image.array != 0].mean()
    limits = []
    for axes, size in (((0, 2), image.array.shape[1]), ((0, 1), image.array.shape[2])):
        occupied = np.flatnonzero(bright.any(axis=axes))
        limits += [max(0, int(occupied[0]) - FOREGROUND_MARGIN), min(size, int(occupied[-1]) + 1 + FOREGROUND_MARGIN)]
    return Box(*limits)


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Overlap of two label maps over all structures: a voxel agrees if both give it the same structure."""
    agree = np.count_nonzero((a == b) & (a != 0))
    return 2 * agree / max(1, np.count_nonzero(a) + np.count_nonzero(b))


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """A result and the seconds it took."""
    begin = time.perf_counter()
    return work(), time.perf_counter() - begin


def main() -> int:
    """Print the times, their ratios and the agreement; 1 if a goal is missed against the windows over whole slices."""
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
    shape = prepare(image, card.pixel_mm, card.stride).network_shape
    print(f"{card.name} {card.version}, {' x '.join(map(str, image.array.shape))} voxels, {arguments.threads} threads")
    passes = 2 if card.mirror_averaging else 1
    gflop = 2e-9 * multiply_accumulates(card.architecture, *shape) * passes
    print(f"network input {shape[0]} x {shape[1]}: {gflop:.1f} GFLOP a slice in {passes} passes")

    prediction, ours = timed(lambda: predict(image, card, device="cpu", threads=arguments.threads))
    _, with_process = timed(lambda: WorkerSegmenter(arguments.weights, "cpu", arguments.threads)(image))
    outlined = WHOLE[prediction.labels.array]  # the windows do not divide the erector spinae
    report("this program", ours, image)
    seconds = prediction.record["seconds"]
    print(f"  steps: {seconds}")
    reached, peak = gflop * len(image.array) / seconds["network"], peak_gflops()
    print(f"  network: {reached:.0f} GFLOP/s, {reached / peak:.0%} of a float32 matrix product's {peak:.0f}")
    report("with its process", with_process, image)
    passed = []
    for name, box in (("windows, whole slices", whole_slices(image)), ("windows, MuscleMap crop", musclemap_crop(image))):
        labels, theirs = timed(lambda box=box: sliding_windows(image, card, box))
        agreement = dice(outlined, labels)
        report(name, theirs, image)
        print(
            f"  ratio {theirs / ours:.1f}, with the process' start {theirs / with_process:.1f}; Dice {agreement:.4f}", end=""
        )
        print(f" (goals {GOAL_RATIO:.0f} and {GOAL_DICE} over whole slices); by structure:")
        print("  " + ", ".join(f"{name} {same:.3f}" for name, same in by_structure(outlined, labels)))
        passed.append(theirs / ours >= GOAL_RATIO and agreement >= GOAL_DICE)
    return int(not passed[0])


def peak_gflops(edge: int = 2048, repeats: int = 5) -> float:
    """Most GFLOP/s that float32 matrix products of ``edge`` x ``edge`` reach with the threads set: the peak in practice."""
    a, b = torch.rand(edge, edge), torch.rand(edge, edge)
    torch.mm(a, b)
    return 2e-9 * edge**3 / min(timed(lambda: torch.mm(a, b))[1] for _ in range(repeats))


def report(name: str, seconds: float, image: Image) -> None:
    """One line of the result."""
    print(f"{name:24s} {seconds:8.2f} s  {seconds / len(image.array):.3f} s a slice")


def by_structure(a: np.ndarray, b: np.ndarray) -> list[tuple[str, float]]:
    """Overlap of every structure in ``a``."""
    return [(BY_VALUE[int(v)].identifier, dice((a == v) * 1, (b == v) * 1)) for v in np.unique(a[a > 0])]


if __name__ == "__main__":
    sys.exit(main())
