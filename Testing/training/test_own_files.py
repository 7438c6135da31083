"""A user's images and labels: on one grid and in axial order whatever the order in which each file stores its voxels."""

import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.training.own_files import read_own_files, to_unit

AXIAL = np.diag([-0.8, -0.9, 4.0, 1.0])


@pytest.fixture
def files(tmp_path):
    """Writes an image and labels of 3 slices of 8 x 10 pixels; the image's grid is to be given."""

    def write(array, affine):
        labels = np.zeros((3, 8, 10), np.uint8)
        labels[1, 2:5, 1:4] = 1
        write_image(Image(labels, AXIAL), tmp_path / "labels.nii.gz")
        write_image(Image(array, np.array(affine)), tmp_path / "image.nii.gz")
        return {"image": tmp_path / "image.nii.gz"}, tmp_path / "labels.nii.gz"

    return write


def test_files_that_store_their_axes_differently_come_in_one_order(files):
    image = np.arange(240, dtype=np.float32).reshape(3, 8, 10)
    affine = AXIAL @ np.diag([1.0, -1.0, 1.0, 1.0])
    affine[:3, 3] = AXIAL[:3, :3] @ [0, 7, 0]
    own = read_own_files(*files(image[:, ::-1], affine))
    np.testing.assert_allclose(own.images["image"], to_unit(image))
    assert own.labels[1, 2, 1] == 1
    assert own.pixel_mm == pytest.approx((0.9, 0.8))


def test_a_stack_that_is_not_axial_is_refused_by_name(files):
    sagittal = [[0, 0, 4.0, 0], [-0.9, 0, 0, 0], [0, 0.8, 0, 0], [0, 0, 0, 1]]
    with pytest.raises(GeometryError, match=r"image\.nii\.gz is not an axial acquisition"):
        read_own_files(*files(np.arange(240, dtype=np.float32).reshape(3, 8, 10), sagittal))


def test_grey_values_are_brought_to_one_scale():
    values = to_unit(np.linspace(-100, 1000, 111).astype(np.int16))
    assert values.min() == 0
    assert np.percentile(values, 99) == pytest.approx(1.0)
