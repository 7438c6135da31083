"""A node is written by MRML's own storage, whole or not at all, and the scene does not notice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import SimpleITK as sitk

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.node_files import write_node
from ParaspinalFatLib.scene.segmentations import fill_segmentation


@pytest.fixture
def segmentation(scene: Any, volumes: dict[Role, Any], labels: Image) -> Any:
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "muscles")
    fill_segmentation(node, labels.array, volumes[Role.WATER], "test network")
    return node


def test_a_segmentation_file_says_which_value_is_which_structure(segmentation: Any, tmp_path: Path, scene: Any) -> None:
    count = scene.GetNumberOfNodes()
    write_node(segmentation, tmp_path / "case.seg.nrrd")
    assert [file.name for file in tmp_path.iterdir()] == ["case.seg.nrrd"]
    written = sitk.ReadImage(str(tmp_path / "case.seg.nrrd"))
    assert written.GetSize() == (20, 12, 3)
    assert (written.GetMetaData("Segment1_ID"), written.GetMetaData("Segment1_LabelValue")) == ("MF_left", "2")
    assert scene.GetNumberOfNodes() == count
    assert segmentation.GetStorageNode() is None


def test_a_folder_that_is_not_there_is_an_error(segmentation: Any, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="Cannot write"):
        write_node(segmentation, tmp_path / "absent" / "case.seg.nrrd")
