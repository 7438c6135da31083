"""No fat fraction: for images that show none, so that size is measured all the same."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.validity import everywhere
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images


def prepare_size_only(images: Images) -> Callable[[Image | None], FatMap]:
    """A fat map without an answer anywhere: areas and volumes are measured, every fat cell is empty with its reason."""
    image = next(iter(images.values()))
    given = " and ".join(role.value.replace("_", " ") for role in images)
    nowhere = FatMap(
        fraction=image.with_array(np.full(image.array.shape, np.nan, np.float32)),
        method="size_only",
        not_validated=everywhere(f"no fat fraction follows from the {given} image alone"),
    )
    return lambda _labels: nowhere
