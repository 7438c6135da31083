"""Which mask files belong together, and what they hold."""

import numpy as np
import pytest
import SimpleITK as sitk
from agreement.drawn_masks import boxes, write_labels

from ParaspinalFatLib.agreement.masks import Labelling, mask_files, read_masks, with_composites
from ParaspinalFatLib.errors import InputError

OWN = Labelling({})


def test_cases_are_named_by_file_or_by_folder(tmp_path):
    write_labels(tmp_path / "k1.nii.gz", boxes())
    write_labels(tmp_path / "k2" / "segmentation.seg.nrrd", boxes())
    (tmp_path / "notes.txt").write_text("no mask")
    assert sorted(mask_files(tmp_path)) == ["k1", "k2"]


def test_two_masks_of_one_case_are_refused(tmp_path):
    write_labels(tmp_path / "k1.nii.gz", boxes())
    write_labels(tmp_path / "k1.nrrd", boxes())
    with pytest.raises(InputError, match="both case k1"):
        mask_files(tmp_path)


def test_a_folder_without_masks_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no masks"):
        mask_files(tmp_path)


def test_this_program_s_own_values_are_understood(tmp_path):
    found = read_masks(write_labels(tmp_path / "k.nii.gz", boxes()), OWN)
    assert {name: int(mask.sum()) for name, mask in found.structures.items()} == {"MF_right": 72, "ES_right": 72}
    assert found.grid.spacing == pytest.approx((0.8, 0.8, 4.0))


def test_values_of_others_are_translated_and_those_unnamed_are_left_out(tmp_path):
    found = read_masks(write_labels(tmp_path / "k.nii.gz", boxes()), Labelling.read("1=ES_right"))
    assert list(found.structures) == ["ES_right"]


def test_a_value_that_nobody_named_is_refused(tmp_path):
    path = write_labels(tmp_path / "k.nii.gz", boxes(values=(1, 200)))
    with pytest.raises(InputError, match=r"label 200.*--reference-labels"):
        read_masks(path, OWN)


def test_who_is_asked_what_a_value_means_is_told_the_option_of_his_own_command(tmp_path):
    path = write_labels(tmp_path / "k.nii.gz", boxes(values=(1, 200)))
    with pytest.raises(InputError, match=r"Say what the labels mean: --truth-labels 1=ES_right"):
        read_masks(path, Labelling.read(None, option="--truth-labels"))


def test_voxels_that_are_not_known_are_told(tmp_path):
    path = write_labels(tmp_path / "k.nii.gz", boxes(values=(1, 255)))
    found = read_masks(path, Labelling.read(None, 255))
    assert list(found.structures) == ["MF_right"]
    assert int((~found.known).sum()) == 72


def test_a_seg_nrrd_file_says_itself_what_its_values_mean_and_segments_may_overlap(tmp_path):
    layers = np.stack([boxes(values=(7, 9)), boxes(2, values=(7, 0))], axis=-1)
    segments = [("PM_left", 7, 0), ("QL_left", 9, 0), ("canal", 7, 1)]
    header = {}
    for number, (name, value, layer) in enumerate(segments):
        prefix = f"Segment{number}_"
        header |= {f"{prefix}ID": name, f"{prefix}LabelValue": str(value), f"{prefix}Layer": str(layer)}
    found = read_masks(write_labels(tmp_path / "k.seg.nrrd", layers, metadata=header), OWN)
    assert set(found.structures) == {"PM_left", "QL_left", "canal"}
    assert np.any(found.structures["PM_left"] & found.structures["canal"])


def test_segments_named_by_hand_are_recognised(tmp_path):
    header = {"Segment0_ID": "Segment_1", "Segment0_Name": "MF right", "Segment0_LabelValue": "1", "Segment0_Layer": "0"}
    found = read_masks(write_labels(tmp_path / "k.seg.nrrd", boxes(values=(1, 0)), metadata=header), OWN)
    assert list(found.structures) == ["MF_right"]


def test_masks_that_were_interpolated_are_refused(tmp_path):
    image = sitk.GetImageFromArray(boxes().astype(np.float32) * 1.5)
    sitk.WriteImage(image, str(tmp_path / "k.nii.gz"))
    with pytest.raises(InputError, match="nearest neighbour"):
        read_masks(tmp_path / "k.nii.gz", Labelling.read("1=MF_right"))


def test_cases_of_a_cohort_are_told_apart_by_participant_and_session_and_unfinished_ones_passed_over(tmp_path):
    for folder in ("sub-P01/ses-1", "sub-P01/ses-2", "sub-P02", ".batch/unfinished/x"):
        write_labels(tmp_path / folder / "segmentation.seg.nrrd", boxes())
    assert sorted(mask_files(tmp_path)) == ["sub-P01_ses-1", "sub-P01_ses-2", "sub-P02"]


def test_a_mask_without_any_structure_can_be_read(tmp_path):
    assert read_masks(write_labels(tmp_path / "k.nii.gz", boxes() * 0), OWN).structures == {}


def test_what_is_no_mask_is_refused(tmp_path):
    (tmp_path / "k.nii.gz").write_text("nothing")
    with pytest.raises(InputError, match="cannot be read as a mask"):
        read_masks(tmp_path / "k.nii.gz", OWN)


@pytest.mark.parametrize("text", ["1", "x=MF_right", "1=biceps"])
def test_a_labelling_that_cannot_be_understood_is_refused(text):
    with pytest.raises(InputError, match="VALUE=STRUCTURE"):
        Labelling.read(text)


def test_coarser_muscles_are_made_of_finer_ones():
    part = np.zeros((1, 1, 4), bool)
    il, lo, mf = part.copy(), part.copy(), part.copy()
    il[..., 0], lo[..., 1], mf[..., 2] = True, True, True
    found = with_composites({"IL_left": il, "LO_left": lo, "MF_left": mf})
    assert found["ES_left"].tolist() == [[[True, True, False, False]]]
    assert found["ES+MF_left"].tolist() == [[[True, True, True, False]]]


def test_a_coarser_muscle_of_which_a_part_was_missed_is_made_of_the_rest():
    truth = {"ES_left": np.array([[[True, False]]]), "MF_left": np.array([[[False, True]]])}
    found = with_composites({"ES_left": truth["ES_left"]}, truth)
    assert found["ES+MF_left"].tolist() == [[[True, False]]]
    assert "ES+MF_left" not in with_composites({"ES_left": truth["ES_left"]}, {"ES_left": truth["ES_left"]})
