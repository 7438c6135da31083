"""Weights become a network only if they are unaltered and fit the card's architecture."""

from __future__ import annotations

import hashlib
import json

import pytest
import torch
from torso import ARCHITECTURE, CARD, write_weights

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.card import divided_muscles, read_card
from ParaspinalFatLib.segmentation.unet import build_unet
from ParaspinalFatLib.segmentation.weights import load_network

CPU = torch.device("cpu")


def test_weights_stored_in_half_precision_are_computed_in_single(tmp_path):
    network = build_unet(ARCHITECTURE)
    card = read_card(write_weights(tmp_path, CARD, network.half()))
    loaded = load_network(card, CPU)
    assert not loaded.training
    for stored, used in zip(network.parameters(), loaded.parameters(), strict=True):
        assert used.dtype == torch.float32
        torch.testing.assert_close(used, stored.float(), rtol=0, atol=0)


def test_weights_of_another_architecture_are_refused(tmp_path):
    path = write_weights(tmp_path, CARD, build_unet({**ARCHITECTURE, "channels": [16]}))
    with pytest.raises(WeightsError, match="do not fit their card's architecture"):
        load_network(read_card(path), CPU)


def test_altered_weights_are_not_parsed_at_all(tmp_path, monkeypatch):
    path = write_weights(tmp_path, CARD, build_unet(ARCHITECTURE))
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "sha256": "0" * 64}))
    monkeypatch.setattr("safetensors.torch.load_file", lambda _: pytest.fail("an altered file was opened as weights"))
    with pytest.raises(WeightsError, match="altered"):
        load_network(read_card(path), CPU)


def test_a_file_that_is_no_safetensors_is_refused(tmp_path):
    path = write_weights(tmp_path, CARD, build_unet(ARCHITECTURE))
    card = read_card(path)
    card.weights_path.write_bytes(b"not weights")
    path.write_text(json.dumps({**json.loads(path.read_text()), "sha256": hashlib.sha256(b"not weights").hexdigest()}))
    with pytest.raises(WeightsError, match="do not fit"):
        load_network(read_card(path), CPU)


def test_the_weights_that_come_with_the_program_load():
    card = read_card(weights_card_path())
    network = load_network(card, CPU)
    with torch.inference_mode():
        logits = network(torch.rand(1, 1, 2 * card.stride, 3 * card.stride))
    channels = card.classes + len(divided_muscles(card.architecture))
    assert logits.shape == (1, channels, 2 * card.stride, 3 * card.stride)
    assert torch.isfinite(logits).all()
    assert {"ES_right", "ES_left", "MF_right", "MF_left"} <= {structure.identifier for structure in card.labels.values()}


def test_a_network_is_loaded_once_a_process_and_again_when_its_weights_change(tmp_path):
    path = write_weights(tmp_path, CARD, build_unet(ARCHITECTURE))
    first = load_network(read_card(path), CPU)
    assert load_network(read_card(path), CPU) is first
    write_weights(tmp_path, CARD, build_unet(ARCHITECTURE))
    assert load_network(read_card(path), CPU) is not first
