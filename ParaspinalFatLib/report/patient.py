"""Who was examined and how, from the header of a DICOM file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PATIENT = {
    "PatientName": "Name",
    "PatientID": "Identifier",
    "PatientBirthDate": "Born",
    "PatientSex": "Sex",
    "PatientAge": "Age",
}
EXAMINATION = {
    "StudyDate": "Date of examination",
    "InstitutionName": "Institution",
    "StudyDescription": "Examination",
    "SeriesDescription": "Series",
    "Manufacturer": "Scanner",
    "ManufacturerModelName": "Model",
    "MagneticFieldStrength": "Field strength (T)",
    "RepetitionTime": "Repetition time (ms)",
    "EchoTime": "Echo time (ms)",
    "FlipAngle": "Flip angle (degree)",
    "SliceThickness": "Slice thickness (mm)",
}
"""DICOM keyword to the line of the report."""

Lines = tuple[tuple[str, str], ...]


def dicom_lines(path: Path) -> tuple[Lines, Lines]:
    """Lines about the patient and about the examination; none if the path is no DICOM file or folder.

    Args:
        path: a file, or a folder with one series.
    """
    header = _header(path)
    return (_lines(header, PATIENT), _lines(header, EXAMINATION)) if header is not None else ((), ())


def _header(path: Path) -> Any:
    import pydicom
    from pydicom.errors import InvalidDicomError

    candidates = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    for file in candidates:
        try:
            return pydicom.dcmread(file, stop_before_pixels=True)
        except (InvalidDicomError, OSError, ValueError):
            continue
    return None


def _lines(header: Any, wanted: dict[str, str]) -> Lines:
    found = ((title, _readable(keyword, str(header.get(keyword, "")).strip())) for keyword, title in wanted.items())
    return tuple((title, text) for title, text in found if text)


def _readable(keyword: str, text: str) -> str:
    """Dates with hyphens, names with commas.

    >>> _readable("StudyDate", "20240131"), _readable("PatientName", "Doe^Jane")
    ('2024-01-31', 'Doe, Jane')
    """
    if keyword.endswith("Date") and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return ", ".join(part for part in text.split("^") if part) if keyword == "PatientName" else text
