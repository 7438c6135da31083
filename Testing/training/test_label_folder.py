"""Label maps with any subset of structures, as training subjects."""

import numpy as np
import pytest
from evaluation.drawn_cases import drawn_labels, write_case

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.label_folder import load_label_folder
from ParaspinalFatLib.training.partial_labels import UNKNOWN


def test_water_and_fat_are_one_subject_and_a_further_contrast_another(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    subjects = {one.name: one for one in load_label_folder(tmp_path, tmp_path, Labelling({}), background_known=False)}
    assert subjects.keys() == {"anna", "anna_T2w"}
    assert subjects["anna"].fat is not None
    assert subjects["anna_T2w"].fat is None
    assert len(subjects["anna"].labels) == 3  # slices without structures are not used


def test_what_nobody_drew_is_unknown_unless_the_background_is_known(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    unknown, known = (
        load_label_folder(tmp_path, tmp_path, Labelling({}), background_known=known)[0].labels for known in (False, True)
    )
    assert set(np.unique(unknown)) == {1, 3, 11, UNKNOWN}
    assert set(np.unique(known)) == {0, 1, 3, 11}


def test_other_values_are_translated_and_what_is_not_named_is_unknown(tmp_path):
    write_case(tmp_path, "anna", np.where(drawn_labels() == 1, 7, drawn_labels()).astype(np.uint8))
    (subject, _) = load_label_folder(tmp_path, tmp_path, Labelling({7: "MF_right"}), background_known=True)
    assert set(np.unique(subject.labels)) == {0, 1, UNKNOWN}


def test_values_that_nobody_has_named_are_refused(tmp_path):
    write_case(tmp_path, "anna", np.where(drawn_labels() == 1, 77, drawn_labels()).astype(np.uint8))
    with pytest.raises(InputError, match="label 77"):
        load_label_folder(tmp_path, tmp_path, Labelling({}), background_known=False)
