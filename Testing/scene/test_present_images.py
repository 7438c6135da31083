"""The numbers are those of the images as they are now, and of settings that could be used."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import vtk
from scene.live_cases import Volumes

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.present_images import PresentImages
from ParaspinalFatLib.scene.segmentations import SegmentedLabels, labels_of
from ParaspinalFatLib.scene.volumes import image_of


@pytest.fixture
def outlines(logic: SceneLogic, volumes: Volumes) -> Any:
    """The segmentation node of the case."""
    return logic.segment(volumes)


@pytest.fixture
def present(logic: SceneLogic, volumes: Volumes, outlines: Any) -> PresentImages:
    """Its images, not measured yet."""
    return PresentImages(logic, volumes, outlines, MeasurementSettings("dixon"))


@pytest.fixture
def segmented(outlines: Any, volumes: Volumes) -> SegmentedLabels:
    """Its labels."""
    return labels_of(outlines, volumes[Role.WATER])


def right(measurement: Measurement, column: str) -> float:
    value = measurement.table.one(structure="MF", side="right", region="whole")[column]
    assert isinstance(value, float)
    return value


def test_voxels_that_changed_are_measured_anew(present: PresentImages, segmented: SegmentedLabels, volumes: Volumes) -> None:
    assert right(present.measure(segmented), "ff_mean_pct") == pytest.approx(25.0)
    fat = volumes[Role.FAT]
    image_of(fat).array[:] = np.where(segmented.labels.array == 1, 300, 200)
    fat.GetImageData().Modified()
    assert right(present.measure(segmented), "ff_mean_pct") == pytest.approx(50.0)


def test_volumes_that_were_moved_are_read_anew(
    present: PresentImages, segmented: SegmentedLabels, volumes: Volumes, labels: Image
) -> None:
    present.measure(segmented)
    moved = labels.affine.copy()
    moved[2, 3] += 7.0
    matrix = vtk.vtkMatrix4x4()
    matrix.DeepCopy(moved.ravel())
    for volume in volumes.values():
        volume.SetIJKToRASMatrix(matrix)
    (level,) = present.measure(SegmentedLabels(Image(labels.array, moved), (), 0)).levels
    assert level.position[2] == pytest.approx(-46.0 + 7.0)


def test_settings_that_cannot_be_used_leave_the_former_ones(present: PresentImages, segmented: SegmentedLabels) -> None:
    with pytest.raises(MeasurementError):
        present.measure_with(MeasurementSettings("fraction"), segmented)
    assert present.settings.fat_method == "dixon"
    measurement = present.measure_with(MeasurementSettings("size_only"), segmented)
    assert (present.settings.fat_method, measurement.fat_map.method) == ("size_only", "size_only")
