"""The fat network that comes with the program is no worse than when it was shipped.

It was trained on the subject that it is tried on here, so the limit guards against a broken file or pipeline; it is no
accuracy figure.
"""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.resources import FAT_CARD, weights_card_path
from ParaspinalFatLib.segmentation.fat_card import FatCard, read_fat_card
from ParaspinalFatLib.segmentation.fat_prediction import predict_fat_fraction
from ParaspinalFatLib.training.fat.known_scans import PROTOCOLS, known_scan, streaks
from ParaspinalFatLib.training.subjects import load_tum01


@pytest.fixture(scope="module")
def card() -> FatCard:
    return read_fat_card(weights_card_path(bundled=FAT_CARD))


def test_more_fat_is_found_where_there_is_more(shared_data, card):
    subject = load_tum01(shared_data)
    found, true = [], []
    for load in (0.0, 0.5):
        scan = known_scan(subject, np.array([13]), PROTOCOLS[0], streaks, load, seed=4)
        fraction = predict_fat_fraction(scan.image, card, device="cpu", threads=1).fraction.array
        inside = np.isin(scan.labels.array, (1, 2, 3, 4))
        found.append(float(fraction[inside].mean()))
        true.append(float(scan.fraction[inside].mean()))
    assert found == pytest.approx(true, abs=0.15)  # lean muscle is read as too fat: docs/learned_fat.md
    assert found[1] - found[0] > 0.5 * (true[1] - true[0])
