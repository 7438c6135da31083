"""What a training run says on the screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer


def show_state(state: Trainer) -> None:
    """One line on standard output: steps, minutes, mean loss of the last 200 steps."""
    print(f"{state.iteration:6d}  {state.seconds / 60:6.1f} min  loss {np.mean(state.losses[-200:]):.4f}", flush=True)


def show_progress(fraction: float, message: str) -> None:
    """One line on standard error that is written over."""
    print(f"\r{message}: {fraction:4.0%}", end="" if fraction < 1 else "\n", file=sys.stderr, flush=True)
