"""Mixture of two or three normal distributions of the signal, fitted by expectation and maximisation on the histogram.

Source of the use: Wesselink 2024, N Am Spine Soc J 17:100313 (gmm3 agreed best with Dixon, ICC at least 0.77; gmm2 at
least 0.63). The component with the highest mean is fat. With three, the lowest is muscle and the middle one is undefined:
it counts as tissue of the muscle, not as fat (the convention of the MuscleMap toolbox of the same group). Fat is what
lies above the point between the two highest means where fat becomes the likelier component; so a muscle component wider
than the fat one cannot claim the brightest voxels. The starts are fixed partitions, the exact k-means one first, so the
result is the same always.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.fat.histogram import Histogram
from ParaspinalFatLib.fat.kmeans import optimal_splits

Vector = npt.NDArray[np.float64]

TOLERANCE = 1e-7
"""Iteration stops when the mean log-likelihood per voxel grows by less. A tolerance of 1e-3, usual elsewhere, stops so early
that the threshold still depends on the start."""

MAXIMUM_ITERATIONS = 2000

START_QUANTILES: dict[int, tuple[tuple[float, ...], ...]] = {
    2: ((0.1,), (0.5,), (0.9,)),
    3: ((0.1, 0.5), (0.33, 0.67), (0.5, 0.9), (0.8, 0.95)),
}
"""Besides the k-means partition the fit starts from partitions by rank, lest it ends in a maximum that is only a local one:
little fat, much fat, or a tail on either side."""

VARIANCE_FLOOR = 1e-6
"""Least variance of a component as part of the variance of all values: keeps a component from collapsing onto one value."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """Normal components in ascending order of their means.

    Attributes:
        weights, means, deviations: (n,) each; weights add up to 1.
        converged: whether the likelihood had settled.
    """

    weights: Vector
    means: Vector
    deviations: Vector
    converged: bool

    def log_densities(self, values: Vector) -> Vector:
        """(n components, n values) logarithm of weight times density."""
        scaled = (values - self.means[:, None]) / self.deviations[:, None]
        return np.log(self.weights / self.deviations)[:, None] - 0.5 * (scaled**2 + np.log(2 * np.pi))


def fit_mixture(histogram: Histogram, components: int) -> Mixture | None:
    """The likeliest mixture that any of the starts leads to; None if there are fewer distinct values than components."""
    splits = optimal_splits(histogram, components)
    if splits is None:
        return None
    share = histogram.counts / histogram.voxels
    centre = float(share @ histogram.means)
    spread = float(np.sqrt(share @ (histogram.means - centre) ** 2))
    values = (histogram.means - centre) / spread
    below = np.cumsum(share)
    owners = [np.searchsorted(splits, histogram.greatest)]
    owners += [np.searchsorted(quantiles, below) for quantiles in START_QUANTILES[components]]
    fits = [_fitted(values, share, owner == np.arange(components)[:, None]) for owner in owners]
    mixture, _ = max(fits, key=lambda fit: fit[1])
    order = np.argsort(mixture.means)
    means = centre + spread * mixture.means[order]
    return Mixture(mixture.weights[order], means, spread * mixture.deviations[order], mixture.converged)


def _fitted(values: Vector, share: Vector, start: npt.NDArray[np.bool_]) -> tuple[Mixture, float]:
    """Maximise the likelihood from a start (components, values); also returns the mean log-likelihood per voxel."""
    mixture = _maximised(values, share * start, converged=False)
    previous = -np.inf
    for _ in range(MAXIMUM_ITERATIONS):
        log_densities = mixture.log_densities(values)
        peak = log_densities.max(axis=0)  # taken out, so that the densities of far values do not vanish
        densities = np.exp(log_densities - peak)
        density = densities.sum(axis=0)
        likelihood = float(share @ (np.log(density) + peak))
        converged = abs(likelihood - previous) < TOLERANCE
        mixture = _maximised(values, share / density * densities, converged)
        if converged:
            break
        previous = likelihood
    return mixture, likelihood


def _maximised(values: Vector, responsibility: Vector, converged: bool) -> Mixture:
    """``responsibility``: (n components, n values), share of the voxels at a value that each component accounts for."""
    weights = responsibility.sum(axis=1) + np.finfo(float).tiny
    means = responsibility @ values / weights
    variances = np.sum(responsibility * (values - means[:, None]) ** 2, axis=1) / weights
    return Mixture(weights, means, np.sqrt(variances + VARIANCE_FLOOR), converged)


def mixture_threshold(histogram: Histogram, components: int) -> tuple[float | None, dict[str, object]]:
    """The value above which voxels are fat, and the fitted components for the record.

    None if there are fewer distinct values than components.
    """
    mixture = fit_mixture(histogram, components)
    if mixture is None:
        return None, {}
    record = {
        "weights": mixture.weights.tolist(),
        "means": mixture.means.tolist(),
        "deviations": mixture.deviations.tolist(),
        "converged": mixture.converged,
    }
    return _crossing(mixture, histogram), record


def _crossing(mixture: Mixture, histogram: Histogram) -> float:
    """The greatest value below the first one, above the second highest mean, at which fat is the likeliest component."""
    log_densities = mixture.log_densities(histogram.means)
    fat = (log_densities[-1] > log_densities[:-1].max(axis=0)) & (histogram.means > mixture.means[-2])
    first = int(np.argmax(fat)) if fat.any() else len(fat)
    return float(histogram.greatest[first - 1])
