"""A tiny Dixon person for the fat network's tests."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.training.subjects import Subject


@pytest.fixture(autouse=True)
def one_thread(one_thread: None) -> None:
    """For every test here; the tests above mostly do without torch, and need not load it."""


@pytest.fixture
def dixon_subject() -> Subject:
    """Four slices of 64 x 80 pixels of 2 mm; muscles 1 to 6 with 10 % fat, fat around them, air behind the back."""
    labels = np.zeros((4, 64, 80), np.uint8)
    labels[:, 36:50, 26:38], labels[:, 36:50, 42:54] = 1, 2
    labels[:, 34:50, 12:26], labels[:, 34:50, 54:68] = 3, 4
    labels[:, 16:28, 20:30], labels[:, 16:28, 50:60] = 5, 6
    labels[:, 16:28, 32:48] = 12
    fat = np.where(labels == 0, 0.9, 0.1).astype(np.float32)
    water = (1.0 - fat).astype(np.float32)
    fat[:, 56:], water[:, 56:] = 0.0, 0.0
    return Subject("tiny", water, fat, labels, (2.0, 2.0))
