"""One thread for the level network's tests."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def one_thread(one_thread: None) -> None:
    """For every test here; the tests above mostly do without torch, and need not load it."""
