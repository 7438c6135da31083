"""Outlines hidden, as lines, or filled: what the display node of a real segmentation says."""

from __future__ import annotations

from typing import Any

import pytest

from ParaspinalFatLib.scene.mask_display import is_filled, is_hidden, set_filled, set_hidden


@pytest.fixture
def segmentation(scene: Any) -> Any:
    return scene.AddNewNodeByClass("vtkMRMLSegmentationNode")


def test_hiding_and_showing(segmentation: Any) -> None:
    for hidden in (True, False):
        set_hidden(segmentation, hidden)
        assert is_hidden(segmentation) is hidden
        assert bool(segmentation.GetDisplayNode().GetVisibility()) is not hidden


def test_lines_stay_when_the_filling_goes(segmentation: Any) -> None:
    for filled in (False, True):
        set_filled(segmentation, filled)
        assert is_filled(segmentation) is filled
        assert segmentation.GetDisplayNode().GetVisibility2DOutline()
