"""Names carried from a midline plane to outlined discs."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.case_session import MeasurementSettings
from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.level_naming import LevelFinder, LevelNames, NamedLevels, with_names
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_detection import LevelSearch, detect_levels
from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.progress import Progress

AXIAL = np.array([[-2.0, 0, 0, 60], [0, -2.0, 0, 80], [0, 0, 4.0, -90], [0, 0, 0, 1]])
SAGITTAL = np.array([[0, 0, -4.0, 22], [-1.0, 0, 0, 60], [0, -1.0, 0, 90], [0, 0, 0, 1]])
HEIGHTS = (-50.0, -14.0, 22.0, 58.0)
"""Superior mm of four discs."""


def stack(lowest_outlined: int = 0) -> tuple[Image, Image]:
    """An axial stack in which discs are bright, and its outlines from the disc of this number on."""
    empty = Image(np.zeros((46, 80, 60), np.float32), AXIAL)
    labels = np.zeros(empty.array.shape, np.uint8)
    image = np.full(empty.array.shape, 10.0, np.float32)
    for number, height in enumerate(HEIGHTS):
        k = round((height + 90) / 4)
        image[k - 1 : k + 2, 30:50, 20:40] = 100
        if number >= lowest_outlined:
            labels[k, 30:50, 20:40] = BY_IDENTIFIER["IVD"].value
    return empty.with_array(image), empty.with_array(labels)


def bright_is_disc(planes: np.ndarray, progress: Progress) -> np.ndarray:
    """A network for these drawings: what is bright is a disc, what lies between is a body; the lowest is the lowest."""
    progress(0.0, "Looking")
    found = np.zeros((len(planes), 5, *planes.shape[1:]), np.float32)
    for classes, plane in zip(found, planes, strict=True):
        bright = plane > 55
        columns = np.flatnonzero(bright.any(axis=0))
        rows = np.flatnonzero(bright.any(axis=1))
        inside = slice(columns[0], columns[-1] + 1)
        groups = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
        for number, group in enumerate(groups):
            end = groups[number + 1][0] - 1 if number + 1 < len(groups) else len(plane)
            classes[SpineClass.DISC if number else SpineClass.LOWEST_DISC, group[0] : group[-1] + 1, inside] = 0.97
            classes[SpineClass.BODY if number else SpineClass.LOWEST_BODY, group[-1] + 2 : end, inside] = 0.97
        classes[SpineClass.BACKGROUND] = 1 - classes.sum(axis=0)
    return found


def test_discs_of_an_axial_stack_are_named() -> None:
    image, labels = stack()
    named = LevelFinder(bright_is_disc)(image, labels)
    discs = [level for level in named.levels if level.kind is LevelKind.DISC]
    assert [level.name for level in discs] == ["L5/S1", "L4/5", "L3/4", "L2/3"]
    assert [level.position[2] for level in discs] == pytest.approx(HEIGHTS, abs=2.0)


def sagittal() -> Image:
    empty = Image(np.zeros((12, 180, 120), np.float32), SAGITTAL)
    k, j, i = np.indices(empty.array.shape)
    _, a, s = np.moveaxis(empty.world(np.stack([i, j, k], axis=-1)), -1, 0)
    near = np.min([abs(s - height) for height in HEIGHTS], axis=0) <= 5
    return empty.with_array(np.where(near & (abs(a) < 18), 100, 10).astype(np.float32))


def test_names_of_a_sagittal_series_are_carried_to_the_outlined_discs() -> None:
    image, labels = stack(lowest_outlined=1)
    named = LevelFinder(bright_is_disc, sagittal())(image, labels)
    names = with_names(LevelSearch(), labels, named)
    assert names_measured(labels, names) == ["L4/5", "L3/4", "L2/3"]
    assert not names.measured
    assert names.told[0].code == "levels_named_automatically"
    assert "sagittal" in names.told[0].sentence


def names_measured(labels: Image, names: LevelNames) -> list[str]:
    """What the outlined discs are called when a case with these names is measured."""
    settings = names.applied(MeasurementSettings())
    view = axial_view(labels)
    search = settings.search
    found = detect_levels(view.image.array, AxialGrid.of(view.image), search.kind, search.most_caudal, places=search.places)
    return [level.name for level in settings.levels or found.levels]


def test_a_name_said_by_a_reader_or_a_list_of_levels_is_not_overruled() -> None:
    names = LevelNames((Level("L4/5", (0.0, 0.0, -50.0)),))
    said = MeasurementSettings(search=LevelSearch(most_caudal="L5/S1"))
    listed = MeasurementSettings(levels=(Level("L3/4", (0.0, 0.0, 0.0)),))
    assert names.applied(said) == said
    assert names.applied(listed) == listed
    assert LevelNames().applied(MeasurementSettings()) == MeasurementSettings()


def test_a_disc_drawn_below_the_named_ones_does_not_move_their_names() -> None:
    image, labels = stack(lowest_outlined=1)
    names = with_names(LevelSearch(), labels, LevelFinder(bright_is_disc)(image, labels))
    assert names_measured(labels, names) == ["L4/5", "L3/4", "L2/3"]
    _, with_lowest = stack()
    assert names_measured(with_lowest, names) == ["L5/S1", "L4/5", "L3/4", "L2/3"]
    _, without_two = stack(lowest_outlined=2)
    assert names_measured(without_two, names) == ["L3/4", "L2/3"]


def test_a_sagittal_series_of_another_place_is_refused() -> None:
    image, labels = stack()
    moved = SAGITTAL.copy()
    moved[2, 3] += 500
    with pytest.raises(GeometryError, match="same place"):
        LevelFinder(bright_is_disc, Image(sagittal().array, moved))(image, labels)


def named(*heights: float) -> NamedLevels:
    names = ("L5/S1", "L4/5", "L3/4", "L2/3")
    levels = tuple(Level(name, (0.0, 0.0, height)) for name, height in zip(names, heights, strict=False))
    return NamedLevels(levels, 0.9, "", "the axial images")


def test_without_names_levels_stay_numbered_and_the_reader_is_told_why() -> None:
    _, labels = stack()
    names = with_names(LevelSearch(), labels, NamedLevels((), 0.1, "two discs could be it", "the images"))
    assert names.places == ()
    assert names_measured(labels, names)[0] == "disc 1 (most caudal)"
    assert names.told[0].code == "levels_not_named"
    assert "two discs could be it" in names.told[0].sentence


def test_named_places_serve_where_the_outlined_discs_are_others() -> None:
    _, labels = stack()
    names = with_names(LevelSearch(), labels, named(-32.0, 4.0, 40.0))
    assert names.measured
    assert names_measured(labels, names) == ["L5/S1", "L4/5", "L3/4"]


def test_named_places_serve_where_no_disc_is_outlined() -> None:
    _, labels = stack(lowest_outlined=4)
    names = with_names(LevelSearch(), labels, named(*HEIGHTS))
    assert names_measured(labels, names) == ["L5/S1", "L4/5", "L3/4", "L2/3"]


def test_a_stack_too_low_stays_numbered() -> None:
    image, labels = stack()
    low = [Image(one.array[:8], one.affine) for one in (image, labels)]
    found = LevelFinder(bright_is_disc)(*low)
    assert found.levels == ()
    assert "two discs" in found.reason
