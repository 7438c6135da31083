"""Names of cases become folders that BIDS allows and that cannot lead elsewhere."""

from __future__ import annotations

import pytest

from ParaspinalFatLib.cohort.case_input import CaseInput, folder_of, require_distinct
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role


def case(name: str, folder: str) -> CaseInput:
    return CaseInput(name, name, "", folder, {Role.ANATOMY: "a.nii"})


@pytest.mark.parametrize("name", ["../../etc", "a/../../b", "..\\c", "sub-../x"])
def test_no_name_leads_out_of_the_cohorts_folder(name):
    folder = folder_of(name)
    assert ".." not in folder
    assert "\\" not in folder
    assert folder.count("/") == 0


def test_a_name_without_any_letter_or_digit_is_refused():
    with pytest.raises(InputError, match="cannot name a folder"):
        folder_of("--")


def test_two_cases_of_one_name_are_refused():
    with pytest.raises(InputError, match="listed twice"):
        require_distinct([case("a", "sub-a"), case("a", "sub-a2")])


def test_two_names_that_share_a_folder_on_some_disk_are_refused():
    with pytest.raises(InputError, match="would both be written"):
        require_distinct([case("p-1", folder_of("p-1")), case("P1", folder_of("P1"))])


def test_a_folder_within_the_folder_of_another_case_is_refused():
    with pytest.raises(InputError, match=r"within that of a.*session"):
        require_distinct([case("a_ses-1", folder_of("a", "1")), case("a", folder_of("a"))])


def test_a_name_too_long_for_a_folder_is_refused_before_the_work_begins():
    with pytest.raises(InputError, match="too long"):
        folder_of("x" * 300)


def test_the_files_of_a_case_are_named_by_what_they_are():
    one = CaseInput("a", "a", "", "sub-a", {Role.WATER: "w"}, mask="m", levels=None)
    assert one.paths == {"water": "w", "mask": "m"}
