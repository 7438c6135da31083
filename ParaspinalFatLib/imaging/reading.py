"""Read one image from a file or a DICOM folder, or say in one sentence why it cannot be used."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.dicom_series import is_dicom_file, read_dicom_file, read_dicom_folder
from ParaspinalFatLib.imaging.header_orientation import require_orientation
from ParaspinalFatLib.imaging.image import Image, require_orthogonal
from ParaspinalFatLib.imaging.nifti_header import is_nifti, require_sound_header, require_trustworthy
from ParaspinalFatLib.imaging.voxels import require_signal

VOXEL_SIZES_MM = (0.05, 60.0)
"""Smallest and largest voxel edge that is believed; a file in metres or without a unit is far outside."""

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""SimpleITK and DICOM place voxels in LPS, this program and MRML in RAS."""


def read_image(path: Path | str) -> Image:
    """Read a scalar 3D image.

    Args:
        path: a NIfTI, NRRD or MetaImage file, one DICOM file, or a folder holding one DICOM series.

    Returns:
        The image with its rescale applied: integers as stored, floating point as float32.

    Raises:
        InputError: missing, unreadable or truncated; 2D, 4D, RGB or complex; NaN, constant or empty.
        GeometryError: sheared grid, or DICOM slices that do not form a regular stack.
    """
    path = Path(path)
    try:
        image = _read(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Check the path and who may read it.") from error
    _require_plausible_size(image, path)
    require_orthogonal(image, str(path))
    require_signal(image, str(path))
    return image


def read_grid(path: Path | str) -> Image:
    """Check an image and read where it lies, without its voxels where the format allows: every value of the array is 0.

    For a cohort to be looked through before the work begins. What only the voxels tell (NaN, constant values, damage in the
    middle of a file) is found when the image is read. DICOM is read as a whole.

    Args:
        path: as for :func:`read_image`.

    Raises:
        InputError, GeometryError: as :func:`read_image`, as far as headers show.
    """
    path = Path(path)
    if not path.is_file() or is_dicom_file(path):
        return read_image(path)
    _require_content(path)
    (require_sound_header if is_nifti(path) else require_orientation)(path)
    reader = sitk.ImageFileReader()
    with _sentences_of_itk(path):
        reader.SetFileName(str(path))
        reader.ReadImageInformation()
        _require_scalar_volume(reader, path)
    lps = np.eye(4)
    lps[:3, :3] = np.reshape(reader.GetDirection(), (len(reader.GetSize()), -1))[:3, :3] * reader.GetSpacing()[:3]
    lps[:3, 3] = reader.GetOrigin()[:3]
    image = Image(np.broadcast_to(np.uint8(0), reader.GetSize()[2::-1]), LPS_TO_RAS @ lps)
    _require_plausible_size(image, path)
    require_orthogonal(image, str(path))
    return image


def image_from_sitk(volume: sitk.Image) -> Image:
    """A SimpleITK image (LPS) as Image (RAS); arrays are copied."""
    array = sitk.GetArrayFromImage(volume)
    lps = np.eye(4)
    lps[:3, :3] = np.reshape(volume.GetDirection(), (3, 3)) * volume.GetSpacing()
    lps[:3, 3] = volume.GetOrigin()
    if array.dtype == np.float64:
        array = array.astype(np.float32)
    return Image(array, LPS_TO_RAS @ lps)


def sitk_from_image(image: Image) -> sitk.Image:
    """An Image (RAS) as SimpleITK image (LPS)."""
    lps = LPS_TO_RAS @ image.affine
    volume = sitk.GetImageFromArray(np.ascontiguousarray(image.array))
    volume.SetSpacing(image.spacing)
    volume.SetDirection((lps[:3, :3] / image.spacing).ravel().tolist())
    volume.SetOrigin(lps[:3, 3].tolist())
    return volume


def _read(path: Path) -> Image:
    if not path.exists():
        raise InputError(f"{path} does not exist. Check the path.")
    if path.is_dir():
        next(path.iterdir(), None)  # raises where the folder may not be read, which GDCM passes over
        return read_dicom_folder(path)
    return read_dicom_file(path) if is_dicom_file(path) else _read_file(path)


def _require_plausible_size(image: Image, path: Path) -> None:
    smallest, largest = VOXEL_SIZES_MM
    if min(image.spacing) < smallest or max(image.spacing) > largest:
        sizes = " x ".join(f"{size:.4g}" for size in image.spacing)
        raise InputError(
            f"{path} has voxels of {sizes} mm, which no MRI of a person has. Check the unit, and convert it again."
        )


def _read_file(path: Path) -> Image:
    _require_content(path)
    if is_nifti(path):
        require_trustworthy(path)
    else:
        require_orientation(path)
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    with _sentences_of_itk(path):
        reader.ReadImageInformation()
        volume_axes = _require_scalar_volume(reader, path)
        reader.SetExtractSize([*reader.GetSize()[:3], *[0] * (volume_axes - 3)])
        return image_from_sitk(reader.Execute())


def _require_content(path: Path) -> None:
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty (0 bytes). Copy or export the file again.")


@contextlib.contextmanager
def _sentences_of_itk(path: Path) -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise InputError(f"{path} cannot be read: {_reason(error)}") from error


def _require_scalar_volume(reader: sitk.ImageFileReader, path: Path) -> int:
    """Check what the header announces; returns the number of axes, of which those after the third have length 1."""
    size = reader.GetSize()
    if len(size) < 3:
        raise InputError(
            f"{path} is a 2D picture: it has no place in the patient, so nothing can be measured in mm. Give a 3D image "
            "(a single slice with its position and pixel size will do)."
        )
    if any(length != 1 for length in size[3:]):
        raise InputError(
            f"{path} is a series of {max(size[3:])} volumes (4D). Give one volume: for Dixon, water and fat as two files."
        )
    if reader.GetNumberOfComponents() != 1:
        kind = sitk.GetPixelIDValueAsString(reader.GetPixelID())
        what = (
            "complex numbers"
            if "complex" in kind.lower()
            else f"{reader.GetNumberOfComponents()} values per voxel (colour or vector)"
        )
        raise InputError(f"{path} has {what}. Give a greyscale magnitude image.")
    return len(size)


def _reason(error: RuntimeError) -> str:
    """The telling line of an ITK exception, which is long and ends with what went wrong."""
    text = str(error)
    if "orthonormal" in text:
        return "its voxel axes are not at right angles (sheared grid). Resample it to a rectangular grid first."
    if "Unable to determine ImageIO" in text or "No suitable ImageIO" in text:
        return "its header is damaged. Copy or export it again."
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"the file is truncated, damaged or of an unsupported kind ({lines[-1][:200]}). Copy or export it again."
