"""Surface distances against closed forms and against SimpleITK's own distance maps."""

import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.agreement.surface import surface, surface_distances

SPACING = (4.0, 0.7, 0.5)


def blob(centre, radii, shape=(14, 40, 44)):
    """A drawn ellipsoid, radii in mm along k, j, i."""
    grid = np.meshgrid(*(np.arange(n) * mm for n, mm in zip(shape, SPACING, strict=True)), indexing="ij")
    return sum(((axis - c) / r) ** 2 for axis, c, r in zip(grid, centre, radii, strict=True)) <= 1


@pytest.fixture
def two_blobs():
    return blob((26, 13, 10), (17, 8, 6)), blob((24, 14.5, 11), (15, 8, 7))


def itk_distances(a, b):
    """Distance of each contour voxel of a to the contour of b, by SimpleITK's filters."""
    images = [sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in (a, b)]
    for image in images:
        image.SetSpacing(SPACING[::-1])
    contours = [sitk.LabelContour(image) for image in images]
    distance = sitk.SignedMaurerDistanceMap(contours[1], squaredDistance=False, useImageSpacing=True)
    return np.abs(sitk.GetArrayFromImage(distance))[sitk.GetArrayFromImage(contours[0]) > 0]


def test_distances_are_those_of_simpleitk(two_blobs):
    found = surface_distances(*two_blobs, SPACING)
    assert found.from_truth == pytest.approx(itk_distances(*two_blobs), abs=1e-4)
    assert found.from_prediction == pytest.approx(itk_distances(*two_blobs[::-1]), abs=1e-4)


def test_the_hausdorff_distance_is_that_of_simpleitk(two_blobs):
    images = [sitk.GetImageFromArray(mask.astype(np.uint8)) for mask in two_blobs]
    for image in images:
        image.SetSpacing(SPACING[::-1])
    judge = sitk.HausdorffDistanceImageFilter()
    judge.Execute(*images)
    assert surface_distances(*two_blobs, SPACING).hausdorff_mm == pytest.approx(judge.GetHausdorffDistance(), abs=1e-4)


def test_boxes_moved_along_the_thick_axis_are_one_slice_apart():
    box = np.zeros((8, 9, 9), bool)
    box[2:5, 2:7, 2:7] = True
    found = surface_distances(box, np.roll(box, 1, axis=0), SPACING)
    assert found.hausdorff_mm == SPACING[0]


def test_a_shell_around_a_box_is_one_voxel_away_everywhere():
    inner = np.zeros((9, 9, 9), bool)
    inner[3:6, 3:6, 3:6] = True
    outer = np.zeros_like(inner)
    outer[2:7, 2:7, 2:7] = True
    found = surface_distances(inner, outer, (1, 1, 1))
    assert np.all(found.from_truth == 1)
    assert found.hausdorff_mm == pytest.approx(np.sqrt(3))  # the corners of the outer box
    assert found.hd95_mm == pytest.approx(np.percentile(found.from_prediction, 95))


def test_hd95_is_the_larger_one_of_the_two_directions():
    line = np.zeros((1, 1, 101), bool)
    line[..., 0] = True
    longer = np.ones((1, 1, 101), bool)
    found = surface_distances(line, longer, (1, 1, 1))
    assert found.hd95_mm == 95
    assert found.average_mm == pytest.approx(np.arange(101).sum() / 102)


def test_a_mask_at_the_border_of_the_image_has_its_surface_there():
    assert surface(np.ones((3, 3, 3), bool)).sum() == 26


def test_a_face_towards_what_is_not_known_is_no_surface():
    mask = np.zeros((1, 1, 9), bool)
    mask[..., 2:6] = True
    known = np.ones_like(mask)
    known[..., 6:] = False
    flat = surface(np.repeat(mask, 9, axis=1).repeat(9, axis=0), np.repeat(known, 9, axis=1).repeat(9, axis=0))
    assert flat[4, 4].tolist() == [False, False, True, False, False, False, False, False, False]


def test_without_a_surface_there_is_no_distance():
    mask = np.ones((2, 2, 2), bool)
    assert surface_distances(mask, ~mask, (1, 1, 1)) is None


def test_the_surface_of_a_single_slice_is_its_outline():
    truth = np.zeros((1, 20, 20), bool)
    truth[0, 2:18, 2:18] = True
    smaller = np.zeros_like(truth)
    smaller[0, 4:16, 4:16] = True
    assert surface(truth).sum() == 60
    found = surface_distances(truth, smaller, (5.0, 1.0, 1.0))
    assert found.average_mm > 2.0
    assert found.hd95_mm > 2.0
