"""The card of a level network is checked before anything is done with its weights."""

from __future__ import annotations

import json

import pytest
from torso import CARD

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.segmentation.levels_card import CLASSES, read_levels_card

NETWORK = {"kind": "unet2d", "channels": [8], "convolutions": [1], "classes": 5, "groups": 2, "stride": 1}
LEVELS = {"sha256": "AB", "quantity": "spine_levels", "architecture": NETWORK, "classes": CLASSES, "pixel_mm": 1.5}


@pytest.fixture
def write(tmp_path):
    """Write a card with some entries changed; an entry of None is left out."""

    def write_card(**changes):
        content = {key: value for key, value in (CARD | LEVELS | changes).items() if value is not None}
        (tmp_path / "net.json").write_text(json.dumps(content))
        return tmp_path / "net.json"

    return write_card


def test_a_card_names_its_weights(write):
    card = read_levels_card(write())
    assert card.weights_path.name == "net.safetensors"
    assert (card.stride, card.sha256) == (1, "ab")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantity": "fat_fraction"}, "does not find spine levels"),
        ({"architecture": NETWORK | {"classes": 4}}, "other outputs"),
        ({"classes": CLASSES[::-1]}, "other outputs"),
        ({"pixel_mm": 1.0}, "pixels of 1.0 mm"),
        ({"architecture": NETWORK | {"stride": 0}}, "stride of 0 cannot be meant"),
        ({"intensity": {"method": "z score"}}, "another input scaling"),
        ({"sha256": None}, "malformed at 'sha256'"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_in_words(write, changes, words):
    with pytest.raises(WeightsError, match=words):
        read_levels_card(write(**changes))
