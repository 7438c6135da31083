"""Whose water and fat are learned from: nobody who is left out, and no own subject under a public one's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.fat import subjects
from ParaspinalFatLib.training.fat.subjects import citations, load_fat_collection
from ParaspinalFatLib.training.subjects import Subject


@pytest.fixture
def write(as_own_data: Callable[[Subject], Path], dixon_subject: Subject) -> Callable[..., Path]:
    """Write own subjects of these names; returns the folder around theirs."""

    def written(*names: str) -> Path:
        folders = {as_own_data(replace(dixon_subject, name=name)) for name in names}
        return folders.pop()

    return written


@pytest.fixture
def public(tmp_path: Path, dixon_subject: Subject, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Public data of which TUM01 is there."""
    monkeypatch.setitem(subjects.LOADERS, "tum01", lambda _data: replace(dixon_subject, name="tum01"))
    (tmp_path / "public" / "tum01_dixon").mkdir(parents=True)
    return tmp_path / "public"


@pytest.mark.parametrize("name", ["ana", "Anna", "anna_"])
def test_a_name_to_leave_out_that_nobody_has_is_refused(write, tmp_path, name):
    with pytest.raises(InputError, match=f"Nobody is called {name}, who is to be left out .* anna, ben"):
        load_fat_collection(tmp_path, [name], write("anna", "ben"))


@pytest.mark.parametrize("name", ["anna", "anna_water", "anna_fat"])
def test_a_subject_is_left_out_by_its_name_and_by_those_of_its_images(write, tmp_path, name):
    assert set(load_fat_collection(tmp_path, [name], write("anna", "ben")).subjects) == {"ben"}


def test_public_subjects_and_sets_can_be_left_out(write, public):
    own = write("anna")
    assert set(load_fat_collection(public, [], own).subjects) == {"anna", "tum01"}
    assert set(load_fat_collection(public, ["tum01", "bodyparts3d"], own).subjects) == {"anna"}


def test_an_own_subject_named_like_a_public_one_is_refused_beside_it_and_the_users_own_without_it(write, public, tmp_path):
    own = write("tum01")
    with pytest.raises(InputError, match="Two subjects are called tum01"):
        load_fat_collection(public, [], own)
    alone = load_fat_collection(tmp_path / "none", [], own)
    assert citations(alone, tmp_path / "none") == [{"name": "tum01", "use": "user's own subject"}]


def test_public_subjects_are_cited_with_their_licence(write, public):
    cited = citations(load_fat_collection(public, [], write("anna")), public)
    assert [entry["name"] for entry in cited] == ["tum01", "anna"]
    assert "licence" in cited[0]
