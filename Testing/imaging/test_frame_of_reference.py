"""Two series share places only if they share a frame of reference."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.frame_of_reference import frame_of_reference, require_same_frame


def dicom(folder: Path, frame: str | None) -> Path:
    """A folder with one DICOM header."""
    folder.mkdir()
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = pydicom.uid.MRImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    data.SOPClassUID, data.SOPInstanceUID = pydicom.uid.MRImageStorage, "1.2.3"
    if frame is not None:
        data.FrameOfReferenceUID = frame
    data.save_as(folder / "1.dcm", enforce_file_format=True)
    return folder


def test_the_frame_is_read_from_a_folder_or_a_file(tmp_path):
    folder = dicom(tmp_path / "a", "1.2.840.1")
    assert frame_of_reference(folder) == frame_of_reference(folder / "1.dcm") == "1.2.840.1"


def test_series_of_two_frames_are_refused(tmp_path):
    with pytest.raises(GeometryError, match="another frame of reference"):
        require_same_frame(dicom(tmp_path / "a", "1.2.840.1"), dicom(tmp_path / "b", "1.2.840.2"))


def test_series_of_one_frame_and_files_that_state_none_pass(tmp_path):
    one, other = dicom(tmp_path / "a", "1.2.840.1"), dicom(tmp_path / "b", "1.2.840.1")
    require_same_frame(one, other)
    require_same_frame(one, dicom(tmp_path / "c", None))
    (tmp_path / "scan.nii").write_bytes(b"no DICOM")
    require_same_frame(tmp_path / "scan.nii", one)
