"""Conventional contrast from water and fat: the signal that a spin echo of known timing gives, or drawn gains.

Relaxation times are drawn from ranges, not taken for one truth. T2 in fast spin echo at 3 T: 27 to 45 ms in muscle, 41 to
143 ms in subcutaneous fat (Pai 2008, Magn Reson Imaging 26:1215). T1 and the fluids are assumed: round numbers that hold
the values in use at 1.5 and 3 T.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.training.contrast import (
    ARCH,
    BODY,
    CANAL,
    DISC,
    SACRUM,
    t1_weighted,
    t2_weighted,
    tissue_gain,
)

Plane = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Tissue:
    """T1 and T2 in ms, each with the lowest and the highest value drawn."""

    t1: tuple[float, float]
    t2: tuple[float, float]


MUSCLE = Tissue((900.0, 1450.0), (27.0, 45.0))
FAT = Tissue((240.0, 400.0), (41.0, 143.0))
FLUID = Tissue((3000.0, 4500.0), (400.0, 2000.0))
DISC_WATER = Tissue((800.0, 1600.0), (40.0, 130.0))
MARROW_WATER = Tissue((700.0, 1200.0), (35.0, 60.0))
LIGAMENT = Tissue((700.0, 1200.0), (10.0, 25.0))

_OF_STRUCTURE = {
    CANAL: FLUID,
    DISC: DISC_WATER,
    BODY: MARROW_WATER,
    SACRUM: MARROW_WATER,
    ARCH: LIGAMENT,
}


def spin_echo(repetition: float, echo: float, t1: float, t2: float) -> float:
    """Signal of a tissue in a spin echo, 1 for full magnetisation: (1 - exp(-TR / T1)) exp(-TE / T2), times in ms.

    >>> round(spin_echo(4000, 100, 1000, 40), 3), round(spin_echo(4000, 100, 300, 100), 3)
    (0.081, 0.368)
    """
    return float((1 - np.exp(-repetition / t1)) * np.exp(-echo / t2))


def conventional_signal(rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels) -> Plane:
    """A T1- or T2-weighted image without noise: half by the spin-echo equation, half by drawn gains.

    Args:
        rng: source of every choice.
        water, fat: (h, w), muscle water and pure fat near 1, air near 0.
        labels: (h, w) anatomy values.

    Returns:
        (h, w) signal, not negative, scale arbitrary.
    """
    t2 = rng.random() < 0.65
    if rng.random() < 0.5:
        signal = (t2_weighted if t2 else t1_weighted)(rng, water, fat, labels)
    else:
        timing = (rng.uniform(2000, 6000), rng.uniform(50, 130)) if t2 else (rng.uniform(350, 900), rng.uniform(7, 25))
        signal = timed_signal(rng, water, fat, labels, *timing)
    return np.maximum(signal, 0.0)


def timed_signal(
    rng: np.random.Generator, water: Plane, fat: Plane, labels: Labels, repetition: float, echo: float
) -> Plane:
    """The image of a spin echo with these times (ms); relaxation times are drawn anew for every tissue."""

    def gain(tissue: Tissue) -> float:
        return spin_echo(repetition, echo, rng.uniform(*tissue.t1), rng.uniform(*tissue.t2))

    muscle, of_fat = gain(MUSCLE), gain(FAT)
    others = {value: gain(tissue) for value, tissue in _OF_STRUCTURE.items()}
    gains = tissue_gain(rng, labels, muscle, others, spread=0.1, patches=0.4)
    return ((gains * water + of_fat * fat) / of_fat).astype(np.float32)
