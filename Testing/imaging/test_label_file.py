"""Outlines are read from label images and from Slicer's segmentations, onto the image's grid, and never moved."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.label_file import read_labels
from ParaspinalFatLib.imaging.reading import sitk_from_image
from ParaspinalFatLib.imaging.writing import write_image

AFFINE = np.diag([-1.0, -1.0, 4.0, 1.0])
MF_RIGHT, MF_LEFT = 1, 2


@pytest.fixture
def grid() -> Image:
    return Image(np.zeros((2, 4, 6), np.int16), AFFINE)


def drawn(grid: Image) -> np.ndarray:
    labels = np.zeros(grid.array.shape, np.uint8)
    labels[0, 1:3, 1:3], labels[1, 1:3, 4:6] = MF_RIGHT, MF_LEFT
    return labels


def save_segments(path, array: np.ndarray, affine: np.ndarray, segments: dict[str, dict[str, object]]) -> None:
    """A .seg.nrrd as Slicer lays it out; ``array`` is (k, j, i) or (k, j, i, layer)."""
    image = sitk_from_image(Image(array if array.ndim == 3 else array[..., 0], affine))
    if array.ndim == 4:
        vector = sitk.GetImageFromArray(array, isVector=True)
        vector.CopyInformation(image)
        image = vector
    for number, (identifier, fields) in enumerate(segments.items()):
        image.SetMetaData(f"Segment{number}_ID", identifier)
        for name, value in fields.items():
            image.SetMetaData(f"Segment{number}_{name}", str(value))
    sitk.WriteImage(image, str(path), useCompression=True)


def test_a_label_image_with_our_values_is_read_as_it_is(grid, tmp_path):
    write_image(grid.with_array(drawn(grid).astype(np.float32)), tmp_path / "mask.nii.gz")
    labels = read_labels(tmp_path / "mask.nii.gz", grid)
    assert labels.array.dtype == np.uint8
    np.testing.assert_array_equal(labels.array, drawn(grid))


def test_segments_count_by_tag_id_or_name_whatever_value_slicer_gave_them(grid, tmp_path):
    array = np.zeros(grid.array.shape, np.uint8)
    array[0, 1:3, 1:3], array[1, 1:3, 4:6], array[0, 0, 0] = 7, 3, 5
    segments = {
        "Segment_1": {"LabelValue": 7, "Layer": 0, "Name": "x", "Tags": "A:b|ParaspinalFat.Structure:MF_right|C:D~E|"},
        "Segment_2": {"LabelValue": 3, "Layer": 0, "Name": "Left  Multifidus"},
        "tumour": {"LabelValue": 5, "Layer": 0, "Name": "tumour"},
    }
    save_segments(tmp_path / "a.seg.nrrd", array, AFFINE, segments)
    np.testing.assert_array_equal(read_labels(tmp_path / "a.seg.nrrd", grid).array, drawn(grid))


def test_segments_of_others_can_be_told_from_background_and_do_not_cover_ours(grid, tmp_path):
    array = np.zeros(grid.array.shape, np.uint8)
    array[0, 1:3, 1:3], array[0, 0] = 1, 2
    skin = np.ones_like(array)
    segments = {"MF_right": {"Layer": 0}, "tumour": {"LabelValue": 2, "Layer": 0}, "skin": {"Layer": 1}}
    save_segments(tmp_path / "a.seg.nrrd", np.stack([array, skin], axis=-1), AFFINE, segments)
    for others in (0, 255):
        labels = read_labels(tmp_path / "a.seg.nrrd", grid, others=others).array
        np.testing.assert_array_equal(labels, np.where(array == 1, MF_RIGHT, others))


def test_of_overlapping_layers_the_segment_listed_last_wins(grid, tmp_path):
    array = np.zeros((*grid.array.shape, 2), np.uint8)
    array[0, 1, 1, 0] = array[0, 1, 1:3, 1] = 1
    segments = {"MF_right": {"LabelValue": 1, "Layer": 0}, "MF_left": {"LabelValue": 1, "Layer": 1}}
    save_segments(tmp_path / "a.seg.nrrd", array, AFFINE, segments)
    labels = read_labels(tmp_path / "a.seg.nrrd", grid).array
    assert labels[0, 1, 1] == labels[0, 1, 2] == MF_LEFT
    assert np.count_nonzero(labels) == 2


def test_a_segmentation_of_a_part_of_the_grid_is_put_in_its_place(grid, tmp_path):
    affine = AFFINE.copy()
    affine[:3, 3] = grid.world([1, 1, 0])
    save_segments(
        tmp_path / "a.seg.nrrd",
        drawn(grid)[:, 1:3, 1:6],
        affine,
        {"MF_right": {"LabelValue": 1}, "MF_left": {"LabelValue": 2}},
    )
    np.testing.assert_array_equal(read_labels(tmp_path / "a.seg.nrrd", grid).array, drawn(grid))


@pytest.mark.parametrize("shift", [(0.5, 0, 0), (0, 0, 4), (-40, 0, 0)])
def test_outlines_of_another_place_are_refused(grid, tmp_path, shift):
    affine = AFFINE.copy()
    affine[:3, 3] = shift
    write_image(Image(drawn(grid), affine), tmp_path / "mask.nii.gz")
    with pytest.raises(GeometryError, match=r"The outlines .*one grid"):
        read_labels(tmp_path / "mask.nii.gz", grid)


def test_outlines_that_reach_beyond_the_image_are_refused(grid, tmp_path):
    write_image(Image(np.pad(drawn(grid), ((0, 0), (0, 3), (0, 0))), AFFINE), tmp_path / "mask.nii.gz")
    with pytest.raises(GeometryError, match="one grid"):
        read_labels(tmp_path / "mask.nii.gz", grid)


def test_what_is_no_label_image_of_ours_is_refused(grid, tmp_path):
    write_image(grid.with_array(np.linspace(0, 3.3, 48, dtype=np.float32).reshape(2, 4, 6)), tmp_path / "grey.nii.gz")
    write_image(grid.with_array(np.where(drawn(grid) == 1, 200, 0).astype(np.uint8)), tmp_path / "other.nii.gz")
    save_segments(tmp_path / "other.seg.nrrd", drawn(grid), AFFINE, {"liver": {"LabelValue": 1, "Name": "liver"}})
    for name, sentence in (
        ("grey.nii.gz", "no label image"),
        ("other.nii.gz", "no structure"),
        ("other.seg.nrrd", "no structure"),
    ):
        with pytest.raises(InputError, match=sentence):
            read_labels(tmp_path / name, grid)
    with pytest.raises(InputError, match="does not exist"):
        read_labels(tmp_path / "nothere.seg.nrrd", grid)
