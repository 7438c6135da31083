"""Some structures are written into segments; the others keep every voxel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.segment_voxels import write_segments
from ParaspinalFatLib.scene.segmentations import fill_segmentation, labels_of


@pytest.fixture
def segmentation(scene: Any, volumes: dict[Role, Any], labels: Image) -> Any:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    fill_segmentation(node, labels.array, volumes[Role.WATER], "test")
    return node


def written(node: Any, volume: Any, present: Image, wanted: np.ndarray, identifiers: list[str]) -> np.ndarray:
    write_segments(node, volume, present.array, wanted, identifiers, "test")
    return labels_of(node, volume).labels.array


def test_only_the_named_structures_change(segmentation: Any, volumes: dict[Role, Any], labels: Image) -> None:
    wanted = np.roll(labels.array, 1, axis=1)
    expected = np.where(labels.array == 1, 0, labels.array)
    expected[wanted == 1] = 1
    found = written(segmentation, volumes[Role.WATER], labels, wanted, ["MF_right"])
    np.testing.assert_array_equal(found, expected)


def test_a_neighbour_keeps_its_voxels(segmentation: Any, volumes: dict[Role, Any], labels: Image) -> None:
    wanted = np.ones_like(labels.array)
    found = written(segmentation, volumes[Role.WATER], labels, wanted, ["MF_right"])
    np.testing.assert_array_equal(found, np.where(labels.array > 1, labels.array, 1))


def test_two_structures_can_exchange_voxels(segmentation: Any, volumes: dict[Role, Any], labels: Image) -> None:
    wanted = np.where((labels.array > 0) & (labels.array < 3), 3 - labels.array, labels.array)
    found = written(segmentation, volumes[Role.WATER], labels, wanted, ["MF_right", "MF_left"])
    np.testing.assert_array_equal(found, wanted)


def test_a_structure_can_be_emptied_and_drawn_again(segmentation: Any, volumes: dict[Role, Any], labels: Image) -> None:
    volume = volumes[Role.WATER]
    emptied = written(segmentation, volume, labels, np.zeros_like(labels.array), ["MF_left"])
    np.testing.assert_array_equal(emptied, np.where(labels.array == 2, 0, labels.array))
    again = written(segmentation, volume, labels.with_array(emptied), labels.array, ["MF_left"])
    np.testing.assert_array_equal(again, labels.array)
