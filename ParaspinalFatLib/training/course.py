"""The course of a training run, from where it begins to its end: checkpoint, weights and curve on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.training.beginning import begin
from ParaspinalFatLib.training.curve import CURVE, draw_curve

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

Heard = Callable[["Trainer"], None]
"""Called at every checkpoint."""


def run_to_end(
    trainer: Trainer,
    folder: Path,
    left_out: tuple[str, ...],
    start: Path | None,
    export: Callable[[Trainer], object],
    heard: Heard,
    *,
    resume: bool,
    overwrite: bool,
) -> None:
    """Train to the end of the schedule.

    Args:
        trainer: not yet begun.
        folder, left_out, start, resume, overwrite: as of :func:`~ParaspinalFatLib.training.beginning.begin`.
        export: writes the weights, at every checkpoint and at the end.
        heard: called at every checkpoint, after all is written.

    Raises:
        InputError: as :func:`~ParaspinalFatLib.training.beginning.begin` raises it, or training came to numbers that are not
            finite.
        OutputError: the folder holds an earlier run that would be written over.
    """
    checkpoint = begin(trainer, folder, left_out, start, resume=resume, overwrite=overwrite)

    def keep(state: Trainer) -> None:
        state.save(checkpoint)
        export(state)
        draw_curve(state.losses, folder / CURVE)
        heard(state)

    trainer.run(keep)
