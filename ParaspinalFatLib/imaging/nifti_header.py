"""What a NIfTI file itself says before its voxels are trusted.

The reader in ITK fills the missing part of a truncated NIfTI file with zeros, replaces NaN by zero, and places an image
whose header has no orientation as if it had one, all without a word. Each would be measured as if true, so they are looked
for here first.

Source of the layout: the NIfTI-1.1 and NIfTI-2 headers (nifti1.h, nifti2.h of the NIfTI Data Format Working Group).
"""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.voxels import not_finite_sentence

ByteOrder = Literal["<", ">"]
_BYTE_ORDERS: tuple[ByteOrder, ByteOrder] = ("<", ">")
_FIELDS = ("dim", "datatype", "bitpix", "pixdim", "vox_offset", "codes", "bcd", "offsets", "srow")
_LAYOUTS = {
    348: (("8i2", "i2", "i2", "8f4", "f4", "2i2", "3f4", "3f4", "12f4"), (40, 70, 72, 76, 108, 252, 256, 268, 280)),
    540: (("8i8", "i2", "i2", "8f8", "i8", "2i4", "3f8", "3f8", "12f8"), (16, 12, 14, 104, 168, 344, 352, 376, 400)),
}
"""Header length (NIfTI-1, NIfTI-2) to the types and offsets of ``_FIELDS``."""

VOXEL_SIZE_TOLERANCE = 1e-3
"""Relative difference of two statements of one voxel size that rounding explains."""

_FLOAT_TYPES = {16: "f4", 64: "f8"}
"""NIfTI's datatype codes of real floating-point voxels."""


@dataclass(frozen=True)
class NiftiHeader:
    """The fields of a NIfTI header that decide whether its voxels and sides can be trusted.

    Attributes:
        voxel_bytes: length of the voxel data if the file is complete.
        data_offset: where the voxel data begin.
        float_type: type of the stored voxels if they are floating point, else None.
        spacing: voxel sizes as ``pixdim`` gives them, which the reader in ITK uses.
        qform, sform: 4x4 voxel -> RAS mm, or None where the file has none (code 0).
    """

    voxel_bytes: int
    data_offset: int
    float_type: np.dtype | None
    spacing: npt.NDArray[np.float64]
    qform: npt.NDArray[np.float64] | None
    sform: npt.NDArray[np.float64] | None


def is_nifti(path: Path) -> bool:
    """Whether the name says NIfTI in one file."""
    return path.name.lower().endswith((".nii", ".nii.gz"))


def require_trustworthy(path: Path) -> None:
    """Raise InputError if a NIfTI file is truncated or damaged, holds NaN, or does not say where the patient's left is."""
    try:
        content = _content(path)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path} is truncated or damaged ({error}). Copy or export the file again.") from error
    header = read_header(content, path)
    _require_whole_and_finite(content, header, path)
    _require_one_left(header, path)
    _require_one_voxel_size(header, path)


def require_sound_header(path: Path) -> None:
    """As :func:`require_trustworthy`, but from the header and the file's length: the voxels stay unread.

    A compressed file tells its content's length in its last four bytes (RFC 1952). Where that does not fit, which a file in
    several gzip members does not either, the whole is read to decide.
    """
    compressed = path.name.lower().endswith(".gz")
    try:
        with gzip.open(path, "rb") if compressed else path.open("rb") as file:
            header = read_header(file.read(max(_LAYOUTS)), path)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return require_trustworthy(path)
    if not _length_fits(path, header.data_offset + header.voxel_bytes, compressed=compressed):
        return require_trustworthy(path)
    _require_one_left(header, path)
    return _require_one_voxel_size(header, path)


def _length_fits(path: Path, expected: int, *, compressed: bool) -> bool:
    """Whether the uncompressed content has the length expected, as far as the file tells it without being read."""
    length = path.stat().st_size
    if not compressed:
        return length >= expected
    with path.open("rb") as file:
        file.seek(max(0, length - 4))
        return int.from_bytes(file.read(4), "little") == expected % (1 << 32)


