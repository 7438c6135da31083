"""Whether an NRRD or MetaImage file says how it lies in the patient; the reader would guess where it does not."""

from __future__ import annotations

from pathlib import Path

from ParaspinalFatLib.errors import InputError

NRRD_ENDINGS = (".nrrd", ".nhdr")
METAIMAGE_ENDINGS = (".mha", ".mhd")

_PATIENT_SPACES = ("right-anterior-superior", "left-anterior-superior", "left-posterior-superior", "ras", "las", "lps")
"""NRRD's names of spaces that are tied to the patient (Teem's NRRD format definition, field "space")."""

_METAIMAGE_MATRICES = ("transformmatrix", "rotation", "orientation")
"""MetaImage's three names of the direction matrix."""

_LONGEST_HEADER = 1 << 16


def require_orientation(path: Path) -> None:
    """Raise InputError unless the file is an NRRD or a MetaImage whose header tells left from right."""
    name = path.name.lower()
    if name.endswith(NRRD_ENDINGS):
        oriented = _fields(path, ":").get("space", "").removesuffix("-time") in _PATIENT_SPACES
    elif name.endswith(METAIMAGE_ENDINGS):
        oriented = any(matrix in _fields(path, "=") for matrix in _METAIMAGE_MATRICES)
    else:
        raise InputError(f"{path} is none of NIfTI, NRRD, MetaImage or DICOM. Convert it to one of these.")
    if not oriented:
        raise InputError(
            f"{path} does not say how it lies in the patient, so left and right cannot be told apart. Convert the DICOM "
            "series again with a converter that keeps the orientation."
        )


def _fields(path: Path, separator: str) -> dict[str, str]:
    """The lines "name separator value" at the start of a file, names and values in lower case."""
    with path.open("rb") as file:
        start = file.read(_LONGEST_HEADER).decode("latin-1").lower()
    header = start.replace("\r", "").split("\n\n")[0]
    pairs = (line.partition(separator) for line in header.split("\n"))
    return {name.strip(): value.strip() for name, found, value in pairs if found}
