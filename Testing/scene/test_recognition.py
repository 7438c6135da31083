"""Volumes of a scene are recognised by Slicer's DICOM database, else by name, and proposed beside what is chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import slicer
from host.dicom_database import ctkDICOMDatabase

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.recognition import proposed_volumes, recognised_volume, tags_of
from ParaspinalFatLib.scene.volumes import add_volume

AXIAL = np.diag([-1.5, -1.5, 4.0, 1.0])
TAGS = {"0008,0008": "DERIVED\\PRIMARY\\M\\DIXON\\WATER", "0018,0020": "GR", "0018,0081": "2.39", "0018,0080": "6.8"}


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slicer's DICOM database."""
    monkeypatch.setattr(slicer, "dicomDatabase", ctkDICOMDatabase({"1.2.3": TAGS}), raising=False)


def named(scene: Any, name: str, columns: int = 6) -> Any:
    return add_volume(scene, Image(np.ones((2, 4, columns), np.int16), AXIAL), name)


@pytest.mark.usefixtures("database")
def test_tags_come_from_the_first_instance_a_volume_was_loaded_from(scene: Any) -> None:
    volume = named(scene, "5: t1_vibe")
    volume.SetAttribute("DICOM.instanceUIDs", "1.2.3 1.2.4")
    tags = tags_of(volume)
    assert tags is not None
    assert tags.image_type[-1] == "WATER"
    assert (tags.echo_time_ms, tags.repetition_time_ms) == (2.39, 6.8)
    found = recognised_volume(volume)
    assert found is not None
    assert (found.role, found.source) == (Role.WATER, "its DICOM image type")


@pytest.mark.usefixtures("database")
def test_a_volume_that_the_database_does_not_know_is_recognised_by_name(scene: Any) -> None:
    volume = named(scene, "vibe_F")
    volume.SetAttribute("DICOM.instanceUIDs", "9.9.9")
    found = recognised_volume(volume)
    assert found is not None
    assert (found.role, found.source) == (Role.FAT, "its name")


def test_without_a_database_there_are_no_tags(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    volume = named(scene, "vibe_F")
    volume.SetAttribute("DICOM.instanceUIDs", "1.2.3")
    assert tags_of(volume) is None
    for database in (None, ctkDICOMDatabase({"1.2.3": TAGS}, isOpen=False)):
        monkeypatch.setattr(slicer, "dicomDatabase", database, raising=False)
        assert tags_of(volume) is None


def test_volumes_are_proposed_beside_those_that_are_chosen(scene: Any) -> None:
    water, fat, other = named(scene, "vibe_W"), named(scene, "vibe_F"), named(scene, "other_F", columns=8)
    assert proposed_volumes(scene, {}) == {Role.WATER: water, Role.FAT: fat}
    assert proposed_volumes(scene, {Role.WATER: water}) == {Role.FAT: fat}
    assert proposed_volumes(scene, {Role.FAT: other}) == {}


def test_hidden_and_empty_volumes_and_label_maps_are_passed_over(scene: Any) -> None:
    named(scene, "vibe_FF").SetHideFromEditors(True)
    scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "PDFF")
    scene.AddNewNodeByClass("vtkMRMLLabelMapVolumeNode", "FF")
    assert proposed_volumes(scene, {}) == {}
