"""Read one DICOM series and place it by the slices' own positions, refusing stacks that are not regular.

The slice distance is taken from the positions (0020,0032), never from SliceThickness: gaps between slices count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom
import SimpleITK as sitk

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.image import Image

SLICE_SPACING_TOLERANCE = 0.02
"""Slice distances of one stack may differ by this part of their median (rounding of positions in the header): volumes
change by at most as much. A missing slice differs by 100 %."""

LINE_TOLERANCE_PIXELS = 0.1
"""How far a slice may lie from its place in a straight stack: rounding of positions moves it far less than a pixel."""

DIRECTION_TOLERANCE_DEGREES = 0.1
"""Slices of one stack are parallel to within this angle; one stack per disc differs by degrees."""


@dataclass(frozen=True)
class _Slice:
    """Where one DICOM slice lies: LPS mm, as stored."""

    path: Path
    position: npt.NDArray[np.float64]
    row_direction: npt.NDArray[np.float64]
    column_direction: npt.NDArray[np.float64]
    pixel_spacing: tuple[float, float]
    size: tuple[int, int]

    @property
    def normal(self) -> npt.NDArray[np.float64]:
        return np.cross(self.row_direction, self.column_direction)


def is_dicom_file(path: Path) -> bool:
    """Whether a file starts as DICOM files do (128 bytes, then DICM)."""
    with path.open("rb") as file:
        return file.read(132)[128:] == b"DICM"


def read_dicom_folder(folder: Path) -> Image:
    """Read the one series in a folder.

    Raises:
        InputError: no series or several in the folder, or it holds no scalar image.
        GeometryError: slices not parallel, at equal positions, or unequally spaced.
    """
    series = sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder))
    if not series:
        raise InputError(f"{folder} holds no DICOM images. Give a folder with one DICOM series, or an image file.")
    if len(series) > 1:
        raise InputError(
            f"{folder} holds {len(series)} DICOM series ({_described(folder, series)}). Give a folder with one of them."
        )
    paths = [Path(name) for name in sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), series[0])]
    _require_none_passed_over(folder, paths)
    return _read_files(paths, folder)


def read_dicom_file(path: Path) -> Image:
    """Read one DICOM file: a single slice."""
    return _read_files([path], path)


def _read_files(paths: Sequence[Path], source: Path) -> Image:
    slices = sorted((_slice_of(path) for path in paths), key=lambda one: float(one.position @ one.normal))
    _require_parallel(slices, source)
    spacing = _slice_spacing(slices, source)
    try:
        planes = [_pixels(one.path) for one in slices]
    except RuntimeError as error:
        raise InputError(f"{source} cannot be read as DICOM; a file is truncated or of an unsupported kind.") from error
    first = slices[0]
    lps = np.eye(4)
    lps[:3, 0] = first.row_direction * first.pixel_spacing[1]
    lps[:3, 1] = first.column_direction * first.pixel_spacing[0]
    lps[:3, 2] = _step(slices, spacing)
    lps[:3, 3] = first.position
    return Image(np.stack(planes), np.diag([-1.0, -1.0, 1.0, 1.0]) @ lps)


def _require_none_passed_over(folder: Path, used: Sequence[Path]) -> None:
    """Raise InputError if the folder has image files in no series: GDCM drops truncated ones without a word."""
    for path in sorted(set(folder.iterdir()) - set(used)):
        if path.is_file() and is_dicom_file(path) and "Rows" in pydicom.dcmread(path, stop_before_pixels=True):
            raise InputError(f"{path} is truncated or damaged. Copy or export the series again.")


def _slice_of(path: Path) -> _Slice:
    try:
        header = pydicom.dcmread(path, stop_before_pixels=True)
        if int(header.get("NumberOfFrames", 1)) > 1:
            raise InputError(
                f"{path} is a multi-frame DICOM file, not read here. Convert it to NIfTI, or load it in Slicer first."
            )
        if int(header.get("SamplesPerPixel", 1)) != 1:
            raise InputError(f"{path} is a colour image. Give the greyscale MRI series.")
        orientation = np.array(header.ImageOrientationPatient, dtype=float)
        return _Slice(
            path,
            np.array(header.ImagePositionPatient, dtype=float),
            orientation[:3],
            orientation[3:],
            (float(header.PixelSpacing[0]), float(header.PixelSpacing[1])),
            (int(header.Rows), int(header.Columns)),
        )
    except (AttributeError, TypeError, ValueError, pydicom.errors.InvalidDicomError) as error:
        raise InputError(
            f"{path} has no usable position, orientation or pixel size in its DICOM header. Give the original axial series."
        ) from error


def _pixels(path: Path) -> np.ndarray:
    """The rescaled pixels of one slice, (rows, columns)."""
    array = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    plane = array[0] if array.ndim == 3 else array
    return plane.astype(np.float32) if plane.dtype == np.float64 else plane


def _require_parallel(slices: Sequence[_Slice], source: Path) -> None:
    first = slices[0]
    for one in slices:
        if one.size != first.size or not np.allclose(one.pixel_spacing, first.pixel_spacing, rtol=1e-4):
            raise GeometryError(f"{source}: the slices differ in size or pixel size. Give one series of one acquisition.")
        cosine = min(float(one.row_direction @ first.row_direction), float(one.column_direction @ first.column_direction))
        angle = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
        if angle > DIRECTION_TOLERANCE_DEGREES:
            raise GeometryError(
                f"{source}: the slices are not parallel (turned by {angle:.1f} degrees), as with one block per disc. "
                "Give each block, or each single slice, by itself."
            )


def _slice_spacing(slices: Sequence[_Slice], source: Path) -> float:
    """Distance in mm between neighbouring slice centres along the normal; the slice thickness for a single slice."""
    if len(slices) == 1:
        header = pydicom.dcmread(slices[0].path, stop_before_pixels=True)
        # Not SpacingBetweenSlices, the way to the next slice, which is the next disc where there is one image per disc.
        thickness = float(header.get("SliceThickness", 0) or 0)
        if thickness <= 0:
            raise InputError(
                f"{source} does not say how thick its slice is, so no volume follows. Give the original series."
            )
        return thickness
    distances = np.diff([float(one.position @ slices[0].normal) for one in slices])
    usual = float(np.median(distances))
    if distances.min() < 1e-3:
        raise GeometryError(
            f"{source} holds several images at one position (for example water and fat, or several echoes, in one series). "
            "Give a folder with one image per position."
        )
    if np.any(np.abs(distances - usual) > SLICE_SPACING_TOLERANCE * usual):
        raise GeometryError(
            f"{source}: the slices are not equally spaced ({distances.min():.2f} to {distances.max():.2f} mm). "
            "One may be missing: give the complete series."
        )
    _require_one_line(slices, source)
    return float(np.mean(distances))


def _require_one_line(slices: Sequence[_Slice], source: Path) -> None:
    """Raise GeometryError if slices lie beside the straight line through the stack, as after the patient moved."""
    positions = np.array([one.position for one in slices])
    straight = np.linspace(positions[0], positions[-1], len(positions))
    worst = float(np.max(np.linalg.norm(positions - straight, axis=1)))
    if worst > LINE_TOLERANCE_PIXELS * min(slices[0].pixel_spacing) + SLICE_SPACING_TOLERANCE:
        raise GeometryError(
            f"{source}: the slices are shifted against each other (by up to {worst:.1f} mm) and form no straight stack. "
            "Give each block of slices by itself."
        )


def _step(slices: Sequence[_Slice], spacing: float) -> npt.NDArray[np.float64]:
    """Vector from one slice's origin to the next, LPS mm; along the normal for a single slice."""
    if len(slices) == 1:
        return slices[0].normal * spacing
    return (slices[-1].position - slices[0].position) / (len(slices) - 1)


def _described(folder: Path, series: Sequence[str]) -> str:
    """Numbers and descriptions of the series, which carry no patient data."""
    names = []
    for identifier in series[:6]:
        first = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), identifier)[0]
        header = pydicom.dcmread(first, stop_before_pixels=True, specific_tags=["SeriesNumber", "SeriesDescription"])
        names.append(f"{header.get('SeriesNumber', '?')} {header.get('SeriesDescription', '')}".strip())
    return "; ".join(names)
