"""The colours are those of the overlay picture, in an order that does not need hue."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.scene.fat_colours import fat_colours, new_colour_node


def test_they_are_plasma() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    full = matplotlib.colormaps["plasma"](np.linspace(0, 1, 256))[:, :3]
    assert np.abs(fat_colours() - full).max() < 0.02


def test_lightness_rises_all_the_way() -> None:
    luminance = fat_colours() @ (0.2126, 0.7152, 0.0722)
    assert np.all(np.diff(luminance) > 0)


def test_the_node_has_them_and_is_neither_listed_nor_saved(scene: Any) -> None:
    node = scene.AddNode(new_colour_node())
    colour = [0.0] * 4
    node.GetColor(255, colour)
    assert colour[:3] == pytest.approx(fat_colours()[-1])
    assert node.GetHideFromEditors()
    assert not node.GetSaveWithScene()