def read_header(content: bytes, path: Path) -> NiftiHeader:
    """Read the header at the start of an uncompressed NIfTI-1 or NIfTI-2 file's content; ``path`` is for the message."""
    for length, (types, offsets) in _LAYOUTS.items():
        for order in _BYTE_ORDERS:
            if len(content) >= length and int(np.frombuffer(content, order + "i4", 1)[0]) == length:
                formats = [np.dtype(kind).newbyteorder(order) for kind in types]
                layout = np.dtype({"names": list(_FIELDS), "formats": formats, "offsets": list(offsets), "itemsize": length})
                return _header(np.frombuffer(content, layout, 1)[0], order)
    raise InputError(f"{path} is not a NIfTI file, or its beginning is damaged. Copy or export the file again.")


def _header(fields: np.void, order: ByteOrder) -> NiftiHeader:
    axes = int(np.clip(fields["dim"][0], 0, 7))
    voxels = math.prod(int(size) for size in fields["dim"][1 : 1 + axes])
    float_type = _FLOAT_TYPES.get(int(fields["datatype"]))
    return NiftiHeader(
        voxel_bytes=voxels * int(fields["bitpix"]) // 8,
        data_offset=int(fields["vox_offset"]),
        float_type=np.dtype(float_type).newbyteorder(order) if float_type else None,
        spacing=np.abs(fields["pixdim"][1:4]).astype(np.float64),
        qform=_from_quaternion(fields["bcd"], fields["offsets"], fields["pixdim"]) if fields["codes"][0] > 0 else None,
        sform=np.vstack([fields["srow"].reshape(3, 4), [0, 0, 0, 1]]) if fields["codes"][1] > 0 else None,
    )


def _from_quaternion(bcd: np.ndarray, offsets: np.ndarray, pixdim: np.ndarray) -> npt.NDArray[np.float64]:
    """NIfTI's method 2: a unit quaternion (b, c, d), the offsets, and the handedness in ``pixdim[0]``."""
    b, c, d = (float(component) for component in bcd)
    a = math.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d)))
    rotation = np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
    affine = np.eye(4)
    affine[:3, :3] = rotation * [pixdim[1], pixdim[2], pixdim[3] * (-1 if pixdim[0] < 0 else 1)]
    affine[:3, 3] = offsets
    return affine


def _require_whole_and_finite(content: bytes, header: NiftiHeader, path: Path) -> None:
    there = len(content) - header.data_offset
    if there < header.voxel_bytes:
        raise InputError(
            f"{path} is truncated: its header announces {header.voxel_bytes} bytes of voxels, {max(there, 0)} are there. "
            "Copy or export the file again."
        )
    if header.float_type is not None:
        count = header.voxel_bytes // header.float_type.itemsize
        voxels = np.frombuffer(content, header.float_type, count, header.data_offset)
        bad = int(np.count_nonzero(~np.isfinite(voxels)))
        if bad:
            raise InputError(not_finite_sentence(str(path), bad))


def _require_one_left(header: NiftiHeader, path: Path) -> None:
    if header.qform is None and header.sform is None:
        raise InputError(
            f"{path} does not say how it lies in the patient (qform and sform code are 0), so left and right cannot be told "
            "apart. Convert the DICOM series again with a converter that keeps the orientation."
        )
    if header.qform is None or header.sform is None:
        return
    across = int(np.argmax(np.abs(header.sform[0, :3])))
    if header.sform[0, across] * header.qform[0, across] < 0:
        raise InputError(
            f"{path} contradicts itself: its qform and its sform put the patient's left on opposite sides. "
            "Convert the DICOM series again."
        )


def _require_one_voxel_size(header: NiftiHeader, path: Path) -> None:
    if header.sform is None:
        return
    sizes = np.linalg.norm(header.sform[:3, :3], axis=0)
    if not np.allclose(sizes, header.spacing, rtol=VOXEL_SIZE_TOLERANCE):
        raise InputError(
            f"{path} contradicts itself: voxels of {_sizes(sizes)} mm (sform) and {_sizes(header.spacing)} mm (pixdim). "
            "Convert the DICOM series again."
        )


def _sizes(values: npt.NDArray[np.float64]) -> str:
    return " x ".join(f"{value:.4g}" for value in values)


def _content(path: Path) -> bytes:
    """The uncompressed file; reading a gzip stream to its end checks its checksum."""
    if path.name.lower().endswith(".gz"):
        with gzip.open(path, "rb") as file:
            return file.read()
    return path.read_bytes()
