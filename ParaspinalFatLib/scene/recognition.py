"""What the volumes of a scene show, by their names and by the DICOM tags they were loaded with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import slicer

from ParaspinalFatLib.errors import GeometryError, ParaspinalFatError
from ParaspinalFatLib.imaging.dixon_names import Recognition, Tags, recognised
from ParaspinalFatLib.imaging.role_proposal import Candidate, Grid, proposed_roles
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.volumes import image_of

INSTANCES = "DICOM.instanceUIDs"
"""Attribute in which Slicer keeps the SOP instance UIDs that a volume was loaded from, parted by spaces."""

FRAME_OF_REFERENCE = "0020,0052"
IMAGE_TYPE = "0008,0008"
SERIES_DESCRIPTION = "0008,103e"
SCANNING_SEQUENCE = "0018,0020"
REPETITION_TIME = "0018,0080"
ECHO_TIME = "0018,0081"


def tags_of(volume: Any) -> Tags | None:
    """DICOM tags of the first instance of a volume, from Slicer's DICOM database; None if it does not know the volume.

    Args:
        volume: vtkMRMLScalarVolumeNode.
    """
    known = _first_instance(volume)
    if known is None:
        return None
    database, first = known
    return Tags(
        image_type=_values(database.instanceValue(first, IMAGE_TYPE)),
        series_description=database.instanceValue(first, SERIES_DESCRIPTION),
        scanning_sequence=_values(database.instanceValue(first, SCANNING_SEQUENCE)),
        echo_time_ms=_number(database.instanceValue(first, ECHO_TIME)),
        repetition_time_ms=_number(database.instanceValue(first, REPETITION_TIME)),
    )


def require_one_frame(volume: Any, other: Any) -> None:
    """Check that places in one volume are places in another one, as far as their DICOM tags say it.

    Where a volume lies under a transform, somebody has placed it, and nothing is refused.

    Raises:
        GeometryError: both state a frame of reference, and they differ.
    """
    frames = []
    for one in (volume, other):
        known = _first_instance(one)
        placed = one.GetParentTransformNode() is not None
        frames.append("" if known is None or placed else known[0].instanceValue(known[1], FRAME_OF_REFERENCE).strip())
    if all(frames) and frames[0] != frames[1]:
        raise GeometryError(
            f"{volume.GetName()} has another frame of reference than {other.GetName()}: the patient was moved in between, "
            "so names cannot be carried over. Select a sagittal series of the same examination."
        )


def _first_instance(volume: Any) -> tuple[Any, str] | None:
    """Slicer's DICOM database and the first instance of a volume; None if the volume is not in it."""
    instances = (volume.GetAttribute(INSTANCES) or "").split()
    database = getattr(slicer, "dicomDatabase", None)  # none in slicer-core, None where DICOM is off
    if not instances or database is None or not database.isOpen:
        return None
    return database, instances[0]


def recognised_volume(volume: Any) -> Recognition | None:
    """What a volume node shows; None where neither its tags nor its name say it."""
    return recognised(volume.GetName() or "", tags_of(volume))


def proposed_volumes(scene: Any, chosen: Mapping[Role, Any]) -> dict[Role, Any]:
    """Volumes of the scene to complete a case with.

    Args:
        scene: vtkMRMLScene.
        chosen: role to volume node of what is selected already; stays as it is.

    Returns:
        Role to volume node, for roles that are not selected; empty if there is nothing to propose.
    """
    grid = _grid_of(next(iter(chosen.values()))) if chosen else None
    if chosen and grid is None:
        return {}
    keys = {role: volume.GetID() for role, volume in chosen.items()}
    proposed = proposed_roles(_candidates(scene), keys, grid)
    return {role: scene.GetNodeByID(key) for role, key in proposed.items()}


def _candidates(scene: Any) -> list[Candidate]:
    count = scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")
    found = []
    for volume in (scene.GetNthNodeByClass(n, "vtkMRMLScalarVolumeNode") for n in range(count)):
        shows = None if volume.GetHideFromEditors() else recognised_volume(volume)
        grid = None if shows is None else _grid_of(volume)
        if shows is not None and grid is not None:
            found.append(Candidate(volume.GetID(), shows, grid))
    return found


def _grid_of(volume: Any) -> Grid | None:
    """Where the voxels of a volume lie; None for one that cannot be measured (a label map, no voxels)."""
    try:
        image = image_of(volume)
    except ParaspinalFatError:
        return None
    return Grid(image.array.shape, image.affine)


def _values(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\\") if part.strip())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
