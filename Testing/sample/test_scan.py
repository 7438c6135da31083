"""A voxel is the mean of what it covers, and the truth comes from the geometry."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.sample.muscles import MUSCLES
from ParaspinalFatLib.sample.protocol import Protocol
from ParaspinalFatLib.sample.scan import SAMPLES_THROUGH, SliceRecord, record

PROTOCOL = Protocol()


@pytest.fixture(scope="module")
def sacral_slice() -> SliceRecord:
    return next(record(PROTOCOL, slices=[0]))


@pytest.fixture(scope="module")
def lumbar_slice() -> SliceRecord:
    return next(record(PROTOCOL, slices=[14]))


@pytest.mark.parametrize("identifier", ["IC_right", "IC_left"])
def test_the_area_of_a_muscle_that_nothing_covers_is_that_of_its_outline(sacral_slice: SliceRecord, identifier: str) -> None:
    muscle = next(each for each in MUSCLES if each.identifier == identifier)
    offsets = (np.arange(SAMPLES_THROUGH) + 0.5) / SAMPLES_THROUGH - 0.5
    outlines = [muscle.outline(PROTOCOL.bottom_mm + offset * PROTOCOL.spacing_mm) for offset in offsets]
    expected = np.mean([outline.area for outline in outlines if outline is not None])
    area = sacral_slice.coverage[BY_IDENTIFIER[identifier].value].sum() * PROTOCOL.pixel_mm**2
    assert area == pytest.approx(expected, rel=5e-3)


def test_structures_never_share_more_than_a_whole_voxel(lumbar_slice: SliceRecord) -> None:
    assert sum(lumbar_slice.coverage.values()).max() <= 1 + 1e-5  # type: ignore[union-attr]


def test_a_label_is_the_structure_that_fills_most_of_the_voxel(lumbar_slice: SliceRecord) -> None:
    for value, share in lumbar_slice.coverage.items():
        assert np.all(lumbar_slice.labels[share > 0.5] == value)
        assert np.all(share[lumbar_slice.labels == value] > 0.25)


def test_right_lies_on_the_right(lumbar_slice: SliceRecord) -> None:
    columns = {
        side: np.nonzero(lumbar_slice.labels == BY_IDENTIFIER[f"ES_{side}"].value)[1].mean() for side in ("right", "left")
    }
    assert columns["right"] < PROTOCOL.columns / 2 < columns["left"]


def test_a_voxel_inside_a_muscle_has_the_fat_of_its_field(lumbar_slice: SliceRecord) -> None:
    value = BY_IDENTIFIER["PM_right"].value
    inside = lumbar_slice.coverage[value] > 0.999
    ratio = lumbar_slice.fat[inside] / (lumbar_slice.fat + lumbar_slice.water)[inside]
    assert ratio.mean() == pytest.approx(lumbar_slice.fat_field[value], abs=0.015)


def test_a_slice_is_the_same_alone_as_among_others(lumbar_slice: SliceRecord) -> None:
    *_, among_others = record(PROTOCOL, slices=[13, 14])
    assert np.array_equal(among_others.water, lumbar_slice.water)
    assert np.array_equal(among_others.labels, lumbar_slice.labels)


def test_voxels_of_any_size_show_the_same_body() -> None:
    coarse = Protocol(columns=144, rows=93, pixel_mm=2.5, left_mm=-178.75, back_mm=-127.375)
    fine_slice, coarse_slice = next(record(PROTOCOL, slices=[9])), next(record(coarse, slices=[9]))
    for value in (BY_IDENTIFIER["ES_left"].value, BY_IDENTIFIER["QL_right"].value):
        areas = [
            each.coverage[value].sum() * pixel**2
            for each, pixel in ((fine_slice, PROTOCOL.pixel_mm), (coarse_slice, coarse.pixel_mm))
        ]
        assert areas[1] == pytest.approx(areas[0], rel=0.01)
