"""What an image shows: the role it plays in a case, and which image the network should see."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image


class Role(str, Enum):
    """What an image of a case shows."""

    ANATOMY = "anatomy"
    """Conventional contrast (T1, T2, proton density ...), fat not separated."""
    WATER = "water"
    FAT = "fat"
    FAT_FRACTION = "fat_fraction"
    """A fat-fraction map; its scale (0-1, 0-100, 0-1000) is detected when it is measured."""
    IN_PHASE = "in_phase"
    OPPOSED_PHASE = "opposed_phase"
    LEARNED_FRACTION = "learned_fraction"
    """What a network predicted from the anatomy image: made by the program, never given (:mod:`fat.learned`)."""


GIVEN_ROLES: tuple[Role, ...] = tuple(role for role in Role if role is not Role.LEARNED_FRACTION)
"""The roles of images that a user can give."""


Images = Mapping[Role, Image]
"""The images of one case. All lie on one grid (:func:`require_one_grid`)."""

_SEGMENTATION_PREFERENCE = (
    Role.ANATOMY,
    Role.WATER,
    Role.IN_PHASE,
    Role.FAT,
    Role.OPPOSED_PHASE,
    Role.FAT_FRACTION,
)


def segmentation_role(images: Images) -> Role:
    """The role whose image the network outlines: the conventional image if there is one, else the clearest Dixon image.

    Raises:
        InputError: the case has no image at all.
    """
    for role in _SEGMENTATION_PREFERENCE:
        if role in images:
            return role
    raise InputError("No image was given. Give a T1 or T2 image, a Dixon water and fat image, or a fat-fraction map.")


def require_one_grid(images: Images) -> None:
    """Raise GeometryError, naming both roles and the difference, unless all images of a case lie on one grid."""
    first, *others = images.items()
    for role, image in others:
        require_same_grid(first[1], image, f"The {_words(first[0])} image", f"the {_words(role)} image")


def _words(role: Role) -> str:
    return role.value.replace("_", " ")
