"""A cohort's folder keeps the conditions it was filled under, and refuses others by name."""

from __future__ import annotations

import pytest

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.conditions import (
    conditions_of,
    record_conditions,
    recorded_conditions,
    require_same_conditions,
)
from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.references import Person


def test_conditions_survive_being_written(tmp_path):
    conditions = conditions_of(MeasurementSettings("otsu", {"shared": True}, search=LevelSearch(most_caudal="L5/S1")))
    record_conditions(tmp_path, conditions)
    assert recorded_conditions(tmp_path) == conditions
    require_same_conditions(tmp_path, conditions, overwrite=False)


def test_what_belongs_to_one_case_is_no_condition():
    assert conditions_of(MeasurementSettings(person=Person("female", 60))) == conditions_of(MeasurementSettings())


@pytest.mark.parametrize(
    "other",
    [
        MeasurementSettings("gmm3"),
        MeasurementSettings("otsu", {"shared": True}),
        MeasurementSettings("otsu", search=LevelSearch(most_caudal="L4/5")),
    ],
)
def test_other_settings_are_refused_unless_overwriting(tmp_path, other):
    record_conditions(tmp_path, conditions_of(MeasurementSettings("otsu")))
    with pytest.raises(OutputError, match="other conditions"):
        require_same_conditions(tmp_path, conditions_of(other), overwrite=False)
    require_same_conditions(tmp_path, conditions_of(other), overwrite=True)


def test_naming_levels_or_not_is_a_condition(tmp_path):
    numbered, named = (conditions_of(MeasurementSettings(), name_levels=on) for on in (False, True))
    record_conditions(tmp_path, numbered)
    with pytest.raises(OutputError, match="name levels False there, True now"):
        require_same_conditions(tmp_path, named, overwrite=False)


def test_other_weights_are_other_conditions(weights):
    bundled, tiny = conditions_of(MeasurementSettings()), conditions_of(MeasurementSettings(), weights)
    assert bundled["weights_sha256"] != tiny["weights_sha256"]


def test_a_new_folder_has_no_conditions_and_a_damaged_record_is_refused(tmp_path):
    assert recorded_conditions(tmp_path) is None
    (tmp_path / "batch.json").write_text("{")
    with pytest.raises(OutputError, match="cannot be read"):
        recorded_conditions(tmp_path)


def test_a_folder_with_images_or_a_manifest_is_no_place_for_a_cohort(tmp_path):
    conditions = conditions_of(MeasurementSettings())
    (tmp_path / ".batch").mkdir()
    require_same_conditions(tmp_path, conditions, overwrite=False)
    (tmp_path / "cases.tsv").write_text("case\tanatomy\n")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match="no batch has written"):
            require_same_conditions(tmp_path, conditions, overwrite=overwrite)
