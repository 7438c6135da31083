"""Samples and training of the level network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.training.batches import Settings
from ParaspinalFatLib.training.levels.sample import CANVAS, coarse_rows, level_sample
from ParaspinalFatLib.training.levels.spines import Spine
from ParaspinalFatLib.training.levels.trainer import LevelTrainer, level_batch

SETTINGS = Settings(iterations=8, batches=(), precision="float32", workers=0, learning_rate=1e-2)


@pytest.fixture
def spine() -> Spine:
    """Bodies and discs of a straight spine, bright and dark."""
    labels = np.zeros((3, 220, 160), np.uint8)
    for number in range(6):
        row = 20 + 34 * number
        labels[:, row : row + 8, 60:95] = SpineClass.DISC if number else SpineClass.LOWEST_DISC
        labels[:, row + 8 : row + 32, 60:95] = SpineClass.BODY if number else SpineClass.LOWEST_BODY
    images = np.where(np.isin(labels, (SpineClass.DISC, SpineClass.LOWEST_DISC)), 200, 60).astype(np.float32)
    return Spine("drawn", images, labels, np.zeros((6, 2)))


def test_a_sample_is_scaled_as_for_prediction_and_repeats(spine):
    image, classes = level_sample(np.random.default_rng(3), spine)
    again, _ = level_sample(np.random.default_rng(3), spine)
    assert image.shape == classes.shape == CANVAS
    assert 0 <= image.min() <= image.max() <= 1
    assert np.array_equal(image, again)


def test_many_fields_of_view_do_not_show_the_sacrum(spine):
    rng = np.random.default_rng(1)
    shown = [(level_sample(rng, spine)[1] == SpineClass.LOWEST_DISC).any() for _ in range(30)]
    assert 5 < sum(shown) < 28


def test_coarse_rows_keep_the_mean_and_lose_what_is_finer_than_a_slice():
    plane = np.tile(np.array([[0.0], [1.0]], np.float32), (40, 12))
    coarse = coarse_rows(plane, 6.0)
    assert coarse.shape == plane.shape
    assert coarse.mean() == pytest.approx(0.5, abs=0.03)
    assert coarse[10:-10].std() < 0.2 * plane.std()


def test_training_lowers_the_loss_and_repeats(spine):
    trainer = LevelTrainer([spine], SETTINGS, device="cpu")
    trainer.run()
    assert np.mean(trainer.losses[-3:]) < 0.95 * np.mean(trainer.losses[:2])
    short = LevelTrainer([spine], replace(SETTINGS, iterations=1), device="cpu")
    short.run()
    assert short.losses[0] == pytest.approx(trainer.losses[0], rel=1e-4)


def test_a_batch_is_decided_by_seed_and_iteration(spine):
    one, other = level_batch([spine], 1, 5), level_batch([spine], 1, 5)
    assert (one[0] == other[0]).all()
    assert (one[0] != level_batch([spine], 1, 6)[0]).any()
