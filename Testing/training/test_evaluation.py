"""Held-out figures: resolution undone exactly, unknown voxels left out."""

import numpy as np
import pytest
import torch

from ParaspinalFatLib.training.evaluation import dice, held_out_figures, outline, standard_groups, write_overlays


class Threshold(torch.nn.Module):
    """A network that calls everything clearly brighter than the median foreground structure 1."""

    def forward(self, image):
        assert image.shape[2] % 16 == 0
        assert image.shape[3] % 16 == 0
        return torch.cat([0.65 - image, image - 0.65], dim=1) * 100


@pytest.fixture
def bright_block():
    slices = np.full((2, 60, 90), 100, np.int16)
    slices[:, 20:40, 30:60] = 400
    slices[:, :5] = 0
    return slices


@pytest.mark.parametrize("pixel_mm", [(1.0, 1.0), (0.5, 0.5), (1.7, 0.8)])
def test_labels_come_back_on_the_grid_of_the_image(bright_block, pixel_mm):
    labels = outline(Threshold(), bright_block, pixel_mm)
    assert labels.shape == bright_block.shape
    assert dice((bright_block == 400).astype(np.uint8), labels, {"block": (1,)})["block"] > 0.9


def test_dice_counts_only_known_voxels():
    truth = np.array([1, 1, 0, 255], np.uint8)
    assert dice(truth, np.array([1, 0, 0, 1], np.uint8), {"one": (1,)}) == {"one": pytest.approx(2 / 3)}


def test_what_spills_into_voxels_known_to_be_another_structure_counts():
    truth = np.array([5, 5, 251, 251], np.uint8)  # beside the psoas, which was drawn to its border
    spilt = np.array([5, 5, 5, 14], np.uint8)
    assert dice(truth, spilt, {"PM": (5,)}) == {"PM": pytest.approx(4 / 5)}
    assert dice(np.array([14, 251], np.uint8), np.array([14, 14], np.uint8), {"canal": (14,)}) == {"canal": 1.0}


def test_a_structure_absent_from_the_truth_has_no_figure():
    assert dice(np.zeros(3, np.uint8), np.ones(3, np.uint8), {"one": (1,)}) == {}


def test_figures_are_given_for_each_side_and_for_erector_spinae_with_multifidus():
    groups = standard_groups()
    assert {2, 4} <= set(groups["ES+MF_left"])
    assert groups["PM_right"] == (5,)


def test_figures_of_a_real_subject_name_image_structure_and_number_of_subjects(shared_data):
    class Nothing(torch.nn.Module):
        """A network that finds background only."""

        def forward(self, image):
            return torch.cat([torch.ones_like(image), torch.zeros_like(image).repeat(1, 15, 1, 1)], dim=1)

    entries = held_out_figures(Nothing(), shared_data, "musclemap_sub0001")
    assert {"test_set": "musclemap_sub0001 (fat-bright)", "n": 1, "structure": "PM_left", "dice": 0.0} in entries


def test_an_overlay_picture_is_written(bright_block, tmp_path):
    labels = (bright_block == 400).astype(np.uint8)
    write_overlays(bright_block, labels, labels, tmp_path / "overlay.png")
    assert (tmp_path / "overlay.png").stat().st_size > 1000


def test_an_overlay_picture_that_cannot_be_finished_leaves_nothing(bright_block, tmp_path, interrupt_pictures):
    labels = (bright_block == 400).astype(np.uint8)
    interrupt_pictures()
    with pytest.raises(KeyboardInterrupt):
        write_overlays(bright_block, labels, labels, tmp_path / "overlay.png")
    assert not list(tmp_path.iterdir())
