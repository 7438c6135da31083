"""Series with known agreement."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.agreement.pairs import Pairs


@pytest.fixture
def drawn_pairs():
    """Two hundred volumes: the other reads 2 mL more, with an error of 3 mL."""
    random = np.random.default_rng(7)
    truth = random.normal(150, 40, 200)
    return Pairs(truth, truth + 2 + random.normal(0, 3, 200), unit="mL", measure="volume_ml")
