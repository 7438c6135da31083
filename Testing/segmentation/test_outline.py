"""Slices pass the network in batches, and averaging with the mirrored slice never confuses the sides."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.body import Box
from ParaspinalFatLib.segmentation.outline import Outliner
from ParaspinalFatLib.segmentation.preparation import prepare

CPU = torch.device("cpu")
VALUES = np.array([0, 3, 4], np.uint8)
"""Background, right and left erector spinae."""


class SideNetwork(nn.Module):
    """Calls bright pixels of the first half of the columns right, of the second half left: as an ideal network would.

    ``doubt`` is taken from its certainty on the right side only.
    """

    def __init__(self, doubt: float = 0.0) -> None:
        super().__init__()
        self.doubt = doubt
        self.batches: list[int] = []

    def forward(self, slices: torch.Tensor) -> torch.Tensor:
        self.batches.append(len(slices))
        bright = (slices[:, 0] > 0.4) * 9.0
        first = torch.arange(slices.shape[-1]) < slices.shape[-1] / 2
        return torch.stack([torch.full_like(bright, 3.0), bright * first * (1 - self.doubt), bright * ~first], dim=1)


@pytest.fixture
def inputs():
    """Three prepared slices of 16 x 20 pixels with something bright on the right (first columns) only."""
    slices = np.zeros((3, 16, 20), np.float32)
    slices[:, 4:12, 2:7] = 1.0
    return slices


def test_mirror_averaging_changes_nothing_for_a_network_that_is_symmetric(inputs):
    plain = Outliner(SideNetwork(), VALUES, CPU).probabilities(inputs)
    averaged = Outliner(SideNetwork(), VALUES, CPU, mirrored_channels=[0, 2, 1]).probabilities(inputs)
    np.testing.assert_allclose(averaged, plain, atol=1e-6)
    assert plain[0, 1, 8, 4] > 0.9


def test_mirror_averaging_is_the_mean_of_both_views(inputs):
    hesitant = SideNetwork(doubt=0.8)
    alone = Outliner(hesitant, VALUES, CPU).probabilities(inputs)[0, 1, 8, 4]
    certain = Outliner(SideNetwork(), VALUES, CPU).probabilities(inputs)[0, 1, 8, 4]
    averaged = Outliner(hesitant, VALUES, CPU, mirrored_channels=[0, 2, 1]).probabilities(inputs)[0, 1, 8, 4]
    assert averaged == pytest.approx((alone + certain) / 2)


def test_probabilities_sum_to_one(inputs):
    np.testing.assert_allclose(Outliner(SideNetwork(), VALUES, CPU).probabilities(inputs).sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize(("batch_pixels", "batches"), [(1, [1, 1, 1, 1, 1]), (2 * 32 * 32, [2, 2, 1]), (10**6, [5])])
def test_batches_hold_as_many_slices_as_fit(batch_pixels, batches):
    network = SideNetwork()
    array = np.random.default_rng(0).random((5, 30, 30))
    preparation = prepare(Image(array, np.diag([-1.0, -1.0, 4.0, 1.0])), 1.0, 32, Box(0, 30, 0, 30))
    labels = Outliner(network, VALUES, CPU, batch_pixels).outline(array, preparation).labels
    assert network.batches == batches
    assert labels.shape == array.shape
    assert set(np.unique(labels)) <= {0, 3, 4}


class DividingNetwork(SideNetwork):
    """The same, and the left-most and right-most third of the columns are iliocostalis."""

    def forward(self, slices: torch.Tensor) -> torch.Tensor:
        width = slices.shape[-1]
        lateral = 9.0 * ((torch.arange(width) - (width - 1) / 2).abs() > width / 6) - 4.5
        return torch.cat([super().forward(slices), lateral.expand(len(slices), 1, slices.shape[-2], width)], dim=1)


@pytest.mark.parametrize("mirrored", [None, [0, 2, 1]])
def test_the_division_is_no_class_and_the_same_seen_in_the_mirror(inputs, mirrored):
    plain = Outliner(SideNetwork(), VALUES, CPU, mirrored_channels=mirrored).probabilities(inputs)
    divided = Outliner(DividingNetwork(), VALUES, CPU, mirrored_channels=mirrored, divides=True).probabilities(inputs)
    np.testing.assert_array_equal(divided[:, :3], plain)
    np.testing.assert_allclose(divided[:, 3], np.broadcast_to(divided[:1, 3, :1, ::-1], divided[:, 3].shape), atol=1e-6)
    assert divided[0, 3, 0, 0] > 0.9 > 0.1 > divided[0, 3, 0, 10]


def test_a_division_that_is_withheld_is_left_out(inputs):
    plain = Outliner(SideNetwork(), VALUES, CPU).probabilities(inputs)
    np.testing.assert_array_equal(Outliner(DividingNetwork(), VALUES, CPU, divides=False).probabilities(inputs), plain)
