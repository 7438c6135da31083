"""Where a training run begins: with random weights, with given ones, or at its own checkpoint; and what a stop leaves."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import Cancelled, InputError, MissingPackageError, OutputError
from ParaspinalFatLib.files import sha256_of
from ParaspinalFatLib.training.earlier_runs import begun_with
from ParaspinalFatLib.training.origin import RANDOM

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

CHECKPOINT = "checkpoint.pt"

PACKAGES = ("torch", "safetensors", "matplotlib")
"""What every training imports, the last for the curve that is drawn at a checkpoint."""


def require_packages() -> None:
    """Raise MissingPackageError now, before the long work, if a package is absent. None is imported."""
    absent = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if absent:
        raise MissingPackageError(f"Training needs {', '.join(absent)}. Run: pip install 'paraspinalfat[training]'")


def require_no_earlier_run(folder: Path, *, resume: bool, overwrite: bool) -> None:
    """Raise OutputError if a run into a folder would write over an earlier one that is neither resumed nor given up.

    Args:
        folder: of the run.
        resume: it is to continue from the checkpoint there.
        overwrite: what is there may be written over.
    """
    resumable = (folder / CHECKPOINT).exists()
    if overwrite or (resume and resumable) or not folder.is_dir() or not any(map(_is_of_a_run, folder.iterdir())):
        return
    if resumable:
        raise OutputError(f"{folder} holds an earlier run. Give another output, --resume or --overwrite.")
    raise OutputError(
        f"{folder} holds weights of an earlier run without its checkpoint. Give another output, or --overwrite."
    )


def _is_of_a_run(file: Path) -> bool:
    if file.name.startswith("."):  # what a run that was killed was just writing
        return False
    is_card = (
        file.suffix == ".json" and file.is_file() and '"architecture"' in file.read_text(encoding="utf-8", errors="replace")
    )
    return file.name == CHECKPOINT or file.suffix == ".safetensors" or is_card


def begin(
    trainer: Trainer, folder: Path, left_out: tuple[str, ...], start: Path | None, *, resume: bool, overwrite: bool = False
) -> Path:
    """Bring a new trainer to where its run begins.

    Args:
        trainer: not yet begun.
        folder: of the run; made if absent.
        left_out: subjects or data sets that it does not learn from.
        start: .safetensors file to begin with; None for random weights.
        resume: continue from the checkpoint in the folder if there is one.
        overwrite: where it is not continued, an earlier run in the folder may be written over.

    Returns:
        Where the run keeps its checkpoint.

    Raises:
        InputError: the weights cannot be read or do not fit the network, or the checkpoint is broken or of another run.
        OutputError: the folder holds an earlier run that would be written over.
    """
    require_no_earlier_run(folder, resume=resume, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint = folder / CHECKPOINT
    try:
        trainer.left_out, trainer.start = left_out, RANDOM if start is None else sha256_of(start)
        trainer.begun_with = begun_with(start)  # now: the run may write over these weights
    except OSError as error:
        raise InputError(f"The weights {start} cannot be read ({error}). Give a .safetensors file.") from error
    if resume and checkpoint.exists():
        trainer.load(checkpoint)
    elif start is not None:
        start_with(trainer, start)
    return checkpoint


def start_with(trainer: Trainer, weights: Path) -> None:
    """Begin with the weights of a .safetensors file instead of random ones.

    Raises:
        InputError: it cannot be read, or is of another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        loaded = load_file(weights)
    except (OSError, SafetensorError) as error:
        raise InputError(f"The weights {weights} cannot be read ({error}). Give a .safetensors file.") from error
    try:
        trainer.start_from({key: tensor.float() for key, tensor in loaded.items()})
    except (RuntimeError, KeyError, ValueError) as error:
        first_line = str(error).splitlines()[0]
        raise InputError(f"{weights} does not fit this network ({first_line}). Use the network it was made for.") from error


def outputs_of(weights: Path) -> int:
    """Output channels of the network whose weights a .safetensors file holds; 0 if it cannot be read or has none."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, framework="pt") as file:
            return int(file.get_slice("head.weight").get_shape()[0])
    except (OSError, SafetensorError):  # whoever loads the weights says what is wrong
        return 0


def stopped(folder: Path) -> Cancelled:
    """What to say when the user stops a run."""
    if not (folder / CHECKPOINT).exists():
        return Cancelled(f"Cancelled before the first checkpoint; {folder} holds nothing that could be continued.")
    return Cancelled(f"Cancelled; {folder} holds the run up to its last checkpoint. Continue it with --resume.")
