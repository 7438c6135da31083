"""The loss sees known voxels only, and is least for the right answer."""

import pytest
import torch

from ParaspinalFatLib.training.losses import partial_label_loss
from ParaspinalFatLib.training.partial_labels import BESIDE, OFF_COLUMN, UNDRAWN, UNKNOWN


@pytest.fixture
def logits():
    return torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0), requires_grad=True)


@pytest.fixture
def labels():
    labels = torch.zeros(2, 6, 6, dtype=torch.uint8)
    labels[:, 1:4, 1:4] = 2
    labels[:, 4:, :] = UNKNOWN
    return labels


def test_unknown_voxels_give_no_gradient(logits, labels):
    partial_label_loss(logits, labels).backward()
    assert not logits.grad[:, :, 4:].any()
    assert logits.grad[:, :, :4].any()


def test_what_is_predicted_in_unknown_voxels_does_not_change_the_loss(logits, labels):
    other = logits.detach().clone()
    other[:, :, 4:] = 100 * torch.randn(2, 4, 2, 6)
    torch.testing.assert_close(partial_label_loss(other, labels), partial_label_loss(logits, labels))


def test_the_right_answer_has_almost_no_loss(labels):
    truth = labels.clone()
    truth[truth == UNKNOWN] = 0
    perfect = 30 * torch.nn.functional.one_hot(truth.long(), 4).permute(0, 3, 1, 2).float()
    assert partial_label_loss(perfect, labels) < 1e-3


def test_calling_a_structure_by_another_name_costs_more_than_missing_its_rim(labels):
    def loss_of(answer):
        return partial_label_loss(10 * torch.nn.functional.one_hot(answer.long(), 4).permute(0, 3, 1, 2).float(), labels)

    known = torch.where(labels == UNKNOWN, 0, labels)
    renamed = torch.where(known == 2, 3, known)
    rim_missed = known.clone()
    rim_missed[:, 1, :] = 0
    assert loss_of(renamed) > loss_of(rim_missed) > loss_of(known)


def test_a_batch_without_any_known_voxel_gives_zero_and_no_gradient(logits):
    loss = partial_label_loss(logits, torch.full((2, 6, 6), UNKNOWN, dtype=torch.uint8))
    loss.backward()
    assert loss == 0
    assert not logits.grad.any()


def test_an_undrawn_voxel_may_be_background_or_iliacus_but_no_muscle_that_is_drawn_whole():
    labels = torch.zeros(1, 4, 4, dtype=torch.uint8)
    labels[:, 0] = 1
    labels[:, 2:] = UNDRAWN

    def loss_with(structure):
        answer = labels.long().masked_fill(labels == UNDRAWN, structure)
        return partial_label_loss(20 * torch.nn.functional.one_hot(answer, 11).permute(0, 3, 1, 2).float(), labels)

    torch.testing.assert_close(loss_with(9), loss_with(0))
    assert loss_with(1) > loss_with(0) + 1
    assert loss_with(5) > loss_with(0) + 1


def is_forbidden(predicted, open_value, known, classes=16):
    """Whether an answer costs much in voxels of an open value, beside one row of a known structure whose Dice counts."""
    labels = torch.full((1, 4, 4), open_value, dtype=torch.uint8)
    answer = torch.full((1, 4, 4), predicted)
    labels[0, 0] = answer[0, 0] = known
    logits = 30 * torch.nn.functional.one_hot(answer, classes).permute(0, 3, 1, 2).float()
    return partial_label_loss(logits, labels) > 1.0


@pytest.mark.parametrize(("predicted", "forbidden"), [(1, True), (4, True), (0, False), (5, False), (7, False)])
def test_beside_drawn_muscles_anything_but_these_muscles_may_be(predicted, forbidden):
    assert is_forbidden(predicted, BESIDE, known=1, classes=8) == forbidden


@pytest.mark.parametrize(
    ("open_value", "predicted", "forbidden"),
    [(251, 5, True), (251, 7, False), (251, 1, True), (250, 5, True), (250, 7, True), (250, 9, False), (250, 0, False)],
)
def test_beside_whole_muscles_none_of_them_may_be(open_value, predicted, forbidden):
    assert is_forbidden(predicted, open_value, known=6) == forbidden


@pytest.mark.parametrize(("predicted", "forbidden"), [(11, True), (12, True), (0, False), (5, False), (14, False)])
def test_off_the_column_anything_but_disc_and_body_may_be(predicted, forbidden):
    assert is_forbidden(predicted, OFF_COLUMN, known=11) == forbidden
