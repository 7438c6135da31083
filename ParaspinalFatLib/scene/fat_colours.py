"""The colours of fat fractions: perceptually even, and in order for eyes with the common colour-vision deficiencies."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import slicer

NAME = "ParaspinalFat fat fraction"

PLASMA = (
    "0d0887 2f0596 4903a0 6100a7 7801a8 8e0ca4 a21d9a b42e8d c43e7f "
    "d24f71 de6164 e97257 f3854b f99a3e fdaf31 fdc627 f8df25 f0f921"
)
"""Even steps of the colour map plasma (Smith and van der Walt 2015, CC0), from lean (blue) to fat (yellow): the colours of
the overlay picture. Interpolated between them it deviates by less than 0.02 from the full map."""

COLOURS = 256


def fat_colours(count: int = COLOURS) -> npt.NDArray[np.float64]:
    """(count, 3) colours 0 to 1, from no fat to only fat."""
    steps = np.array([[int(word[n : n + 2], 16) for n in (0, 2, 4)] for word in PLASMA.split()]) / 255
    places = np.linspace(0, len(steps) - 1, count)
    return np.stack([np.interp(places, np.arange(len(steps)), steps[:, n]) for n in range(3)], axis=1)


def new_colour_node() -> Any:
    """A vtkMRMLColorTableNode with these colours, outside any scene and not saved with one."""
    node = slicer.vtkMRMLColorTableNode()
    node.SetName(NAME)
    node.SetTypeToUser()
    node.SetNumberOfColors(COLOURS)
    for index, colour in enumerate(fat_colours()):
        node.SetColor(index, f"{100 * index / (COLOURS - 1):.0f} %", *colour)
    node.SetHideFromEditors(True)
    node.SetSaveWithScene(False)
    return node
