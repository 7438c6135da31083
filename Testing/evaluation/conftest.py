"""The phantom torso and the tiny network that knows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from torso import CARD, Torso, make_torso, trained_network, write_weights


@pytest.fixture(scope="session")
def torso() -> Torso:
    """Four slices of 104 x 104 pixels of 1.5 mm."""
    return make_torso()


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Card of the tiny network, which says that it was trained with the case anna."""
    card = {**CARD, "training": {"subjects": ["anna"], "left_out": [], "iterations": 300}}
    return write_weights(tmp_path_factory.mktemp("weights"), card, trained_network())
