"""A card is checked before anything is done with the weights it describes."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from torso import ARCHITECTURE, CARD

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.card_file import require_unaltered


@pytest.fixture
def write(tmp_path):
    """Write a card with some entries changed; an entry of None is left out."""

    def write_card(**changes):
        content = {key: value for key, value in {**CARD, "sha256": "ab", **changes}.items() if value is not None}
        (tmp_path / "net.json").write_text(json.dumps(content))
        return tmp_path / "net.json"

    return write_card


def test_channels_carry_the_values_of_their_structures(write):
    card = read_card(write())
    assert card.labels[1] is BY_IDENTIFIER["ES_right"]
    np.testing.assert_array_equal(card.values, [0, 3, 4, 14])
    assert card.weights_path.name == "net.safetensors"


def test_mirroring_swaps_the_sides_and_keeps_the_midline(write):
    assert read_card(write()).mirrored_channels == [0, 2, 1, 3]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"labels": {"1": "ES_right", "2": "ES_left"}}, "2 structures for 3 output channels"),
        ({"labels": {"1": "ES_right", "2": "canal", "3": "VB"}}, "counterpart"),
        ({"labels": {"1": "canal", "2": "VB", "3": "VB"}}, "one structure twice"),
        ({"labels": {"1": "gluteus", "2": "ES_left", "3": "canal"}}, "gluteus"),
        ({"intensity": {"method": "z score"}}, "another input scaling"),
        ({"pixel_mm": 0}, "cannot be meant"),
        ({"architecture": None}, "architecture"),
        ({"pixel_mm": "one"}, "malformed"),
        ({"intensity": None}, "malformed at 'intensity'"),
        ({"architecture": {"kind": "unet2d", "classes": 4}}, "malformed at 'stride'"),
        ({"architecture": {**ARCHITECTURE, "divides": ["MF"]}}, "divides ES, not MF"),
        (
            {
                "architecture": {**ARCHITECTURE, "divides": ["ES"]},
                "labels": {"1": "MF_right", "2": "MF_left", "3": "canal"},
            },
            "divides ES, which it does not outline",
        ),
    ],
)
def test_a_card_that_does_not_fit_is_refused_in_words(write, changes, words):
    with pytest.raises(WeightsError, match=words):
        read_card(write(**changes))


def test_a_network_divides_the_erector_spinae_if_it_can_and_neither_part_is_withheld(write):
    divided = {**ARCHITECTURE, "divides": ["ES"]}
    assert not read_card(write()).divides
    assert read_card(write(architecture=divided)).divides
    assert read_card(write(architecture=divided)).classes == 4
    assert not read_card(write(architecture=divided, withheld={"LO_right": "Dice 0.2"})).divides


def test_an_absent_card_and_one_that_is_no_json_are_refused(tmp_path):
    with pytest.raises(WeightsError, match="cannot be read"):
        read_card(tmp_path / "net.json")
    (tmp_path / "net.json").write_text("{")
    with pytest.raises(WeightsError, match="not valid JSON"):
        read_card(tmp_path / "net.json")


def test_the_file_the_card_was_made_for_passes(weights):
    require_unaltered(read_card(weights))


def test_one_changed_byte_in_the_weights_is_noticed_and_both_digests_are_said(weights, tmp_path):
    shutil.copytree(weights.parent, tmp_path / "altered")
    card = read_card(tmp_path / "altered" / "tiny.json")
    content = bytearray(card.weights_path.read_bytes())
    content[-1] ^= 1
    card.weights_path.write_bytes(content)
    with pytest.raises(WeightsError, match=rf"tiny.safetensors.*digest is [0-9a-f]{{64}}.*{card.sha256}"):
        require_unaltered(card)


def test_absent_weights_are_said_to_be_absent(write):
    with pytest.raises(WeightsError, match=r"net\.safetensors are absent"):
        require_unaltered(read_card(write()))
