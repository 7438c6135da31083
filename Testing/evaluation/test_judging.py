"""Methods on cases: what is judged, what is left out with its reason, what is remarked."""

import math
from dataclasses import replace

import numpy as np
import pytest
from evaluation.drawn_cases import drawn_labels, write_case

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.errors import Cancelled, MeasurementError
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.fat_network import FatNetwork
from ParaspinalFatLib.evaluation.judging import DIXON, HowToJudge, judge
from ParaspinalFatLib.evaluation.methods import TRAINED_WITH_IT, Method
from ParaspinalFatLib.evaluation.outlined import Outlined
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.training.labelled_cases import find_labelled_cases

T2W = HowToJudge(contrasts=("T2w",), fat_methods=("otsu",))


@pytest.fixture
def cases(tmp_path):
    for name in ("anna", "ben"):
        write_case(tmp_path, name, drawn_labels())
    return find_labelled_cases(tmp_path, tmp_path)


def drawn(labels, **others) -> Method:
    """A method that always gives the same outlines."""
    structures = {BY_VALUE[value].identifier: labels == value for value in np.unique(labels[labels > 0]).tolist()}
    return Method("drawn", lambda *_: Outlined(structures, **others), {}, {})


def failing(error) -> Method:
    def fail(*_):
        raise error

    return Method("failing", fail, {}, {})


def test_every_method_is_judged_on_every_image_of_every_case(cases):
    found = judge(cases, [drawn(drawn_labels())], HowToJudge(fat_methods=()))
    assert {(one.item.case, one.item.contrast) for one in found.cases} == {
        (case, contrast) for case in ("anna", "ben") for contrast in ("T2w", "fat", "water")
    }
    assert all(one.overlap.dice == 1 for one in found.cases)
    assert (found.left_out, found.remarks) == ([], [])


def test_only_wanted_contrasts_are_judged_and_fat_only_in_conventional_ones(cases):
    found = judge(cases, [drawn(drawn_labels())], T2W)
    assert {one.item.contrast for one in found.cases} == {one.item.contrast for one in found.fat} == {"T2w"}
    assert judge(cases, [drawn(drawn_labels())], HowToJudge(contrasts=("water",))).fat == []


@pytest.mark.parametrize("name", ["t2_fs", "stir", "r2star", "adc"])
def test_fat_is_not_looked_for_where_it_is_not_bright(cases, name):
    cases[0].images["T2w"].rename(cases[0].images["T2w"].with_name(f"{name}.nii.gz"))
    (case, _) = find_labelled_cases(cases[0].labels.parents[1], cases[0].labels.parents[1])
    found = judge([case], [drawn(drawn_labels())], HowToJudge(contrasts=(name,), fat_methods=("otsu",)))
    assert {one.item.contrast for one in found.cases} == {name}
    assert found.fat == found.left_out == []


def test_a_method_that_fails_is_left_out_with_its_reason_and_the_others_go_on(cases):
    found = judge(cases, [failing(MeasurementError("No muscle here.")), drawn(drawn_labels())], T2W)
    assert ("anna", "T2w", "failing", "No muscle here.") in found.left_out
    assert {one.item.method for one in found.cases} == {"drawn"}


def test_a_case_that_cannot_be_read_is_left_out_and_the_others_go_on(cases):
    cases[0].labels.write_bytes(b"nothing")
    found = judge(cases, [drawn(drawn_labels())], T2W)
    assert [(case, method) for case, _, method, _ in found.left_out] == [("anna", "")]
    assert {one.item.case for one in found.cases} == {"ben"}


def test_a_cancel_is_no_failure(cases):
    with pytest.raises(Cancelled):
        judge(cases, [failing(Cancelled("enough"))], T2W)


def test_remarks_name_case_contrast_and_method(cases):
    found = judge(cases[:1], [drawn(drawn_labels(), remarks=("Do not believe this.",))], T2W)
    assert found.remarks == [("anna", "T2w", "drawn", "Do not believe this.")]
    assert found.remarked == {Item("drawn", "anna", "T2w")}


def test_scores_reach_the_slices(cases):
    found = judge(cases[:1], [drawn(drawn_labels(), scores={"IVD": [None, None, 0.8, None, None]})], T2W)
    assert [one.score for one in found.slices if one.structure == "IVD"] == [0.8]


def test_an_error_of_the_program_in_one_case_does_not_lose_the_others(cases):
    def stumble(item, *_):
        if item.case == "anna":
            raise IndexError("out of bounds")
        return Outlined({"MF_right": drawn_labels() == 1})

    found = judge(cases, [Method("stumbling", stumble, {}, {})], T2W)
    assert {one.item.case for one in found.cases} == {"ben"}
    ((case, _, method, reason),) = found.left_out
    assert (case, method) == ("anna", "stumbling")
    assert "IndexError: out of bounds" in reason


