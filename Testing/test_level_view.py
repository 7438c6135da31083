"""Planes for the level network: of the sagittal series where it lies in the axial stack's place, else cut from the stack."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.level_view import AROUND_MM, AXIAL, SAGITTAL, level_view, require_same_place

STACK = Image(
    np.zeros((40, 80, 60), np.float32), np.array([[-2.0, 0, 0, 60], [0, -2.0, 0, 80], [0, 0, 4.0, -80], [0, 0, 0, 1]])
)
"""120 mm wide (R -58 to 60), 160 mm deep, 156 mm high."""


def series(middle_mm: float = 0.0, superior_mm: float = 90.0) -> Image:
    """Twenty-one sagittal slices, 4 mm apart, around this position (to the right positive)."""
    affine = np.array([[0, 0, -4.0, middle_mm + 40], [-1.0, 0, 0, 60], [0, -1.0, 0, superior_mm], [0, 0, 0, 1]])
    return Image(np.zeros((21, 180, 120), np.float32), affine)


def test_a_series_through_the_stack_is_looked_at_itself() -> None:
    view = level_view(STACK, STACK.with_array(np.zeros(STACK.array.shape, np.uint8)), series())
    assert view.seen_in == SAGITTAL
    assert view.planes is not None
    assert len(view.planes.images) >= 1


@pytest.mark.parametrize(
    "moved",
    [series(middle_mm=60 + AROUND_MM + 1), series(superior_mm=290.0), series(superior_mm=-100.0)],
    ids=["beside", "above", "below"],
)
def test_a_series_of_another_place_is_refused(moved: Image) -> None:
    with pytest.raises(GeometryError, match="same place"):
        require_same_place(moved, STACK)


def test_the_middle_of_a_series_may_lie_a_little_beside_the_stack() -> None:
    require_same_place(series(middle_mm=60 + AROUND_MM - 1), STACK)


def test_of_a_single_slice_no_plane_can_be_cut_and_it_is_said_why() -> None:
    slice_alone = Image(np.zeros((1, 80, 60), np.float32), STACK.affine)
    view = level_view(slice_alone, slice_alone.with_array(np.zeros((1, 80, 60), np.uint8)))
    assert (view.seen_in, view.planes) == (AXIAL, None)
    assert view.reason


def test_an_outlined_canal_is_what_the_stack_is_cut_along() -> None:
    labels = np.zeros(STACK.array.shape, np.uint8)
    labels[:, 38:44, 27:33] = BY_IDENTIFIER["canal"].value
    labels[:, 20:36, 20:40] = BY_IDENTIFIER["VB"].value
    labels[:, :, 40:], labels[:, :, :40] = 0, labels[:, :, 20:].copy()
    view = level_view(STACK, STACK.with_array(labels))
    assert view.planes is not None, view.reason
    rows, columns = (size // 2 for size in view.planes.images.shape[1:])
    # The outlines lie 40 mm to the patient's right of the middle of the stack.
    assert view.planes.position(0, rows, columns)[0] == pytest.approx(41.0, abs=2.0)
