"""The file that a training run is continued from, as it is read."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch

from ParaspinalFatLib.errors import InputError

INSTEAD = "Train into another output folder, or anew with --overwrite."


def read_state(path: Path, device: torch.device) -> dict[str, Any]:
    """The state that :meth:`~ParaspinalFatLib.training.trainer.Trainer.save` wrote.

    Args:
        path: the file.
        device: where its tensors are put.

    Raises:
        InputError: it cannot be read, or is no checkpoint of a training.
    """
    try:
        state = torch.load(path, map_location=device, weights_only=True)
    except (OSError, EOFError, RuntimeError, ValueError, KeyError, pickle.UnpicklingError) as error:
        reason = str(error).split("\n", 1)[0] or type(error).__name__
        raise InputError(f"The checkpoint {path} cannot be read ({reason}). {INSTEAD}") from error
    if not isinstance(state, dict) or not {"network", "average", "optimiser", "progress"} <= state.keys():
        raise InputError(f"{path} is no checkpoint of a training. {INSTEAD}")
    return state
