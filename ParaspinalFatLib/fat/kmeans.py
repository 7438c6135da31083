"""k-means of one variable, solved exactly: the splits with the least variance inside the classes.

In one dimension the clusters are intervals, so the best of all partitions is found by trying the splits: no starting
points, no random restarts, the same answer always. Source of the use: Wesselink 2024, N Am Spine Soc J 17:100313 (2 and 3
clusters on T2; the highest cluster is fat; with three, the middle one is counted as neither muscle nor fat, hence not as
fat).

With two clusters this is Otsu's threshold, the criterion is the same. That the literature reports poor agreement with
Dixon for one (ICC at most 0.38) and good agreement for the other is a difference of images and masks, not of the
arithmetic.
"""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.fat.histogram import Histogram


def kmeans_threshold(histogram: Histogram, clusters: int) -> float | None:
    """Values above it form the highest cluster; None if there are fewer distinct values than clusters."""
    splits = optimal_splits(histogram, clusters)
    return None if splits is None else splits[-1]


def optimal_splits(histogram: Histogram, clusters: int) -> list[float] | None:
    """The greatest value of every cluster but the highest.

    The sum of squares inside the clusters is least where the sum of (sum of values)^2 / count over the clusters is greatest.

    Args:
        clusters: 2 or 3.

    >>> from ParaspinalFatLib.fat.histogram import histogram_of
    >>> optimal_splits(histogram_of(np.array([0, 1, 10, 11, 30])), 3)
    [1.0, 11.0]
    """
    if len(histogram.counts) < clusters:
        return None
    count = np.append(0.0, np.cumsum(histogram.counts, dtype=np.float64))
    centred = histogram.means - histogram.means.mean()  # keeps the squares small, so ties stay ties
    total = np.append(0.0, np.cumsum(histogram.counts * centred))
    ends = _best_end(count, total) if clusters == 2 else _best_two_ends(count, total)
    return [float(histogram.greatest[end - 1]) for end in ends]


def _best_end(count: np.ndarray, total: np.ndarray) -> list[int]:
    low, high = total[1:-1] ** 2 / count[1:-1], (total[-1] - total[1:-1]) ** 2 / (count[-1] - count[1:-1])
    return [int(np.argmax(low + high)) + 1]


def _best_two_ends(count: np.ndarray, total: np.ndarray) -> list[int]:
    """For every end of the middle cluster the best end of the lowest one, then the best of all."""
    low = total[1:-1] ** 2 / count[1:-1]
    best, ends = -np.inf, [1, 2]
    for end in range(2, len(count) - 1):
        middle = (total[end] - total[1:end]) ** 2 / (count[end] - count[1:end])
        gains = low[: end - 1] + middle
        first = int(np.argmax(gains))
        gain = gains[first] + (total[-1] - total[end]) ** 2 / (count[-1] - count[end])
        if gain > best:
            best, ends = gain, [first + 1, end]
    return ends
