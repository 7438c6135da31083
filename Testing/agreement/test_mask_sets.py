"""Two sets of masks, case by case."""

import numpy as np
import pytest
from agreement.drawn_masks import boxes, write_labels

from ParaspinalFatLib.agreement.mask_sets import compare_masks, summary
from ParaspinalFatLib.agreement.masks import Labelling, mask_files

OWN = (Labelling({}), Labelling({}))


@pytest.fixture
def two_sets(tmp_path):
    for case in ("k1", "k2"):
        write_labels(tmp_path / "a" / f"{case}.nii.gz", boxes())
    write_labels(tmp_path / "b" / "k1.nii.gz", boxes())
    write_labels(tmp_path / "b" / "k2.nii.gz", boxes(shift=1))
    return tmp_path


def compared(folder):
    return compare_masks(mask_files(folder / "a"), mask_files(folder / "b"), OWN)


def test_equal_masks_have_dice_1_and_moved_ones_the_counted_value(two_sets):
    found = {(one.case, one.structure): one.overlap for one in compared(two_sets).overlaps}
    assert found["k1", "MF"].dice == 1
    assert found["k2", "MF"].dice == pytest.approx(5 / 6)
    assert found["k2", "MF"].hausdorff_mm == pytest.approx(0.8)
    assert found["k2", "ES+MF"].dice == pytest.approx(5 / 6)


def test_volumes_become_pairs_for_the_statistics(two_sets):
    pairs = [one for one in compared(two_sets).volumes({"k1": "k1", "k2": "k2"}) if one.group["structure"] == "MF"]
    assert [float(one.reference) for one in pairs] == pytest.approx([72 * 2.56 / 1000] * 2)


def test_a_missed_structure_counts_as_0(two_sets):
    write_labels(two_sets / "b" / "k2.nii.gz", boxes(values=(1, 0)))
    found = {(one.case, one.structure): one.overlap for one in compared(two_sets).overlaps}
    assert found["k2", "ES"].dice == 0
    assert found["k2", "ES"].prediction_ml == 0


def test_structures_that_the_reference_never_has_are_not_judged(two_sets):
    write_labels(two_sets / "b" / "k1.nii.gz", boxes() + (boxes(2) == 0) * np.uint8(14))
    assert "canal" not in {one.structure for one in compared(two_sets).overlaps}


def test_a_case_that_cannot_be_compared_is_named_and_the_rest_goes_on(two_sets):
    write_labels(two_sets / "b" / "k2.nii.gz", boxes(), spacing=(0.9, 0.8, 4.0))
    write_labels(two_sets / "a" / "k3.nii.gz", boxes())
    found = compared(two_sets)
    reasons = {one.case: one.reason for one in found.left_out}
    assert "do not lie on one grid" in reasons["k2"]
    assert reasons["k3"] == "no such case in the other set"
    assert {one.case for one in found.overlaps} == {"k1"}


def test_a_summary_counts_what_is_missing():
    figures = {one.statistic: one for one in summary([0.8, 0.9, float("nan")], "mm")}
    assert figures["median"].value == pytest.approx(0.85)
    assert figures["median"].note == "1 of 3 cases without a value"


def test_reasons_name_no_folder_of_this_machine(two_sets):
    (two_sets / "b" / "k2.nii.gz").write_text("nothing")
    (reason,) = (one.reason for one in compared(two_sets).left_out)
    assert reason.startswith("k2.nii.gz cannot be read")
