"""Figures of several pieces of tissue taken together: counts, fat fractions, signal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ParaspinalFatLib.measurement.order_statistics import percentiles
from ParaspinalFatLib.measurement.slice_statistics import SliceStatistics

RANKS = (5, 25, 50, 75, 95)


@dataclass(frozen=True)
class FatFigures:
    """Fat fractions of all voxels together, 0 to 1.

    Attributes:
        voxels: voxels that have a fraction.
        fat_voxels: sum of the fractions: the fat, in voxels.
        mean: mean of the fractions.
        ratio: sum of F over sum of F + W; None where the method has no separate signals or they cancel.
        deviation: sample standard deviation; None for a single voxel.
        percentiles: 5th, 25th, 50th, 75th, 95th.
    """

    voxels: int
    fat_voxels: float
    mean: float
    ratio: float | None
    deviation: float | None
    percentiles: tuple[float, ...]


def voxel_count(pieces: Sequence[SliceStatistics]) -> int:
    """Voxels of all pieces."""
    return sum(piece.voxels for piece in pieces)


def mean_signal(pieces: Sequence[SliceStatistics]) -> float | None:
    """Mean signal intensity; None where there is no image or it is not finite."""
    mean = math.fsum(piece.signal_sum for piece in pieces) / voxel_count(pieces)
    return mean if math.isfinite(mean) else None


def fat_figures(pieces: Sequence[SliceStatistics]) -> FatFigures | None:
    """Fat fractions of all pieces; None if no voxel has one.

    ``math.fsum`` rounds once, so the order and grouping of the pieces cannot show in the result.
    """
    pieces = [piece for piece in pieces if len(piece.fractions)]
    if not pieces:
        return None
    count, fat, spread = _pooled(pieces)
    return FatFigures(
        voxels=count,
        fat_voxels=fat,
        mean=fat / count,
        ratio=_ratio(pieces),
        deviation=math.sqrt(spread / (count - 1)) if count > 1 else None,
        percentiles=tuple(percentiles(pieces, RANKS)),
    )


def _pooled(pieces: Sequence[SliceStatistics]) -> tuple[int, float, float]:
    """Count, sum and sum of squared deviations of the fractions of all pieces."""
    if len(pieces) == 1:
        return len(pieces[0].fractions), pieces[0].fraction_sum, pieces[0].fraction_spread
    counts = [len(piece.fractions) for piece in pieces]
    count, fat = sum(counts), math.fsum(piece.fraction_sum for piece in pieces)
    mean = fat / count
    between = (n * (piece.fraction_sum / n - mean) ** 2 for n, piece in zip(counts, pieces, strict=True))
    return count, fat, math.fsum(piece.fraction_spread for piece in pieces) + math.fsum(between)


def _ratio(pieces: Sequence[SliceStatistics]) -> float | None:
    total = math.fsum(piece.total_sum for piece in pieces)
    if not math.isfinite(total) or total <= 0:
        return None
    return math.fsum(piece.fat_sum for piece in pieces) / total
