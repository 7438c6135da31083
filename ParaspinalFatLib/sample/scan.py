"""The scan: what a noiseless Dixon sequence would record of the synthetic body, and what is truly there.

Every voxel is the mean over finer samples across its area and through its thickness (partial volume). The truth is taken
from the same fine samples, never from the finished images.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import STRUCTURES
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.sample.muscles import MuscleTexture, paint_muscles
from ParaspinalFatLib.sample.protocol import Protocol
from ParaspinalFatLib.sample.spine import SpineTexture, course, paint_spine
from ParaspinalFatLib.sample.tissue import Canvas
from ParaspinalFatLib.sample.torso import Torso

SAMPLES_ACROSS = 3
"""Samples per voxel along each in-plane axis."""

SAMPLES_THROUGH = 3
"""Planes per slice."""

SEED = 20240229


@dataclass(frozen=True)
class Body:
    """All random parts of one synthetic body."""

    muscles: MuscleTexture
    spine: SpineTexture
    torso: Torso

    @classmethod
    def random(cls, generator: np.random.Generator) -> Body:
        return cls(MuscleTexture.random(generator), SpineTexture.random(generator), Torso.random(generator))

    def section(self, x: npt.NDArray[np.float32], y: npt.NDArray[np.float32], z: float) -> Canvas:
        """The infinitely thin section at height ``z``; ``x``, ``y`` in mm in the scanner's plane."""
        left, back, angle = course(z)
        across, down = x - np.float32(left), y - np.float32(back)
        cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        canvas = Canvas(cos * across + sin * down, cos * down - sin * across)
        self.torso.paint(canvas, z)
        paint_muscles(canvas, z, self.muscles)
        paint_spine(canvas, z, self.spine)
        return canvas


@dataclass(frozen=True)
class SliceRecord:
    """One slice of the scan, noiseless and unshaded, with its truth.

    Attributes:
        slice: number of the slice, 0 = most caudal.
        water, fat: (rows, columns), 1 = lean muscle.
        coverage: structure value to (rows, columns), share of each voxel that it fills; only structures present.
        fat_field: structure value to the mean of the fat-fraction field over the structure's fine samples.
    """

    slice: int
    water: npt.NDArray[np.float32]
    fat: npt.NDArray[np.float32]
    coverage: dict[int, npt.NDArray[np.float32]] = field(default_factory=dict)
    fat_field: dict[int, float] = field(default_factory=dict)

    @property
    def labels(self) -> npt.NDArray[np.uint8]:
        """(rows, columns): the structure that fills more of the voxel than any other and than no structure."""
        labels = np.zeros(self.water.shape, np.uint8)
        most = 1 - sum(self.coverage.values(), np.zeros(self.water.shape, np.float32))
        for value, share in self.coverage.items():
            labels[share > most] = value
            most = np.maximum(most, share)
        return labels


def record(
    protocol: Protocol, seed: int = SEED, slices: Sequence[int] | None = None, progress: Progress = no_progress
) -> Iterator[SliceRecord]:
    """Record slices of the body, caudal to cranial; one slice is the same whether recorded alone or among others."""
    body = Body.random(np.random.default_rng(seed))
    chosen = range(protocol.slices) if slices is None else slices
    for number, k in enumerate(chosen):
        progress(number / len(chosen), f"Slice {k}")
        yield _record_slice(body, protocol, k)


def _record_slice(body: Body, protocol: Protocol, k: int) -> SliceRecord:
    x, y = _fine_positions(protocol)
    middle = protocol.bottom_mm + k * protocol.spacing_mm
    offsets = (np.arange(SAMPLES_THROUGH) + 0.5) / SAMPLES_THROUGH - 0.5
    sections = [body.section(x, y, float(middle + offset * protocol.spacing_mm)) for offset in offsets]
    fat = _mean(section.brightness * section.fat_fraction for section in sections)
    total = _mean(section.brightness for section in sections)
    coverage, fat_field = {}, {}
    for structure in STRUCTURES:
        inside = [section.structure == structure.value for section in sections]
        if any(mask.any() for mask in inside):
            coverage[structure.value] = _mean(mask.astype(np.float32) for mask in inside)
            values = [section.fat_fraction[mask] for section, mask in zip(sections, inside, strict=True)]
            fat_field[structure.value] = float(np.concatenate(values).mean(dtype=np.float64))
    return SliceRecord(k, total - fat, fat, coverage, fat_field)


def _fine_positions(protocol: Protocol) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Positions in mm of all samples of a plane, (rows x 3, columns x 3)."""
    x = protocol.left_mm + protocol.pixel_mm * _fine_indices(protocol.columns)
    y = protocol.back_mm + protocol.pixel_mm * _fine_indices(protocol.rows)
    grid_y, grid_x = np.meshgrid(y, x, indexing="ij")
    return grid_x.astype(np.float32), grid_y.astype(np.float32)


def _fine_indices(count: int) -> npt.NDArray[np.float64]:
    return (np.arange(count * SAMPLES_ACROSS) + 0.5) / SAMPLES_ACROSS - 0.5


def _mean(planes: Iterator[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    """Mean over the fine samples of every voxel, over all planes."""
    total = np.mean(list(planes), axis=0)
    rows, columns = (length // SAMPLES_ACROSS for length in total.shape)
    fine = total.reshape(rows, SAMPLES_ACROSS, columns, SAMPLES_ACROSS)
    return fine.mean(axis=(1, 3)).astype(np.float32)
