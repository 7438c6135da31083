"""Where outlines come from: the real network in its process, and files of other programs."""

import json
import shutil

import numpy as np
import pytest
from evaluation.drawn_cases import drawn_labels, write_prediction
from torso import dice

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.errors import InputError, WeightsError
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.methods import (
    MAYBE_TRAINED_WITH_IT,
    TRAINED_WITH_IT,
    contrast_in_words,
    from_files,
    learned_from,
    network,
    with_coarser,
)
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.progress import no_progress
from ParaspinalFatLib.training.earlier_runs import UNKNOWN_START
from ParaspinalFatLib.training.labelled_cases import PLAIN_IMAGE


def item(case="ben", contrast="T2w"):
    return Item("any", case, contrast)


def test_a_network_outlines_and_says_how_sure_it_is_in_every_slice(torso, weights):
    outlined = network(weights, "cpu", 1).predict(item(), torso.image, no_progress)
    for name in ("ES_right", "ES_left"):
        assert dice(outlined.structures[name], torso.truth == BY_IDENTIFIER[name].value) > 0.95
        assert len(outlined.scores[name]) == len(torso.truth)
        assert all(0.5 < score <= 1 for score in outlined.scores[name])
    assert outlined.remarks == ()


@pytest.mark.parametrize(("case", "remarks"), [("anna", (TRAINED_WITH_IT,)), ("annabel", ())])
def test_a_case_that_the_network_was_trained_with_gets_a_remark(torso, weights, case, remarks):
    assert network(weights, "cpu", 1).predict(item(case), torso.image, no_progress).remarks == remarks


def trained_with(weights, folder, training):
    """The weights with a card that says so."""
    card = json.loads(weights.read_text(encoding="utf-8"))
    own = folder / weights.name
    own.write_text(json.dumps({**card, "training": training}), encoding="utf-8")
    shutil.copy(weights.with_suffix(".safetensors"), folder)
    return network(own, "cpu", 1)


@pytest.mark.parametrize(("case", "remark"), [("ben", MAYBE_TRAINED_WITH_IT), ("anna", TRAINED_WITH_IT)])
def test_of_weights_whose_beginning_nobody_knows_no_case_is_called_unseen(torso, weights, tmp_path, case, remark):
    training = {"cases": ["anna"], "begun_with": {"learned_from": UNKNOWN_START}}
    method = trained_with(weights, tmp_path, training)
    assert method.predict(item(case), torso.image, no_progress).remarks == (remark,)


@pytest.mark.parametrize("contrast", ["T2w", "Dixon", contrast_in_words(PLAIN_IMAGE)])
def test_a_case_of_which_one_of_several_images_was_learned_gets_the_remark_in_every_contrast(
    torso, weights, tmp_path, contrast
):
    method = trained_with(weights, tmp_path, {"subjects": ["ben_T2w", f"ben_{PLAIN_IMAGE}"]})
    assert method.predict(item(contrast=contrast), torso.image, no_progress).remarks == (TRAINED_WITH_IT,)


@pytest.mark.parametrize("subject", ["ben_2", "ben_2_T1w", "benno_T2w"])
def test_a_case_whose_name_begins_anothers_gets_no_remark(subject):
    assert not learned_from("ben", {"subjects": [subject]})


def test_the_cases_of_a_card_count_and_not_the_names_of_its_subjects():
    training = {"subjects": ["ben_ax_T2w", "ben_T1w"], "cases": ["ben", "ben_T1w"]}
    assert [learned_from(case, training) for case in ("ben", "ben_T1w", "ben_ax")] == [True, True, False]
    assert not learned_from("ben", {"subjects": ["ben_T1w"], "cases": ["ben_T1w"]})
    assert learned_from("ben", {"cases": ["anna"], "begun_with": {"subjects": ["ben_T1w"]}})


def test_a_case_that_the_weights_were_trained_with_before_they_were_trained_on_gets_the_remark(torso, weights, tmp_path):
    method = trained_with(weights, tmp_path, {"subjects": ["anna"], "begun_with": {"subjects": ["ben"]}})
    assert method.predict(item(), torso.image, no_progress).remarks == (TRAINED_WITH_IT,)


def test_an_image_in_which_the_network_finds_no_muscle_has_no_outlines_and_is_still_judged(torso, weights):
    flat = np.where(torso.image.array > 20, 120, 0) + np.random.default_rng(0).integers(0, 4, torso.image.array.shape)
    outlined = network(weights, "cpu", 1).predict(item(), torso.image.with_array(flat), no_progress)
    assert (dict(outlined.structures), dict(outlined.scores)) == ({}, {})


def test_weights_that_are_not_there_are_refused_at_once(tmp_path):
    with pytest.raises(WeightsError, match="absent"):
        network(tmp_path / "absent.json")


def test_a_withheld_muscle_takes_its_coarser_one_along_and_a_part_does_not():
    assert set(with_coarser({"MF_left": "poor"})) == {"MF_left", "ES+MF_left"}
    assert set(with_coarser({"IL_left": "poor"})) == {"IL_left"}


def test_files_are_found_by_case_and_contrast_before_case(tmp_path):
    write_prediction(tmp_path, "ben", drawn_labels())
    write_prediction(tmp_path, "ben_T2w", drawn_labels(shift=1))
    image = Image(np.zeros(drawn_labels().shape, np.float32), np.diag([-1.0, -1.0, 4.0, 1.0]))
    method = from_files(tmp_path, Labelling({}))
    for contrast, shift in (("T2w", 1), ("T1w", 0)):
        outlined = method.predict(item(contrast=contrast), image, no_progress)
        assert np.array_equal(outlined.structures["MF_right"], drawn_labels(shift) == 1)
        assert not outlined.scores  # a label map says nothing of it


def test_a_case_without_a_file_is_named_with_what_was_looked_for(tmp_path):
    write_prediction(tmp_path, "ben", drawn_labels())
    with pytest.raises(InputError, match="anna_T2w or anna"):
        from_files(tmp_path, Labelling({})).predict(item("anna"), Image(np.zeros((1, 2, 2)), np.eye(4)), no_progress)


def test_a_folder_without_outlines_is_refused(tmp_path):
    with pytest.raises(InputError, match="no outlines"):
        from_files(tmp_path, Labelling({}))


def test_an_image_that_names_no_contrast_says_so():
    assert (contrast_in_words(PLAIN_IMAGE), contrast_in_words("T2w")) == ("not named", "T2w")
