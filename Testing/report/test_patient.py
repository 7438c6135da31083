"""Lines of a DICOM header, in words; nothing from other files."""

from __future__ import annotations

import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from ParaspinalFatLib.report.patient import dicom_lines


def write_header(path):
    """A DICOM file without pixels."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, MRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    header = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    header.SOPClassUID, header.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
    header.PatientName, header.PatientBirthDate, header.EchoTime = "Doe^Jane", "19700131", 9.2
    pydicom.dcmwrite(path, header, enforce_file_format=True)


def test_patient_and_protocol_are_read_from_a_file_and_from_a_folder(tmp_path):
    write_header(tmp_path / "1.dcm")
    for place in (tmp_path / "1.dcm", tmp_path):
        patient, examination = dicom_lines(place)
        assert patient == (("Name", "Doe, Jane"), ("Born", "1970-01-31"))
        assert examination == (("Echo time (ms)", "9.2"),)


def test_other_files_tell_nothing(tmp_path):
    (tmp_path / "image.nii.gz").write_bytes(b"\x1f\x8b")
    assert dicom_lines(tmp_path / "image.nii.gz") == ((), ())
