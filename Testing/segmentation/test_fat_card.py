"""The card of a fat network is checked before anything is done with its weights."""

from __future__ import annotations

import json

import pytest
from torso import CARD

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.segmentation.fat_card import read_fat_card

FAT_NETWORK = {"kind": "unet2d", "channels": [8], "convolutions": [1], "classes": 1, "groups": 2, "stride": 1}


@pytest.fixture
def write(tmp_path):
    """Write a card with some entries changed; an entry of None is left out."""

    def write_card(**changes):
        whole = CARD | {"sha256": "AB", "quantity": "fat_fraction", "architecture": FAT_NETWORK} | changes
        content = {key: value for key, value in whole.items() if value is not None}
        (tmp_path / "net.json").write_text(json.dumps(content))
        return tmp_path / "net.json"

    return write_card


def test_a_card_names_its_weights_and_its_grid(write):
    card = read_fat_card(write(pixel_mm=1.0))
    assert card.weights_path.name == "net.safetensors"
    assert (card.pixel_mm, card.stride, card.sha256) == (1.0, 1, "ab")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantity": None}, "does not predict the fat fraction"),
        ({"architecture": FAT_NETWORK | {"classes": 4}}, "4 outputs where one is needed"),
        ({"pixel_mm": 30}, "cannot be meant"),
        ({"intensity": {"method": "z score"}}, "another input scaling"),
        ({"sha256": None}, "malformed at 'sha256'"),
        ({"intensity": None}, "malformed at 'intensity'"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_in_words(write, changes, words):
    with pytest.raises(WeightsError, match=words):
        read_fat_card(write(**changes))


def test_a_card_of_an_outlining_network_is_no_card_of_a_fat_network(write):
    with pytest.raises(WeightsError, match="does not predict"):
        read_fat_card(write(quantity=None, architecture=CARD["architecture"]))
