"""Whether two acquisitions share a coordinate system, as DICOM states it: FrameOfReferenceUID (0020,0052)."""

from __future__ import annotations

from pathlib import Path

import pydicom

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.dicom_series import is_dicom_file


def frame_of_reference(path: Path) -> str | None:
    """The frame of reference of a DICOM file, or of the first one in a folder; None for files of other formats."""
    files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    first = next((file for file in files if file.is_file() and is_dicom_file(file)), None)
    if first is None:
        return None
    tags = pydicom.dcmread(first, stop_before_pixels=True, specific_tags=["FrameOfReferenceUID"])
    return str(tags.get("FrameOfReferenceUID", "")) or None


def require_same_frame(sagittal: Path, axial: Path) -> None:
    """Check that places in one series are places in the other.

    Where a file does not state its frame nothing is refused.

    Raises:
        GeometryError: both state a frame of reference, and they differ.
    """
    one, other = frame_of_reference(sagittal), frame_of_reference(axial)
    if one is not None and other is not None and one != other:
        raise GeometryError(
            f"The sagittal series {sagittal} has another frame of reference than the axial images {axial}: the patient was "
            "moved in between, so names cannot be carried over. Give a sagittal series of the same examination."
        )
