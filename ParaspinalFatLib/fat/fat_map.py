"""FatMap: the fat fraction of every voxel, with the method that made it and where it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.image import Image


@dataclass(frozen=True, eq=False)
class FatMap:
    """Fat fraction on the grid of the case.

    Attributes:
        fraction: float32 image, 0 to 1; NaN where there is no answer (no signal, or outside the measured muscles). NaN
            is left out and counted, never taken as fat-free.
        method: the method's name as the ``fat_method`` column shows it (``dixon``, ``otsu``, ...).
        parameters: everything that determined the map (thresholds found, noise floor, scale detected), JSON-able.
        not_validated: muscle abbreviation to the reason why this method is not validated there; muscles absent from it
            are measured as published.
        fat_signal, total_signal: float (k, j, i), F and F + W, from which ``ff_ratio`` = sum F / sum (F + W) follows; None
            for methods that have no separate signals. NaN wherever ``fraction`` is NaN.
    """

    fraction: Image
    method: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    not_validated: Mapping[str, str] = field(default_factory=dict)
    fat_signal: npt.NDArray[np.floating] | None = None
    total_signal: npt.NDArray[np.floating] | None = None
