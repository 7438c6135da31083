"""Otsu's threshold: the split of the values into two classes with the least variance inside the classes.

Source: Otsu 1979, IEEE Trans Syst Man Cybern 9:62; inside each muscle as Chen and colleagues (DL-Otsu, Eur Radiol) and,
slice by slice, the threshold algorithm of JOR Spine 2024. Every distinct value is tried, so there is no bin width to
choose.
"""

from __future__ import annotations

from ParaspinalFatLib.fat.histogram import Histogram
from ParaspinalFatLib.fat.kmeans import optimal_splits


def otsu_threshold(histogram: Histogram) -> float | None:
    """The greatest value of the lower class; None if all values are equal.

    >>> import numpy as np
    >>> from ParaspinalFatLib.fat.histogram import histogram_of
    >>> otsu_threshold(histogram_of(np.array([1, 2, 2, 9, 10])))
    2.0
    """
    splits = optimal_splits(histogram, 2)
    return None if splits is None else splits[0]
