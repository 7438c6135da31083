"""Fat colours end where muscle does, even if the fat map goes on."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.report.slice_view import Crop, SliceView


def test_only_muscle_is_coloured() -> None:
    from matplotlib.figure import Figure

    labels = np.array([[1, 12, 0]], np.uint8)
    view = SliceView(np.zeros((1, 3)), labels, np.full((1, 3), 0.2), (1.0, 1.0), "")
    shown = view.draw_fat(Figure().add_subplot())
    array = shown.get_array()
    assert array is not None
    assert np.ma.getmaskarray(array).tolist() == [[False, True, True]]
    assert array[0, 0] == 20.0


def test_a_crop_is_the_rectangle_it_names() -> None:
    plane = np.arange(12).reshape(3, 4)
    assert Crop(1, 3, 0, 2).of(plane).tolist() == [[4, 5], [8, 9]]
