"""Shipped weights: the card describes exactly the file beside it, and the network rebuilt from both is the one trained."""

import hashlib
import json

import pytest
import torch
from safetensors.torch import load_file

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.segmentation.intensity import PARAMETERS
from ParaspinalFatLib.segmentation.unet import build_unet
from ParaspinalFatLib.training.export import network_labels, withheld, write_weights
from ParaspinalFatLib.training.synthesis import NETWORK_PIXEL_MM

ARCHITECTURE = {"kind": "unet2d", "channels": [8, 16], "classes": 16, "groups": 4, "stride": 2}


@pytest.fixture
def written(tmp_path):
    torch.manual_seed(0)
    network = build_unet(ARCHITECTURE).eval()
    card = write_weights(tmp_path, "tiny", "0.0.1", network.state_dict(), ARCHITECTURE, {"seed": 1}, [{"n": 1}], ["small"])
    return network, card, tmp_path


def test_the_checksum_on_the_card_is_that_of_the_weights_file(written):
    _, card, folder = written
    assert json.loads(card.read_text())["sha256"] == hashlib.sha256((folder / "tiny.safetensors").read_bytes()).hexdigest()


def test_the_network_rebuilt_from_card_and_file_answers_as_the_trained_one(written):
    network, card, folder = written
    rebuilt = build_unet(json.loads(card.read_text())["architecture"]).eval()
    rebuilt.load_state_dict({key: tensor.float() for key, tensor in load_file(folder / "tiny.safetensors").items()})
    image = torch.rand(1, 1, 16, 16)
    with torch.inference_mode():
        torch.testing.assert_close(rebuilt(image), network(image), atol=2e-2, rtol=2e-2)  # half precision on disk


def test_the_card_names_labels_scaling_pixel_and_use(written):
    card = json.loads(written[1].read_text())
    assert card["labels"]["4"] == "ES_left"
    assert card["intensity"] == PARAMETERS
    assert card["pixel_mm"] == NETWORK_PIXEL_MM
    assert "esearch use only" in card["intended_use"]


def test_nothing_unfinished_is_left_behind(written):
    assert sorted(path.name for path in written[2].iterdir()) == ["tiny.json", "tiny.safetensors"]


def test_every_channel_of_the_shipped_network_is_a_known_structure():
    labels = network_labels(16)
    assert len(labels) == 15
    assert all(BY_IDENTIFIER[identifier].value == int(channel) for channel, identifier in labels.items())


def test_only_what_is_poor_on_both_sides_is_withheld():
    def figure(structure: str, dice: float) -> dict[str, object]:
        return {"structure": structure, "dice": dice, "test_set": "subject", "n": 1}

    figures = [figure("IC_right", 0.1), figure("IC_left", 0.2), figure("QL_right", 0.3), figure("QL_left", 0.8)]
    assert list(withheld([*figures, figure("ES+MF_right", 0.1)])) == ["IC_right", "IC_left"]
