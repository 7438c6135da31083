"""The level network that comes with the program: as described on its card, and small."""

from __future__ import annotations

import hashlib

import pytest

from ParaspinalFatLib.resources import LEVELS_CARD, weights_card_path
from ParaspinalFatLib.segmentation.levels_card import LevelsCard, read_levels_card


@pytest.fixture(scope="module")
def card() -> LevelsCard:
    return read_levels_card(weights_card_path(bundled=LEVELS_CARD))


def test_the_file_is_the_one_on_the_card_and_small(card):
    content = card.weights_path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == card.sha256
    assert len(content) < 2e6


def test_the_card_names_sources_with_licences_limitations_and_figures_of_subjects_left_out(card):
    training = card.content["training"]
    assert all(source["licence"] for source in training["data"])
    assert training["left_out"]
    assert not set(training["left_out"]) & set(training["subjects"])
    assert any("ribs" in sentence for sentence in card.content["limitations"])
    assert {"named_rightly", "cannot_tell", "wrong_names"} <= set(card.content["metrics"][0])
