"""A scene without the desktop, and small cases of known content in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scene.editing import Editor
from scene.live_cases import Volumes

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.volumes import add_volume

AXIAL = np.array([[-1.5, 0, 0, 30.0], [0, -1.5, 0, 20.0], [0, 0, 4.0, -50.0], [0, 0, 0, 1.0]])
"""Columns to the patient's left, rows to posterior, slices to superior."""


@pytest.fixture
def scene() -> Iterator[Any]:
    """An empty scene; a test fails if MRML reports an error in it."""
    with embedded_scene() as embedded:
        yield embedded.scene
        assert embedded.errors == []


@pytest.fixture
def labels() -> Image:
    """Three slices of 12 x 20 voxels: multifidus on both sides, a disc in the middle slice."""
    array = np.zeros((3, 12, 20), np.uint8)
    array[:, 6:10, 3:7] = 1
    array[:, 6:10, 12:15] = 2
    array[1, 1:4, 8:12] = 11
    return Image(array, AXIAL)


@pytest.fixture
def volumes(scene: Any, labels: Image) -> Volumes:
    """Water and fat on the grid of ``labels``: fat fraction 0.25 on the right (values 1) and 0.5 elsewhere."""
    fat = np.where(labels.array == 1, 100, 200).astype(np.int16)
    water = np.where(labels.array == 1, 300, 200).astype(np.int16)
    return {
        Role.WATER: add_volume(scene, labels.with_array(water), "water"),
        Role.FAT: add_volume(scene, labels.with_array(fat), "fat"),
    }


@pytest.fixture
def logic(labels: Image) -> SceneLogic:
    """Logic whose network is not asked: it gives the true labels."""
    return SceneLogic(lambda image, _progress: image.with_array(labels.array.copy()))


@pytest.fixture
def live(logic: SceneLogic, volumes: Volumes) -> Iterator[LiveCase]:
    """The outlined case, open."""
    nodes = logic.process(volumes)
    opened = LiveCase(logic, volumes, nodes.segmentation, nodes.table)
    yield opened
    opened.close()


@pytest.fixture
def editor(live: LiveCase) -> Iterator[Editor]:
    """The Segment Editor's logic on the open case."""
    opened = Editor(live.segmentation, live.volumes[Role.WATER])
    yield opened
    opened.close()
