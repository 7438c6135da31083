"""The fat network that comes with the program: as described on its card, small, and no worse than when it was shipped.

It was trained on the subject that it is tried on here, so the limit guards against a broken file or pipeline; it is no
accuracy figure.
"""

from __future__ import annotations

import hashlib

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


def test_the_file_is_the_one_on_the_card_and_small(card):
    content = card.weights_path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == card.sha256
    assert len(content) < 1e6


def test_the_card_names_sources_with_licences_limitations_and_how_its_figures_came_about(card):
    training = card.content["training"]
    assert all(source["licence"] for source in training["data"])
    assert any("no patient" in sentence for sentence in card.content["limitations"])
    assert "esearch use only" in card.content["intended_use"]
    assert training["development_run"]["kept_out_of_training"]
    assert training["development_run"]["n_subjects"] == 1
    assert {"learned", "otsu", "seed004", "gmm3"} <= {entry["method"] for entry in card.content["metrics"]}


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