def on_coarse_grid(case, shift_mm=0.0):
    """Water and fat of a case in voxels of 2 mm instead of 1 mm, and perhaps elsewhere in the scanner."""
    for name in ("water", "fat"):
        image = read_image(case.images[name])
        blocks = image.array.reshape(5, 20, 2, 24, 2).mean(axis=(2, 4))
        affine = image.affine @ np.diag([2.0, 2.0, 1.0, 1.0])
        affine[:3, 3] = image.world([0.5, 0.5, 0]) + np.array([0, 0, shift_mm])
        write_image(Image(blocks.astype(np.float32), affine), case.images[name])


def test_dixon_images_on_another_grid_than_t2_and_its_labels_still_give_its_fat_fraction(cases):
    on_coarse_grid(cases[0])
    found = judge(cases[:1], [drawn(drawn_labels())], HowToJudge(fat_methods=("otsu",)))
    assert {one.item.contrast for one in found.cases} == {"T2w"}
    (muscle,) = [one for one in found.slices if one.structure == "ES" and one.slice == 2]
    assert muscle.truth_ff_pct == pytest.approx(10.0, abs=4.0)  # beside fat, in voxels that hold both
    assert {one.structure for one in found.fat} == {"MF"}  # all of ES is of one grey value
    assert [(case, contrast) for case, contrast, _, _ in found.left_out] == [("anna", "fat"), ("anna", "water")]
    ((case, contrast, about, remark),) = found.remarks
    assert (case, contrast, about) == ("anna", "", DIXON)
    assert "interpolated linearly" in remark


def test_dixon_images_of_another_place_are_left_out_in_a_sentence_and_the_outlines_judged(cases):
    on_coarse_grid(cases[0], shift_mm=25.0)
    found = judge(cases, [drawn(drawn_labels())], T2W)
    (reason,) = [reason for case, _, about, reason in found.left_out if (case, about) == ("anna", DIXON)]
    assert "none of its labelled muscles" in reason
    assert {one.item.case for one in found.cases} == {"anna", "ben"}
    assert {one.item.case for one in found.fat} == {"ben"}


@pytest.mark.parametrize("alone", ["water", "fat"])
def test_a_lone_water_or_fat_image_has_no_fat_fraction(cases, alone):
    for name in {"water", "fat", "T2w"} - {alone}:
        cases[0].images[name].unlink()
    (case, _) = find_labelled_cases(cases[0].labels.parents[1], cases[0].labels.parents[1])
    found = judge([case], [drawn(drawn_labels())], HowToJudge())
    assert {one.item.contrast for one in found.cases} == {alone}
    assert all(math.isnan(one.truth_ff_pct) and math.isnan(one.prediction_ff_pct) for one in found.slices)
    assert all(math.isnan(one.ff_error_points) for one in found.cases)


def test_the_learned_fraction_and_its_binary_form_are_compared_by_one_prediction(cases):
    network = FractionOfT2()
    found = judge(cases[:1], [], replace(T2W, fat_methods=("learned", "learned-binary"), fat_network=network))
    assert network.calls == 1
    muscle = {one.item.method: one for one in found.fat if one.structure == "MF"}
    assert muscle["learned"].row["ff_error_points"] == pytest.approx(0.0, abs=1e-3)
    assert muscle["learned-binary"].found_ff_pct == pytest.approx(20.0)  # 2 of 10 columns are fat
    assert found.fat_network["weights"] == "paraspinal-fat"
    assert [(about, remark) for _, _, about, remark in found.remarks] == [
        ("learned", TRAINED_WITH_IT), ("learned-binary", TRAINED_WITH_IT),
    ]  # fmt: skip


class FractionOfT2(FatNetwork):
    """Instead of the network: the drawn images' grey values are 40 + 160 times the fraction. It learned from anna."""

    def __init__(self):
        super().__init__()
        self._training, self._predict, self.calls = {"subjects": ["anna_T2w"]}, self.read_off, 0

    def read_off(self, image, _progress):
        self.calls += 1
        return image.with_array((image.array - 40) / 160), {}


def test_without_dixon_the_fat_fraction_is_that_of_otsus_threshold_in_each_outline(cases):
    for name in ("water", "fat"):
        cases[0].images[name].unlink()
    (case, _) = find_labelled_cases(cases[0].labels.parents[1], cases[0].labels.parents[1])
    found = judge([case], [drawn(drawn_labels())], T2W)
    (muscle,) = [one for one in found.slices if one.structure == "MF" and one.slice == 2]
    assert muscle.truth_ff_pct == pytest.approx(20.0)  # 2 of 10 columns are bright
    assert found.fat == []
