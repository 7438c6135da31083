"""The weights that come with the program: small files, as described on cards that tell where they come from."""

from __future__ import annotations

import hashlib

import pytest

from ParaspinalFatLib.resources import FAT_CARD, LEVELS_CARD, OUTLINES_CARD, weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.card_file import WeightsCard
from ParaspinalFatLib.segmentation.fat_card import read_fat_card
from ParaspinalFatLib.segmentation.levels_card import read_levels_card

SHIPPED = {OUTLINES_CARD: (read_card, 10e6), FAT_CARD: (read_fat_card, 1e6), LEVELS_CARD: (read_levels_card, 2e6)}
"""How each card is read, and the bytes that its weights stay below."""


def shipped(name: str) -> WeightsCard:
    read, _largest = SHIPPED[name]
    return read(weights_card_path(bundled=name))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_file_is_the_one_on_the_card_and_small(name):
    card = shipped(name)
    content = card.weights_path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == card.sha256
    assert len(content) < SHIPPED[name][1]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_names_sources_with_licences_limitations_and_what_the_weights_are_for(name):
    content = shipped(name).content
    assert all(source["licence"] for source in content["training"]["data"])
    assert content["limitations"]
    assert "esearch use only" in content["intended_use"]


def test_the_card_of_the_outlines_tells_how_its_figures_came_about():
    content = shipped(OUTLINES_CARD).content
    assert all({"test_set", "n", "structure", "dice"} <= set(entry) for entry in content["metrics"])
    assert content["training"]["development_run"]["left_out"]


def test_the_card_of_the_fat_network_tells_how_its_figures_came_about():
    content = shipped(FAT_CARD).content
    assert any("no patient" in sentence for sentence in content["limitations"])
    assert content["training"]["development_run"]["kept_out_of_training"]
    assert content["training"]["development_run"]["n_subjects"] == 1
    assert {"learned", "otsu", "seed004", "gmm3"} <= {entry["method"] for entry in content["metrics"]}


def test_the_card_of_the_level_network_has_figures_of_subjects_left_out():
    content = shipped(LEVELS_CARD).content
    training = content["training"]
    assert training["left_out"]
    assert not set(training["left_out"]) & set(training["subjects"])
    assert any("ribs" in sentence for sentence in content["limitations"])
    assert {"named_rightly", "cannot_tell", "wrong_names"} <= set(content["metrics"][0])
