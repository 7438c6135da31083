"""A case is proposed of images that lie on one grid and belong to one acquisition, and beside what the user has chosen."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.imaging.dixon_names import recognised
from ParaspinalFatLib.imaging.role_proposal import Candidate, Grid, proposed_roles
from ParaspinalFatLib.imaging.roles import Role

HERE = Grid((20, 128, 128), np.diag([1.5, 1.5, 4.0, 1.0]))
ELSEWHERE = Grid((20, 256, 256), np.diag([0.75, 0.75, 4.0, 1.0]))


def loaded(*names: str, grid: Grid = HERE) -> list[Candidate]:
    found = [(name, recognised(name)) for name in names]
    return [Candidate(name, shows, grid) for name, shows in found if shows is not None]


def test_all_images_of_a_dixon_acquisition_are_proposed_and_the_t2_of_another_is_not() -> None:
    dixon = loaded("vibe_in", "vibe_opp", "vibe_W", "vibe_F")
    assert proposed_roles([*loaded("T2 ax", grid=ELSEWHERE), *loaded("T1 ax"), *dixon]) == {
        Role.IN_PHASE: "vibe_in",
        Role.OPPOSED_PHASE: "vibe_opp",
        Role.WATER: "vibe_W",
        Role.FAT: "vibe_F",
    }


def test_a_conventional_image_is_proposed_where_there_is_nothing_better() -> None:
    assert proposed_roles(loaded("T2 ax", "T1 ax")) == {Role.ANATOMY: "T2 ax"}


def test_images_on_different_grids_are_no_case() -> None:
    assert proposed_roles([*loaded("vibe_W"), *loaded("vibe_F", grid=ELSEWHERE)]) == {}


def test_two_acquisitions_on_one_grid_are_not_mixed() -> None:
    both = loaded("pre_W", "post_W", "post_F", "pre_F")
    assert proposed_roles(both) == {Role.WATER: "pre_W", Role.FAT: "pre_F"}
    assert proposed_roles(both, {Role.WATER: "post_W"}, HERE) == {Role.FAT: "post_F"}


def test_a_choice_is_completed_and_never_changed() -> None:
    case = loaded("vibe_W", "vibe_F")
    assert proposed_roles(case, {Role.WATER: "vibe_F"}, HERE) == {}, "the fat image is in use as the water image"
    assert proposed_roles(case, {Role.WATER: "my own"}, HERE) == {Role.FAT: "vibe_F"}
    assert proposed_roles(case, {Role.WATER: "my own"}, ELSEWHERE) == {}


@pytest.mark.parametrize("chosen", [{Role.ANATOMY: "T2 ax"}, {Role.WATER: "a", Role.FAT: "b"}, {Role.FAT_FRACTION: "c"}])
def test_nothing_is_proposed_beside_a_choice_that_can_be_measured(chosen: dict[Role, str]) -> None:
    assert proposed_roles(loaded("vibe_W", "vibe_F"), chosen, HERE) == {}


def test_the_same_size_at_another_place_is_another_grid() -> None:
    shifted = HERE.affine.copy()
    shifted[0, 3] = 1.0
    assert not HERE.is_same(Grid(HERE.shape, shifted))
    shifted[0, 3] = 0.01
    assert HERE.is_same(Grid(HERE.shape, shifted))
