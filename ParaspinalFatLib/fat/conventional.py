"""The one image on which fat is bright and that a threshold can part into muscle and fat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ParaspinalFatLib.fat.validity import everywhere, on_conventional_contrast
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role

FAT_BRIGHT_ROLES = (Role.ANATOMY, Role.FAT, Role.IN_PHASE)
"""Images that can be thresholded, in the order of preference. Thresholds were published on T1 and T2 only. A water image
shows no fat at all, and in opposed phase the voxels that hold both are the dark ones."""

_NOT_CONVENTIONAL = "thresholds are published for T1 and T2 images, not for a Dixon {name} image alone"


@dataclass(frozen=True, eq=False)
class Conventional:
    """An image to threshold.

    Attributes:
        image: values as given, or corrected for the bias field.
        role: what the image shows.
        record: role and bias correction, for the fat map's parameters.
    """

    image: Image
    role: Role
    record: Mapping[str, object]

    def not_validated(self, general: str | None = None) -> dict[str, str]:
        """Muscle to the reason why a threshold is not validated on this image; ``general`` holds for every muscle."""
        if self.role is Role.ANATOMY:
            return dict(on_conventional_contrast(general))
        return everywhere(_NOT_CONVENTIONAL.format(name=self.role.value.replace("_", "-")))


def conventional_image(images: Images, bias_correction: bool = False) -> Conventional:
    """Choose the image to threshold and correct its bias field if asked to.

    Args:
        images: at least one of :data:`FAT_BRIGHT_ROLES`.
        bias_correction: divide by a smooth field first (:mod:`bias_field`); takes seconds.
    """
    role = next(role for role in FAT_BRIGHT_ROLES if role in images)
    image = images[role]
    record: dict[str, object] = {"image": role.value, "bias_correction": bias_correction}
    if bias_correction:
        from ParaspinalFatLib.fat.bias_field import bias_field

        field, details = bias_field(image)
        image = image.with_array((image.array / field).astype(np.float32))
        record |= details
    return Conventional(image, role, record)
