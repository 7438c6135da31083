"""Apply is possible exactly when the chosen volumes can be measured; otherwise it says why."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import GIVEN_ROLES, Role
from ParaspinalFatLib.panel.inputs import ROLE_PARAMETERS, chosen_volumes, intention, obstacle

IMAGE = Image(np.zeros((2, 3, 4)), np.eye(4))


def volume(name: str) -> Any:
    return SimpleNamespace(GetName=lambda: name, GetID=lambda: f"id of {name}")


def case_of(*roles: Role) -> tuple[dict[Role, Any], dict[Role, Image]]:
    return {role: volume(role.value) for role in roles}, dict.fromkeys(roles, IMAGE)


def test_every_role_has_its_parameter_and_empty_ones_are_left_out() -> None:
    assert set(ROLE_PARAMETERS) == set(GIVEN_ROLES)
    parameters = SimpleNamespace(**dict.fromkeys(ROLE_PARAMETERS.values()))
    parameters.fatVolume = "fat"
    assert chosen_volumes(parameters) == {Role.FAT: "fat"}


def test_nothing_chosen_is_an_obstacle() -> None:
    assert obstacle({}, None, "auto").startswith("Select a T1 or T2 image")


def test_one_volume_for_two_roles_is_an_obstacle() -> None:
    same = volume("scan")
    assert obstacle({Role.WATER: same, Role.FAT: same}, None, "auto") == (
        "scan is selected twice. Select each volume for what it shows."
    )


@pytest.mark.parametrize(
    ("roles", "method", "words"),
    [
        ((Role.WATER,), "dixon", "Add the missing one, or choose another method"),
        ((Role.WATER,), "otsu", "The method otsu needs the images"),
        ((Role.ANATOMY,), "dixon", "Add the missing one, or choose another method"),
    ],
)
def test_images_from_which_fat_cannot_be_measured_are_an_obstacle(roles: tuple[Role, ...], method: str, words: str) -> None:
    assert words in obstacle(*case_of(*roles), method)


@pytest.mark.parametrize(
    ("roles", "method", "sentence"),
    [
        (
            (Role.ANATOMY,),
            "auto",
            "on anatomy, then measure them. Fat fraction by Otsu threshold in each muscle.",
        ),
        (
            (Role.WATER, Role.FAT),
            "auto",
            "on water, then measure them. Fat fraction by Dixon: fat / (fat + water).",
        ),
        ((Role.ANATOMY,), "gmm3", "on anatomy, then measure them. Fat fraction by Mixture of three normals."),
    ],
)
def test_otherwise_it_says_what_will_be_done(roles: tuple[Role, ...], method: str, sentence: str) -> None:
    volumes, images = case_of(*roles)
    assert obstacle(volumes, images, method) == ""
    assert intention(volumes, images, method) == f"Outline the muscles {sentence}"
