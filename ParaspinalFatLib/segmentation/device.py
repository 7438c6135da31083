"""Where the network runs: CPU, CUDA or Apple's MPS; and how running out of memory there shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import WorkerError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "mps")
"""What a user may ask for; ``auto`` is the fastest that is there."""

_OUT_OF_MEMORY_PHRASES = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")


def choose_device(asked: str) -> torch.device:
    """The device to run on.

    Raises:
        WorkerError: the name is unknown, or this computer has no such device.
    """
    import torch

    if asked not in DEVICES:
        raise WorkerError(f"There is no device {asked!r}. Choose one of {', '.join(DEVICES)}.")
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if asked == "auto":
        return torch.device(next(name for name, available in present.items() if available))
    if not present[asked]:
        raise WorkerError(
            f"This computer has no usable {asked} device for torch {torch.__version__}. Choose the device auto or cpu."
        )
    return torch.device(asked)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of Python, torch on the CPU, CUDA or MPS says that memory ran out.

    >>> is_out_of_memory(MemoryError()), is_out_of_memory(RuntimeError("shape mismatch"))
    (True, False)
    """
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(phrase in text for phrase in _OUT_OF_MEMORY_PHRASES)
