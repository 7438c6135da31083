"""The picture of how a training run's loss fell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ParaspinalFatLib.files import written_whole

CURVE = "curve.png"


def draw_curve(losses: Sequence[float], path: Path, window: int = 50) -> None:
    """Write a picture of the loss over the steps, smoothed over ``window`` of them."""
    from matplotlib.figure import Figure

    smooth = np.convolve(losses, np.ones(window) / window, mode="valid") if len(losses) >= window else np.array(losses)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axis = figure.subplots()
    axis.plot(np.arange(len(smooth)) + len(losses) - len(smooth), smooth)
    axis.set(xlabel="iteration", ylabel=f"loss (mean of {window})", yscale="log")
    with written_whole(path) as partial:
        figure.savefig(partial, dpi=80)
