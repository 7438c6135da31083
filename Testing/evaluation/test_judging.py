"""Methods on cases: what is judged, what is left out with its reason, what is remarked."""

import numpy as np
import pytest
from evaluation.drawn_cases import drawn_labels, write_case

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.errors import Cancelled, MeasurementError
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.judging import HowToJudge, judge
from ParaspinalFatLib.evaluation.methods import Method
from ParaspinalFatLib.evaluation.outlined import Outlined
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


def test_without_dixon_the_fat_fraction_is_that_of_otsus_threshold_in_each_outline(cases):
    for name in ("water", "fat"):
        cases[0].images[name].unlink()
    (case, _) = find_labelled_cases(cases[0].labels.parents[1], cases[0].labels.parents[1])
    found = judge([case], [drawn(drawn_labels())], T2W)
    (muscle,) = [one for one in found.slices if one.structure == "MF" and one.slice == 2]
    assert muscle.truth_ff_pct == pytest.approx(20.0)  # 2 of 10 columns are bright
    assert found.fat == []
