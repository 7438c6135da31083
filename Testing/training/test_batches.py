"""Batches: decided by seed and iteration, shared among workers, easy first."""

from dataclasses import replace

import pytest
import torch

from ParaspinalFatLib.training.batches import Batches, Settings, batch_of
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.view import View

SETTINGS = Settings(iterations=4, batches=((View((32, 48), 0.9, 5.0), 2, 0.5), (View((48, 48), 0.9, 5.0), 1, 0.5)))


@pytest.fixture
def collection(tiny_subject):
    return Collection({"tiny": tiny_subject}, [], {"tiny": 1.0})


def test_a_batch_has_the_size_of_its_view(collection):
    shapes = {tuple(batch_of(collection, SETTINGS, iteration)[0].shape) for iteration in range(12)}
    assert shapes == {(2, 1, 32, 48), (1, 1, 48, 48)}


def test_all_samples_of_a_batch_share_the_canvas_that_was_drawn_for_it(collection):
    settings = replace(SETTINGS, batches=((View((64, 96), 0.9, 5.0, smallest_canvas=(32, 32)), 3, 1.0),))
    shapes = {tuple(batch_of(collection, settings, iteration)[0].shape) for iteration in range(12)}
    assert len(shapes) > 4
    assert all(shape[0] == 3 and 32 <= shape[2] <= 64 and 32 <= shape[3] <= 96 for shape in shapes)


def test_the_same_iteration_gives_the_same_batch_and_another_seed_another(collection):
    first, again = (batch_of(collection, SETTINGS, 3)[0] for _ in range(2))
    other = batch_of(collection, replace(SETTINGS, seed=9), 3)[0]
    assert torch.equal(first, again)
    assert first.shape != other.shape or not torch.equal(first, other)


def test_a_run_starts_at_its_iteration_and_ends_with_the_schedule(collection):
    rest = list(Batches(collection, SETTINGS, start=2))
    assert len(rest) == 2
    assert torch.equal(rest[0][0], batch_of(collection, SETTINGS, 2)[0])


def test_early_batches_hold_more_samples_without_any_noise(collection):
    def noiseless(settings):
        """Batches in which the even muscle of the tiny subject is even in the image."""
        batches = [batch_of(collection, settings, iteration) for iteration in range(12)]
        muscles = [images[0, 0][labels[0] == 3] for images, labels in batches]
        return sum(bool((values - values.median()).abs().median() < 1e-4) for values in muscles)

    assert noiseless(replace(SETTINGS, easy_iterations=10_000)) > 6 > noiseless(replace(SETTINGS, easy_iterations=0))
