"""Between two circles lie circles: their radius and centre change evenly; nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_spine import SPACING_JI, disc

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.correction.interpolation import between, interpolated
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image

MF = BY_IDENTIFIER["MF_right"]
SHAPE = (80, 120)
AFFINE = np.array([[-0.8, 0, 0, 40], [0, -1.0, 0, 30], [0, 0, 4.0, -10], [0, 0, 0, 1]])


def stack(*planes: np.ndarray) -> Image:
    return Image(np.stack([plane.astype(np.uint8) * MF.value for plane in planes]), AFFINE)


def area_and_centre(mask: np.ndarray) -> tuple[float, np.ndarray]:
    return mask.sum() * np.prod(SPACING_JI), np.argwhere(mask).mean(axis=0) * SPACING_JI


@pytest.mark.parametrize("part", [0.25, 0.5, 0.75])
def test_radius_and_place_change_evenly_even_without_overlap(part):
    start, end = disc(SHAPE, (20.0, 25.0), 8.0), disc(SHAPE, (60.0, 60.0), 16.0)
    area, centre = area_and_centre(between(start, end, part, SPACING_JI))
    assert np.sqrt(area / np.pi) == pytest.approx(8 + 8 * part, abs=0.3)  # a third of a pixel
    assert centre == pytest.approx(np.array([20.0, 25.0]) + part * np.array([40.0, 35.0]), abs=0.3)


@pytest.mark.parametrize("part", [0.0, 1.0])
def test_the_ends_are_the_outlines_themselves(part):
    ends = disc(SHAPE, (20.0, 25.0), 8.0), disc(SHAPE, (30.0, 28.0), 12.0)
    np.testing.assert_array_equal(between(*ends, part, SPACING_JI), ends[int(part)])


def test_only_the_slices_between_change_and_neighbours_stay():
    circle, empty = disc(SHAPE, (40.0, 40.0), 10.0), np.zeros(SHAPE, bool)
    labels = stack(circle, circle, empty, empty, circle, empty)
    labels.array[2, 40, 45:60] = BY_IDENTIFIER["ES_right"].value
    correction = interpolated(labels, MF, 4, 1)
    assert correction.slices == (2, 3)
    assert correction.why == "interpolated between slices 1 and 4"
    np.testing.assert_array_equal(correction.labels[[0, 1, 4, 5]], labels.array[[0, 1, 4, 5]])
    np.testing.assert_array_equal(correction.labels[3] == MF.value, circle)
    assert np.all(correction.labels[2, 40, 45:60] == BY_IDENTIFIER["ES_right"].value)


def test_outlines_between_are_replaced_or_kept_as_asked():
    small, large = disc(SHAPE, (40.0, 40.0), 5.0), disc(SHAPE, (40.0, 40.0), 15.0)
    labels = stack(small, np.zeros(SHAPE, bool), large, np.zeros(SHAPE, bool), small)
    np.testing.assert_array_equal(interpolated(labels, MF, 0, 4).labels[2] == MF.value, small)
    kept = interpolated(labels, MF, 0, 4, keep_drawn=True)
    assert kept.slices == (1, 3)
    assert area_and_centre(kept.labels[1] == MF.value)[0] == pytest.approx(np.pi * 10**2, rel=0.04)


def test_a_range_without_ends_or_without_room_is_refused():
    circle = disc(SHAPE, (40.0, 40.0), 5.0)
    with pytest.raises(InputError, match="No slice lies between 0 and 1"):
        interpolated(stack(circle, circle), MF, 0, 1)
    with pytest.raises(InputError, match="not outlined in slice 2"):
        interpolated(stack(circle, circle, circle * False), MF, 0, 2)
    with pytest.raises(InputError, match="outlined in every slice"):
        interpolated(stack(circle, circle, circle), MF, 0, 2, keep_drawn=True)
