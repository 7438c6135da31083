"""The packages for statistics: imported when needed, and pingouin without its rounding."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

from ParaspinalFatLib.errors import MissingPackageError


@contextlib.contextmanager
def full_precision() -> Iterator[Any]:
    """Pingouin, with every digit and without its warnings while the block runs; its options are then as they were.

    Raises:
        MissingPackageError: pingouin is not installed.
    """
    try:
        import pingouin
    except ImportError as error:
        raise MissingPackageError(
            "These statistics need pingouin, which is not installed. Run: python -m pip install pingouin"
        ) from error
    before = dict(pingouin.options)
    pingouin.options.update({name: None for name in pingouin.options if name.startswith("round")})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield pingouin
    finally:
        pingouin.options.update(before)
