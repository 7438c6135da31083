"""Training of the fat network: it learns, repeats, and resumes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from ParaspinalFatLib.segmentation.unet import build_unet, multiply_accumulates
from ParaspinalFatLib.training.batches import Settings
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.fat.trainer import FAT_ARCHITECTURE, FatTrainer
from ParaspinalFatLib.training.view import View

ARCHITECTURE = {"kind": "unet2d", "channels": [8, 16], "classes": 1, "groups": 4, "stride": 2}
SETTINGS = Settings(
    iterations=24, batches=((View((64, 80), 0.9, 5.0), 2, 1.0),), precision="float32", workers=0, learning_rate=1e-2
)


@pytest.fixture
def collection(dixon_subject) -> Collection:
    return Collection({"tiny": dixon_subject}, [], {"tiny": 1.0})


def trained(collection: Collection, settings: Settings) -> FatTrainer:
    trainer = FatTrainer(collection, settings, ARCHITECTURE, device="cpu")
    trainer.run()
    return trainer


def test_two_dozen_iterations_lower_the_loss(collection):
    losses = trained(collection, SETTINGS).losses
    assert sum(losses[-6:]) < 0.9 * sum(losses[:6])


def test_two_runs_of_one_seed_are_the_same_and_another_seed_differs(collection):
    short = replace(SETTINGS, iterations=2)
    assert trained(collection, short).losses == trained(collection, short).losses
    assert trained(collection, replace(short, seed=2)).losses != trained(collection, short).losses


def test_a_resumed_run_gives_the_weights_of_an_uninterrupted_one(collection, tmp_path):
    whole = trained(collection, replace(SETTINGS, iterations=6))
    begun = FatTrainer(collection, replace(SETTINGS, iterations=6), ARCHITECTURE, device="cpu")
    for images, truth in begun.batches():
        begun.losses.append(begun._step(images, truth))
        begun.iteration += 1
        if begun.iteration == 3:
            break
    begun.save(tmp_path / "checkpoint.pt")
    resumed = FatTrainer(collection, replace(SETTINGS, iterations=6), ARCHITECTURE, device="cpu")
    resumed.load(tmp_path / "checkpoint.pt")
    resumed.run()
    assert resumed.losses == pytest.approx(whole.losses)
    for expected, weight in zip(whole.average.parameters(), resumed.average.parameters(), strict=True):
        torch.testing.assert_close(weight, expected)


def test_an_untrained_network_takes_muscle_for_lean(collection):
    network = FatTrainer(collection, SETTINGS, FAT_ARCHITECTURE, device="cpu").network
    with torch.inference_mode():
        assert torch.sigmoid(network(torch.rand(1, 1, 32, 32))).mean() < 0.4


def test_the_network_is_below_a_megabyte_and_a_gigaflop_for_a_slice_of_200_mm():
    megabytes = 2 * sum(weight.numel() for weight in build_unet(FAT_ARCHITECTURE).parameters()) / 1e6
    assert megabytes < 1.0
    assert 2 * multiply_accumulates(FAT_ARCHITECTURE, 208, 208) / 1e9 < 1.0
