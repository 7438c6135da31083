"""Training: it learns, it repeats, and a resumed run ends where an uninterrupted one does."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.batches import Settings, batch_of
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.division_loss import division_loss
from ParaspinalFatLib.training.erector_division import ILIOCOSTALIS, LONGISSIMUS
from ParaspinalFatLib.training.trainer import Trainer
from ParaspinalFatLib.training.view import View

ARCHITECTURE = {"kind": "unet2d", "channels": [8, 16, 16], "classes": 16, "groups": 4, "stride": 4}
pytestmark = pytest.mark.usefixtures("one_thread")
SETTINGS = Settings(
    iterations=30, batches=((View((48, 64), 0.9, 5.0), 2, 1.0),), precision="float32", workers=0, learning_rate=5e-3
)


@pytest.fixture
def collection(tiny_subject):
    return Collection({"tiny": tiny_subject}, [], {"tiny": 1.0})


DIVIDING = {**ARCHITECTURE, "divides": ["ES"]}


@pytest.fixture
def divided_collection(tiny_subject):
    """The tiny person with the lateral half of either erector spinae known as iliocostalis."""
    division = np.zeros_like(tiny_subject.labels)
    division[:, 34:50, 18:24], division[:, 34:50, 56:62] = ILIOCOSTALIS, ILIOCOSTALIS
    division[:, 34:50, 24:30], division[:, 34:50, 50:56] = LONGISSIMUS, LONGISSIMUS
    return Collection({"tiny": replace(tiny_subject, division=division)}, [], {"tiny": 1.0})


def trained(collection, settings, path=None, stop=None):
    """A trainer after its run; with ``stop`` it is saved to ``path`` after so many iterations and goes no further."""
    trainer = Trainer(collection, settings, ARCHITECTURE, device="cpu")
    if stop is None:
        trainer.run()
        return trainer
    for iteration in range(stop):
        trainer.losses.append(trainer._step(*batch_of(collection, settings, iteration)))
        trainer.iteration += 1
    trainer.save(path)
    return trainer


def test_thirty_iterations_on_one_person_lower_the_loss(collection):
    losses = trained(collection, SETTINGS).losses
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])


def test_a_resumed_run_gives_the_weights_of_an_uninterrupted_one(collection, tmp_path):
    settings = replace(SETTINGS, iterations=8)
    whole = trained(collection, settings)
    trained(collection, settings, tmp_path / "checkpoint.pt", stop=4)
    resumed = Trainer(collection, settings, ARCHITECTURE, device="cpu")
    resumed.load(tmp_path / "checkpoint.pt")
    resumed.run()
    for expected, weight in zip(whole.average.parameters(), resumed.average.parameters(), strict=True):
        torch.testing.assert_close(weight, expected)
    assert resumed.losses == pytest.approx(whole.losses)


def test_a_checkpoint_of_an_earlier_version_does_not_say_who_it_learned_from_and_is_refused(collection, tmp_path):
    path = tmp_path / "checkpoint.pt"
    trained(collection, SETTINGS, path, stop=1)
    state = torch.load(path, weights_only=True)
    del state["origin"]
    torch.save(state, path)
    with pytest.raises(InputError, match="does not say what it learned from"):
        Trainer(collection, SETTINGS, ARCHITECTURE, device="cpu").load(path)


def test_a_run_is_not_continued_on_other_images_or_labels_under_the_same_name(collection, tiny_subject, tmp_path):
    path = tmp_path / "checkpoint.pt"
    trained(collection, SETTINGS, path, stop=1)
    corrected = tiny_subject.labels.copy()
    corrected[2, 40, 40] = 1
    division = np.where(tiny_subject.labels == 3, LONGISSIMUS, 0).astype(np.uint8)
    changed = ({"labels": corrected}, {"water": tiny_subject.water * 0.9}, {"fat": None}, {"division": division})
    for change in (*changed, {"pixel_mm": (2.0, 2.1)}):
        other = Collection({"tiny": replace(tiny_subject, **change)}, [], {"tiny": 1.0})
        with pytest.raises(InputError, match="other images or labels of tiny"):
            Trainer(other, SETTINGS, ARCHITECTURE, device="cpu").load(path)


def test_a_file_of_another_kind_is_no_checkpoint(collection, tmp_path):
    torch.save({"weights": torch.zeros(3)}, tmp_path / "checkpoint.pt")
    with pytest.raises(InputError, match="is no checkpoint"):
        Trainer(collection, SETTINGS, ARCHITECTURE, device="cpu").load(tmp_path / "checkpoint.pt")


def test_a_finished_run_is_not_trained_further(collection, tmp_path):
    finished = trained(collection, replace(SETTINGS, minutes=1e-9))
    finished.save(tmp_path / "checkpoint.pt")
    again = Trainer(collection, replace(SETTINGS, minutes=1e-9), ARCHITECTURE, device="cpu")
    again.load(tmp_path / "checkpoint.pt")
    again.run()
    assert again.iteration == finished.iteration == 1


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_ends_training_before_it_reaches_weights_or_checkpoint(collection, monkeypatch, poison):
    trainer = Trainer(collection, replace(SETTINGS, save_every=2), ARCHITECTURE, device="cpu")
    saved = []
    loss = Trainer.loss
    monkeypatch.setattr(
        Trainer, "loss", lambda self, outputs, truth: loss(self, outputs, truth) * (poison if self.iteration == 3 else 1)
    )
    with pytest.raises(InputError, match="step 4: its numbers are no longer finite"):
        trainer.run(lambda state: saved.append(state.iteration))
    assert saved == [2]
    assert all(weight.isfinite().all() for weight in trainer.average.parameters())


def test_weights_that_half_precision_cannot_hold_are_not_written(collection):
    trainer = Trainer(collection, replace(SETTINGS, iterations=1, learning_rate=1e30), ARCHITECTURE, device="cpu")
    saved = []
    with pytest.raises(InputError, match="no longer finite"):
        trainer.run(lambda state: saved.append(state.iteration))
    assert saved == []


def test_two_runs_of_one_seed_are_the_same_and_another_seed_differs(collection):
    short = replace(SETTINGS, iterations=3)
    assert trained(collection, short).losses == trained(collection, short).losses
    assert trained(collection, replace(short, seed=2)).losses != trained(collection, short).losses


def test_batches_of_worker_processes_come_in_the_order_of_one_process(collection):
    short = replace(SETTINGS, iterations=5)
    assert trained(collection, replace(short, workers=2)).losses == pytest.approx(trained(collection, short).losses)


def test_a_time_limit_ends_the_schedule(collection):
    trainer = trained(collection, replace(SETTINGS, iterations=10_000, minutes=0.01))
    assert trainer.iteration < 10_000
    assert trainer.progress == 1.0


def test_given_weights_are_where_training_starts(collection):
    first = trained(collection, replace(SETTINGS, iterations=2))
    second = Trainer(collection, SETTINGS, ARCHITECTURE, device="cpu")
    second.start_from(first.average.state_dict())
    torch.testing.assert_close(second.network.state_dict(), first.average.state_dict())


def test_a_run_without_the_division_is_the_start_of_one_with_it_and_its_outlines_are_kept(divided_collection):
    first = trained(divided_collection, replace(SETTINGS, iterations=2))
    second = Trainer(divided_collection, SETTINGS, DIVIDING, device="cpu")
    second.start_from(first.average.state_dict())
    slices = torch.rand(1, 1, 16, 16)
    torch.testing.assert_close(second.average(slices)[:, :16], first.average(slices))
    assert second.average(slices).shape[1] == 17


def test_a_checkpoint_without_the_division_is_continued_with_it(divided_collection, tmp_path):
    path = tmp_path / "checkpoint.pt"
    first = trained(divided_collection, SETTINGS, path, stop=2)
    second = Trainer(divided_collection, replace(SETTINGS, iterations=3), DIVIDING, device="cpu")
    second.load(path)
    torch.testing.assert_close(second.network.head.weight[:16], first.network.head.weight)
    second.run()
    assert second.iteration == 3
    assert len(second.losses) == 3


def test_the_division_is_learned_beside_the_outlines(divided_collection):
    trainer = Trainer(divided_collection, replace(SETTINGS, iterations=400, easy_iterations=0), DIVIDING, device="cpu")
    images, labels = batch_of(divided_collection, SETTINGS, 0)
    before = division_loss(trainer.network(images)[:, 16], labels)
    for _ in range(120):
        trainer._step(images, labels)
        trainer.iteration += 1
    assert division_loss(trainer.network(images)[:, 16], labels) < 0.8 * before
