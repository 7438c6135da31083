"""Classes made of partial labels."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.training.levels.spines import between, load_spine, load_spines
from ParaspinalFatLib.training.partial_labels import UNKNOWN

ROWS = {"body": 22, "disc": 8}


def write(folder, labels: np.ndarray) -> None:
    """Image and labels given in axial order (k up, j to posterior, i)."""
    folder.mkdir(parents=True)
    for name, array in (("image", labels.astype(np.int16) * 10 + 5), ("labels", labels)):
        sitk.WriteImage(sitk.GetImageFromArray(array), str(folder / f"{name}.nii.gz"))


def column(values, width: int = 9, height: int = 200) -> np.ndarray:
    """Bodies and discs in turn from row 20 on; values of 0 stay empty."""
    labels = np.zeros((height, 70, width), np.uint8)
    row = 20
    for number, value in enumerate(values):
        size = ROWS["disc" if number % 2 == 0 else "body"]
        labels[row : row + size, 20:50] = value
        row += size
    return labels


def test_five_bodies_give_discs_between_them_and_the_rest_is_unknown(tmp_path):
    write(tmp_path / "sagittal_vertebrae" / "vb3_00", column((0, 5, 0, 4, 0, 3, 0, 2, 0, 1)))
    spine = load_spine(tmp_path / "sagittal_vertebrae" / "vb3_00")
    plane = spine.labels[len(spine.labels) // 2]
    assert plane[39, 35] == SpineClass.LOWEST_BODY
    assert plane[54, 35] == SpineClass.DISC
    assert plane[69, 35] == SpineClass.BODY
    assert plane[23, 35] == SpineClass.LOWEST_DISC
    assert plane[5, 35] == plane[190, 35] == UNKNOWN
    assert plane[100, 5] == SpineClass.BACKGROUND
    assert np.isnan(spine.discs[0]).all()
    assert spine.discs[1] == pytest.approx((53.5, 34.5), abs=1.0)


def test_the_lowest_of_unnumbered_discs_lies_on_the_sacrum(tmp_path):
    labels = column((2, 1, 2, 1, 2, 1, 2, 1))
    labels[20:140, 55:62] = 3
    labels[30:50, 64:69] = 1
    write(tmp_path / "spider_t2_sagittal" / "spider_000", labels)
    spine = load_spine(tmp_path / "spider_t2_sagittal" / "spider_000")
    plane = spine.labels[0]
    assert plane[23, 35] == SpineClass.LOWEST_DISC
    assert plane[40, 35] == SpineClass.LOWEST_BODY
    assert plane[53, 35] == SpineClass.DISC
    assert plane[70, 35] == SpineClass.BODY
    assert plane[40, 66] == SpineClass.BACKGROUND
    assert spine.discs[0] == pytest.approx((23.5, 34.5))


def test_between_two_discs_lies_a_body_and_beside_them_nothing():
    one, other = np.zeros((2, 60, 60), bool)
    one[10:14, 20:40] = other[38:42, 20:40] = True
    inside = between(one, other, 40.0)
    assert inside[25, 30]
    assert not inside[25, 50]
    assert not between(one, other, 20.0).any()


@pytest.fixture
def two_sets(tmp_path):
    """A spine in each of the sets."""
    write(tmp_path / "sagittal_vertebrae" / "vb3_00", column((0, 5, 0, 4, 0, 3, 0, 2, 0, 1)))
    labels = column((2, 1, 2, 1, 2, 1, 2, 1))
    labels[20:140, 55:62] = 3
    write(tmp_path / "spider_t2_sagittal" / "spider_000", labels)
    return tmp_path


def test_subjects_and_whole_sets_are_left_out(two_sets):
    for without in ("vb3_00", "sagittal_vertebrae"):
        assert [spine.name for spine in load_spines(two_sets, [without])] == ["spider_000"]


def test_a_name_to_leave_out_that_no_spine_has_is_refused(two_sets):
    with pytest.raises(InputError, match=r"Nobody is called vb3_01, .* spider_000, spider_t2_sagittal, vb3_00"):
        load_spines(two_sets, ["vb3_01"])


def test_two_spines_of_one_name_are_refused(two_sets):
    write(two_sets / "spider_t2_sagittal" / "vb3_00", column((2, 1, 2, 1)))
    with pytest.raises(InputError, match="Two subjects are called vb3_00"):
        load_spines(two_sets)


def test_a_folder_without_scans_is_refused(tmp_path):
    with pytest.raises(InputError, match="No sagittal scan"):
        load_spines(tmp_path)
