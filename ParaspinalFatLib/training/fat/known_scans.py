"""Whole T1 and T2 stacks whose fat fraction is known, made from the Dixon pair of a subject kept out of training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.training.artefacts import bias, rician_noise, surface_coil
from ParaspinalFatLib.training.contrast import noise
from ParaspinalFatLib.training.fat.contrast import timed_signal
from ParaspinalFatLib.training.fat.sample import FINE, MUSCLES, fraction_of
from ParaspinalFatLib.training.infiltration import infiltrate
from ParaspinalFatLib.training.partial_labels import OPEN
from ParaspinalFatLib.training.subjects import Subject

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]
Painter = Callable[[np.random.Generator, Plane, Plane, Labels, float], tuple[Plane, Plane]]

MARGIN_MM = 35.0
"""What is shown around the muscles: skin and fat of the back, the front of the spine, as in a small examination."""

SLICE_MM = 4.0


@dataclass(frozen=True)
class Protocol:
    """A spin-echo sequence: repetition and echo time in ms."""

    name: str
    repetition: float
    echo: float


PROTOCOLS = (
    Protocol("T2, TR 3800 TE 122 ms (as in JOR Spine 2024)", 3800.0, 122.0),
    Protocol("T2, TR 3000 TE 85 ms", 3000.0, 85.0),
    Protocol("T1, TR 600 TE 10 ms", 600.0, 10.0),
)


@dataclass(frozen=True, eq=False)
class KnownScan:
    """A stack in axial order, and the truth on its grid.

    Attributes:
        image: T1 or T2 with coil, bias and noise.
        labels: anatomy values; 0 also where nobody has drawn.
        fraction: (k, j, i) true fat fraction.
    """

    image: Image
    labels: Image
    fraction: Plane


def known_scan(
    subject: Subject, slices: npt.NDArray[np.intp], protocol: Protocol, painter: Painter, load: float, seed: int
) -> KnownScan:
    """Make one scan.

    Args:
        subject: with water and fat image.
        slices: which of its slices.
        protocol: the contrast; relaxation times are drawn once for the scan.
        painter: adds fat inside the muscles, on pixels finer than the image's.
        load: about which share of the multifidus' water becomes fat, 0 to 0.6; other muscles as the painter likes.
        seed: of everything that is drawn.
    """
    assert subject.fat is not None
    rows, columns = _around_muscles(subject)
    signals, fractions = [], []
    rng = np.random.default_rng(seed)
    for k in slices:
        labels = subject.labels[k, rows, columns]
        water, fat = (_fine(stack[k, rows, columns]) for stack in (subject.water, subject.fat))
        fine_labels = labels.repeat(FINE, 0).repeat(FINE, 1)
        water, fat = painter(rng, water, fat, fine_labels, load)
        # The same state for every slice: one scan has one set of relaxation times, one coil and one bias field.
        signal = timed_signal(np.random.default_rng(seed), water, fat, fine_labels, protocol.repetition, protocol.echo)
        signals.append(_received(np.random.default_rng(seed + 1), rng, _pixels(np.maximum(signal, 0))))
        fractions.append(fraction_of(_pixels(water), _pixels(fat)))
    kept = subject.labels[slices][:, rows, columns]
    j_mm, i_mm = subject.pixel_mm
    affine = np.diag([-i_mm, -j_mm, SLICE_MM, 1.0])
    image = Image(np.stack(signals).astype(np.float32) * np.float32(1000), affine)
    return KnownScan(image, image.with_array(np.where(kept >= OPEN, 0, kept).astype(np.uint8)), np.stack(fractions))


def streaks(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, load: float) -> tuple[Plane, Plane]:
    """The painter that training uses as well: soft streaks, deep and medial first."""
    return infiltrate(rng, water, fat, labels, severity=load / 0.6) if load else (water, fat)


def strands(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, load: float) -> tuple[Plane, Plane]:
    """A painter that training does not know: a sharp lattice of wavy strands 4 to 10 mm apart, and a veil of diffuse fat.

    Multifidus and erector spinae get ``load`` on the mean, of which a third is veil; the other muscles half of it.
    """
    j, i = np.indices(labels.shape, dtype=np.float32)
    share = np.zeros(labels.shape, np.float32)
    for value in MUSCLES:
        inside = labels == value
        if not inside.any():
            continue
        amount = load * (1.0 if value <= 4 else 0.5)
        angle, period = rng.uniform(0, np.pi), rng.uniform(4, 10) * FINE
        warp = 2.0 * noise(rng, labels.shape, 6.0 * FINE)
        wave = np.sin((np.cos(angle) * j + np.sin(angle) * i) * 2 * np.pi / period + warp)
        cut = np.quantile(wave[inside], 1 - amount * 2 / 3)
        share[inside] = np.where(wave[inside] > cut, 1.0, amount / 3 / max(1 - amount * 2 / 3, 0.1))
    moved = share * water
    return water - moved, fat + moved


PAINTERS: dict[str, Painter] = {"streaks (known to training)": streaks, "strands and veil (unknown to training)": strands}


def _around_muscles(subject: Subject) -> tuple[slice, slice]:
    """Rows and columns that hold all muscles and a margin."""
    muscle = np.isin(subject.labels, list(MUSCLES)).any(axis=0)
    found = []
    for axis, pixel in enumerate(subject.pixel_mm):
        places = np.flatnonzero(np.any(muscle, axis=1 - axis))
        margin = round(MARGIN_MM / pixel)
        found.append(slice(max(0, int(places[0]) - margin), min(muscle.shape[axis], int(places[-1]) + margin)))
    return found[0], found[1]


def _fine(plane: Plane) -> Plane:
    """A plane on pixels :data:`FINE` times finer, interpolated linearly."""
    return ndimage.zoom(plane, FINE, order=1, grid_mode=True, mode="nearest")


def _pixels(fine: Plane) -> Plane:
    """Mean over the fine pixels of each acquired one."""
    height, width = fine.shape[0] // FINE, fine.shape[1] // FINE
    return fine.reshape(height, FINE, width, FINE).mean(axis=(1, 3)).astype(np.float32)


def _received(of_scan: np.random.Generator, of_slice: np.random.Generator, signal: Plane) -> Plane:
    """Coil and bias that all slices share, and noise that they do not."""
    signal = surface_coil(of_scan, bias(of_scan, signal, 0.15))
    return rician_noise(of_slice, signal)
