"""The division is learned from known parts of the erector spinae only, and leaves the loss of the outlines alone."""

import pytest
import torch

from ParaspinalFatLib.training.division_loss import DIVISION_WEIGHT, division_loss, outline_and_division_loss
from ParaspinalFatLib.training.losses import partial_label_loss

CLASSES = 16


@pytest.fixture
def outputs():
    return torch.randn(1, CLASSES + 1, 6, 8, generator=torch.Generator().manual_seed(0), requires_grad=True)


@pytest.fixture
def labels():
    """Background, right iliocostalis and longissimus, undivided erector spinae, left ones, unknown."""
    return torch.tensor([0, 16, 18, 3, 17, 19, 4, 255], dtype=torch.uint8).repeat(1, 6, 1)


def test_only_known_parts_give_the_division_a_gradient(outputs, labels):
    outline_and_division_loss(outputs, labels, CLASSES).backward()
    reached = outputs.grad[0, CLASSES].abs().sum(dim=0) > 0
    assert reached.tolist() == [False, True, True, False, True, True, False, False]


def test_both_sides_answer_alike_and_the_right_answer_costs_nothing(labels):
    iliocostalis = ((labels == 16) | (labels == 17)).float()
    assert division_loss(40 * (iliocostalis - 0.5), labels) < 1e-6
    assert division_loss(40 * (0.5 - iliocostalis), labels) > 10


def test_for_the_outlines_the_parts_are_erector_spinae(outputs, labels):
    whole = torch.tensor([0, 3, 3, 3, 4, 4, 4, 255], dtype=torch.uint8).repeat(1, 6, 1)
    outlines = partial_label_loss(outputs[:, :CLASSES], whole)
    torch.testing.assert_close(outline_and_division_loss(outputs[:, :CLASSES], labels, CLASSES), outlines)
    both = outlines + DIVISION_WEIGHT * division_loss(outputs[:, CLASSES], labels)
    torch.testing.assert_close(outline_and_division_loss(outputs, labels, CLASSES), both)


def test_a_batch_without_known_parts_gives_no_division_loss(outputs):
    loss = division_loss(outputs[:, CLASSES], torch.full((1, 6, 8), 3, dtype=torch.uint8))
    loss.backward()
    assert loss == 0
    assert not outputs.grad.any()
