"""Reading: every accepted format gives the same image; every unusable file gives one clear sentence."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_grid, read_image
from ParaspinalFatLib.imaging.writing import write_image

AFFINE_RECTANGULAR = np.diag([-1.0, -1.0, 4.0, 1.0])
RANDOM = np.random.default_rng(0)


def an_image() -> Image:
    """4 x 6 x 5 distinct voxels on an oblique rectangular grid."""
    tilt = np.radians(10)
    axes = np.array([[-1, 0, 0], [0, -np.cos(tilt), -np.sin(tilt)], [0, -np.sin(tilt), np.cos(tilt)]])
    affine = np.eye(4)
    affine[:3, :3] = axes * (0.7, 0.8, 4.0)
    affine[:3, 3] = (90, 80, -50)
    return Image(np.arange(120, dtype=np.int16).reshape(4, 6, 5), affine)


@pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd", ".mha"])
def test_every_format_gives_back_the_voxels_and_their_places(tmp_path, ending):
    write_image(an_image(), tmp_path / f"scan{ending}")
    image = read_image(tmp_path / f"scan{ending}")
    np.testing.assert_array_equal(image.array, an_image().array)
    np.testing.assert_allclose(image.affine, an_image().affine, atol=1e-4)


def test_the_affine_is_the_one_another_library_reads(tmp_path):
    write_image(an_image(), tmp_path / "scan.nii.gz")
    np.testing.assert_allclose(
        read_image(tmp_path / "scan.nii.gz").affine, nibabel.load(tmp_path / "scan.nii.gz").affine, atol=1e-4
    )


def test_a_file_with_only_a_qform_or_only_an_sform_is_read(tmp_path):
    for name, codes in {"q.nii": (1, 0), "s.nii": (0, 2)}.items():
        volume = nibabel.Nifti1Image(an_image().array.T, an_image().affine)
        volume.set_qform(an_image().affine, codes[0])
        volume.set_sform(an_image().affine, codes[1])
        nibabel.save(volume, tmp_path / name)
        np.testing.assert_allclose(read_image(tmp_path / name).affine, an_image().affine, atol=1e-4)


def test_a_fourth_axis_of_length_one_is_no_obstacle(tmp_path):
    nibabel.save(nibabel.Nifti1Image(an_image().array.T[..., None], an_image().affine), tmp_path / "scan.nii.gz")
    np.testing.assert_array_equal(read_image(tmp_path / "scan.nii.gz").array, an_image().array)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.nii\.gz does not exist"):
        read_image(tmp_path / "absent.nii.gz")


@pytest.mark.parametrize("ending", [".nii.gz", ".nii", ".nrrd", ".mha"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.95])
def test_a_truncated_file_is_refused_and_never_filled_with_zeros(tmp_path, ending, part):
    noise = RANDOM.integers(0, 1000, (20, 40, 40)).astype(np.int16)
    whole = tmp_path / f"scan{ending}"
    write_image(Image(noise, AFFINE_RECTANGULAR), whole)
    content = whole.read_bytes()
    whole.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(InputError, match="export"):
        read_image(whole)


def test_a_damaged_byte_inside_a_compressed_file_is_noticed(tmp_path):
    path = tmp_path / "scan.nii.gz"
    write_image(an_image(), path)
    content = bytearray(path.read_bytes())
    content[-6] ^= 0xFF  # in the checksum
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match="damaged"):
        read_image(path)


def test_a_text_file_is_not_an_image(tmp_path):
    (tmp_path / "notes.txt").write_text("not an image")
    with pytest.raises(InputError, match="none of NIfTI, NRRD, MetaImage or DICOM"):
        read_image(tmp_path / "notes.txt")
    (tmp_path / "notes.nii").write_bytes(b"x" * 600)
    with pytest.raises(InputError, match="not a NIfTI file"):
        read_image(tmp_path / "notes.nii")
    with gzip.open(tmp_path / "notes.nii.gz", "wb") as file:
        file.write(b"x" * 600)
    with pytest.raises(InputError, match="not a NIfTI file"):
        read_image(tmp_path / "notes.nii.gz")


def test_two_dimensional_data_is_refused(tmp_path):
    sitk.WriteImage(sitk.GetImageFromArray(np.arange(12, dtype=np.int16).reshape(3, 4)), tmp_path / "flat.mha")
    with pytest.raises(InputError, match="2D picture"):
        read_image(tmp_path / "flat.mha")


def test_a_series_of_volumes_is_refused_with_their_number(tmp_path):
    nibabel.save(nibabel.Nifti1Image(RANDOM.random((4, 4, 4, 6)), np.eye(4)), tmp_path / "series.nii.gz")
    with pytest.raises(InputError, match="6 volumes"):
        read_image(tmp_path / "series.nii.gz")


def test_colour_and_complex_data_are_refused_by_name(tmp_path):
    colour = sitk.GetImageFromArray(RANDOM.integers(0, 255, (3, 4, 5, 3)).astype(np.uint8), isVector=True)
    sitk.WriteImage(colour, tmp_path / "colour.nrrd")
    with pytest.raises(InputError, match="3 values per voxel"):
        read_image(tmp_path / "colour.nrrd")
    nibabel.save(nibabel.Nifti1Image(RANDOM.random((4, 4, 4)).astype(np.complex64), np.eye(4)), tmp_path / "complex.nii")
    with pytest.raises(InputError, match="complex"):
        read_image(tmp_path / "complex.nii")


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.full((3, 4, 5), 7, np.int16), "every voxel has the value 7"),
        (np.where(np.arange(60).reshape(3, 4, 5) == 30, np.nan, 1.5).astype(np.float32), "1 voxels that are not finite"),
        (np.where(np.arange(60).reshape(3, 4, 5) > 57, np.inf, 1.5).astype(np.float32), "2 voxels that are not finite"),
    ],
)
def test_values_that_cannot_be_measured_are_refused(tmp_path, array, message):
    write_image(Image(array, AFFINE_RECTANGULAR), tmp_path / "scan.nii.gz")
    with pytest.raises(InputError, match=message):
        read_image(tmp_path / "scan.nii.gz")


def test_a_sheared_grid_is_refused(tmp_path):
    sheared = np.eye(4)
    sheared[0, 2] = 0.3
    nibabel.save(nibabel.Nifti1Image(RANDOM.random((4, 4, 4)), sheared), tmp_path / "sheared.nii")
    with pytest.raises((InputError, GeometryError), match=r"right angles|sheared"):
        read_image(tmp_path / "sheared.nii")


def test_a_file_that_does_not_say_where_left_is_is_refused(tmp_path):
    volume = nibabel.Nifti1Image(RANDOM.random((4, 4, 4)), None)
    volume.set_qform(None, 0)
    volume.set_sform(None, 0)
    nibabel.save(volume, tmp_path / "nowhere.nii")
    with pytest.raises(InputError, match="left and right cannot be told apart"):
        read_image(tmp_path / "nowhere.nii")


def test_a_file_whose_two_orientations_disagree_about_left_is_refused(tmp_path):
    volume = nibabel.Nifti1Image(RANDOM.random((4, 4, 4)), np.eye(4))
    volume.set_qform(np.diag([-1.0, 1, 1, 1]), 1)
    volume.set_sform(np.eye(4), 1)
    nibabel.save(volume, tmp_path / "twofaced.nii")
    with pytest.raises(InputError, match="opposite sides"):
        read_image(tmp_path / "twofaced.nii")


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = Path(tmp_path / "scan.unknown")
    path.write_text("old")
    with pytest.raises(Exception, match="ending"):
        write_image(an_image(), path)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["scan.unknown"]


def test_a_file_that_states_two_voxel_sizes_is_refused(tmp_path):
    volume = nibabel.Nifti1Image(RANDOM.random((4, 4, 4)), np.diag([1.25, 1.25, 5, 1]))
    nibabel.save(volume, tmp_path / "scan.nii")
    content = bytearray((tmp_path / "scan.nii").read_bytes())
    content[80:92] = np.array([1, 1, 1], "<f4").tobytes()  # pixdim[1:4]
    (tmp_path / "scan.nii").write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"1\.25 x 1\.25 x 5 mm \(sform\) and 1 x 1 x 1 mm \(pixdim\)"):
        read_image(tmp_path / "scan.nii")


@pytest.mark.parametrize(("ending", "line"), [(".nrrd", b"space: "), (".mha", b"TransformMatrix = ")])
def test_a_header_without_an_orientation_is_refused_in_other_formats_too(tmp_path, ending, line):
    path = tmp_path / f"scan{ending}"
    write_image(an_image(), path)
    lines = path.read_bytes().split(b"\n")
    start = next(number for number, text in enumerate(lines) if text.startswith(line))
    path.write_bytes(b"\n".join(lines[:start] + lines[start + 1 :]))
    with pytest.raises(InputError, match="left and right cannot be told apart"):
        read_image(path)


def test_a_format_that_carries_no_orientation_is_refused_by_name(tmp_path):
    sitk.WriteImage(sitk.GetImageFromArray(np.arange(24, dtype=np.int16).reshape(2, 3, 4)), tmp_path / "scan.vtk")
    with pytest.raises(InputError, match="none of NIfTI, NRRD, MetaImage or DICOM"):
        read_image(tmp_path / "scan.vtk")


def test_voxels_of_half_a_metre_are_not_believed(tmp_path):
    write_image(Image(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.diag([500.0, 500, 500, 1])), tmp_path / "scan.mha")
    with pytest.raises(InputError, match="500 x 500 x 500 mm"):
        read_image(tmp_path / "scan.mha")


@pytest.mark.skipif(os.name == "nt", reason="needs file permissions")
def test_a_file_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    write_image(an_image(), tmp_path / "scan.mha")

    def refused(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)  # root, as which tests may run, is never refused
    with pytest.raises(InputError, match=r"scan\.mha cannot be read: Permission denied"):
        read_image(tmp_path / "scan.mha")


@pytest.mark.parametrize("name", ["a.nii.gz", "a.nii", "a.nrrd", "a.mha"])
def test_the_grid_alone_is_that_of_the_whole_image(tmp_path, name):
    write_image(an_image(), tmp_path / name)
    whole, grid = read_image(tmp_path / name), read_grid(tmp_path / name)
    assert grid.array.shape == whole.array.shape
    np.testing.assert_allclose(grid.affine, whole.affine, atol=1e-6)
    assert not grid.array.any()


def test_a_truncated_file_is_found_without_its_voxels_being_read(tmp_path):
    noise = np.random.default_rng(0).integers(0, 1000, (4, 30, 30)).astype(np.int16)
    for name in ("a.nii.gz", "a.nii"):
        write_image(Image(noise, np.diag([-1.0, -1.0, 4.0, 1.0])), tmp_path / name)
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content[:-20])
        with pytest.raises(InputError, match="truncated"):
            read_grid(tmp_path / name)


def test_a_file_in_several_gzip_members_is_not_taken_for_truncated(tmp_path):
    write_image(Image(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.diag([-1.0, -1.0, 4.0, 1.0])), tmp_path / "a.nii")
    content = (tmp_path / "a.nii").read_bytes()
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(content[:360]) + gzip.compress(content[360:]))
    assert read_grid(tmp_path / "b.nii.gz").array.shape == (2, 3, 4)


def test_what_headers_show_is_refused_as_when_the_image_is_read(tmp_path):
    (tmp_path / "empty.nii.gz").write_bytes(b"")
    (tmp_path / "text.nrrd").write_text("no image")
    for name, sentence in (
        ("empty.nii.gz", "0 bytes"),
        ("text.nrrd", "does not say how"),
        ("nothere.nii", "does not exist"),
    ):
        with pytest.raises(InputError, match=sentence):
            read_grid(tmp_path / name)
