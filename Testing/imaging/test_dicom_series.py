"""DICOM: the stack is placed by the slices' own positions; irregular stacks are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.reading import read_image

TILT = np.radians(15)
ROW = np.array([1.0, 0, 0])
COLUMN = np.array([0, np.cos(TILT), np.sin(TILT)])
NORMAL = np.cross(ROW, COLUMN)


def write_slice(folder: Path, number: int, position_mm: float, series: str, **changes) -> Path:
    """One slice of a tilted axial MR series; its voxels hold its number times 10 and the column index."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    data.SOPClassUID, data.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    data.StudyInstanceUID, data.SeriesInstanceUID, data.Modality = "1.2.3", series, "MR"
    data.SeriesDescription, data.SeriesNumber, data.InstanceNumber = "T2 TRA", 5, number
    data.FrameOfReferenceUID = "1.2.3.4"
    data.Rows, data.Columns, data.SamplesPerPixel, data.PhotometricInterpretation = 6, 5, 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
    data.PixelSpacing, data.SliceThickness = [0.6, 0.5], 3.0
    data.ImageOrientationPatient = [*ROW, *COLUMN]
    data.ImagePositionPatient = list(np.array([-70.0, -60, 40]) + NORMAL * position_mm)
    data.PixelData = (np.arange(30).reshape(6, 5) % 5 + 10 * number).astype(np.uint16).tobytes()
    for name, value in changes.items():
        setattr(data, name, value)
    path = folder / f"{number:03d}-{data.SOPInstanceUID[-6:]}.dcm"
    data.save_as(path, enforce_file_format=True)
    return path


def a_series(folder: Path, positions=(0.0, 4.0, 8.0), **changes) -> Path:
    series = generate_uid()
    for number, position in enumerate(positions):
        write_slice(folder, number, position, series, **changes)
    return folder


def test_a_series_with_gaps_is_placed_by_its_positions_not_its_thickness(tmp_path):
    image = read_image(a_series(tmp_path))
    assert image.spacing == pytest.approx((0.5, 0.6, 4.0))
    np.testing.assert_allclose(image.world([0, 0, 0]), [70, 60, 40])
    np.testing.assert_allclose(image.world([0, 0, 2]), np.array([70, 60, 40]) + NORMAL * 8 * [-1, -1, 1])
    assert image.array[2, 0].tolist() == [20, 21, 22, 23, 24]
    assert axial_view(image).image.array[2, 0].tolist() == [20, 21, 22, 23, 24]


def test_the_order_of_the_file_names_does_not_matter(tmp_path):
    series = generate_uid()
    for number, position in enumerate((8.0, 0.0, 4.0)):
        write_slice(tmp_path, number, position, series)
    assert read_image(tmp_path).array[:, 0, 0].tolist() == [10, 20, 0]


def test_the_rescale_slope_and_intercept_are_applied(tmp_path):
    image = read_image(a_series(tmp_path, RescaleSlope="2.5", RescaleIntercept="-1"))
    assert image.array[1, 0, 0] == pytest.approx(24.0)


def test_a_single_file_is_a_stack_of_one_slice_as_thick_as_its_header_says(tmp_path):
    image = read_image(write_slice(tmp_path, 1, 0.0, generate_uid()))
    assert image.array.shape == (1, 6, 5)
    assert image.spacing == pytest.approx((0.5, 0.6, 3.0))


def test_a_missing_slice_is_refused_with_the_distances(tmp_path):
    with pytest.raises(GeometryError, match=r"4\.00 to 8\.00 mm"):
        read_image(a_series(tmp_path, (0, 4, 12)))


def test_two_images_at_one_position_are_refused(tmp_path):
    with pytest.raises(GeometryError, match="several images at one position"):
        read_image(a_series(tmp_path, (0, 0, 4, 4)))


def test_blocks_tilted_to_each_disc_are_refused_with_their_angle(tmp_path):
    series = generate_uid()
    write_slice(tmp_path, 0, 0.0, series)
    write_slice(tmp_path, 1, 4.0, series, ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    with pytest.raises(GeometryError, match=r"15\.0 degrees"):
        read_image(tmp_path)


def test_several_series_in_one_folder_are_listed(tmp_path):
    a_series(tmp_path)
    a_series(tmp_path, SeriesDescription="T1 TRA", SeriesNumber=7)
    with pytest.raises(InputError, match=r"2 DICOM series .*T[12] TRA; .*T[12] TRA"):
        read_image(tmp_path)


def test_a_folder_without_images_and_a_slice_without_position_are_refused(tmp_path):
    with pytest.raises(InputError, match="no DICOM images"):
        read_image(tmp_path)
    path = write_slice(tmp_path, 0, 0.0, generate_uid())
    data = pydicom.dcmread(path)
    del data.ImagePositionPatient
    data.save_as(path)
    with pytest.raises(InputError, match="no usable position"):
        read_image(path)


def test_a_truncated_slice_is_refused(tmp_path):
    folder = a_series(tmp_path)
    last = sorted(folder.iterdir())[-1]
    last.write_bytes(last.read_bytes()[:-30])
    with pytest.raises(InputError, match=r"truncated"):
        read_image(folder)


def test_slices_shifted_against_each_other_are_refused_with_the_distance(tmp_path):
    series = generate_uid()
    for number in range(3):
        start = np.array([-70.0, -60, 40]) + NORMAL * 4 * number + ROW * (20 if number == 1 else 0)
        write_slice(tmp_path, number, 0.0, series, ImagePositionPatient=list(start))
    with pytest.raises(GeometryError, match=r"20\.0 mm"):
        read_image(tmp_path)


def test_a_single_image_is_as_thick_as_its_slice_whatever_the_way_to_the_next_disc(tmp_path):
    image = read_image(write_slice(tmp_path, 1, 0.0, generate_uid(), SpacingBetweenSlices=30.0))
    assert image.spacing[2] == pytest.approx(3.0)
