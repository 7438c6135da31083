"""The fat loss: least at the true fraction, blind where nothing counts, and hard on the wrong side of one half."""

from __future__ import annotations

import torch

from ParaspinalFatLib.training.fat.loss import fat_loss, focal_loss


def loss_at(fraction: float, truth: float) -> float:
    logits = torch.logit(torch.full((1, 1, 2, 2), fraction))
    return float(fat_loss(logits, torch.full((1, 2, 2), truth), torch.ones(1, 2, 2)))


def test_the_loss_is_least_at_the_true_fraction():
    guesses = [0.02, 0.1, 0.2, 0.3, 0.45, 0.7, 0.9]
    for truth in guesses:
        assert min(guesses, key=lambda guess: loss_at(guess, truth)) == truth


def test_voxels_without_weight_do_not_count():
    logits, fraction = torch.zeros(1, 1, 1, 2), torch.tensor([[[0.5, 1.0]]])
    some, none = torch.tensor([[[1.0, 0.0]]]), torch.zeros(1, 1, 2)
    logits.requires_grad_(True)
    fat_loss(logits, fraction, some).backward()
    assert logits.grad is not None
    assert logits.grad[0, 0, 0, 1] == 0
    assert fat_loss(logits, fraction, none).item() == 0


def test_the_focal_loss_hardly_counts_voxels_on_the_right_side():
    fat = torch.tensor([True, True, False])
    right, wrong = focal_loss(torch.tensor([2.0, 2.0, -2.0]), fat), focal_loss(torch.tensor([-2.0, -2.0, 2.0]), fat)
    assert float((wrong / right).min()) > 1e4
    torch.testing.assert_close(right[0], right[2])


def test_extreme_outputs_give_no_infinity():
    logits = torch.tensor([[[[200.0, -200.0]]]], requires_grad=True)
    loss = fat_loss(logits, torch.tensor([[[0.0, 1.0]]]), torch.ones(1, 1, 2))
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(logits.grad).all()
