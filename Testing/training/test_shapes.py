"""Fitted shapes: the virtual subject takes on the map's outlines, and what is implausible is told apart."""

import numpy as np
import pytest
from scipy import ndimage

from ParaspinalFatLib.training.deformation import follow, read
from ParaspinalFatLib.training.shapes import (
    KNOT_MM,
    Shape,
    fit_shape,
    kept_digest,
    load_shapes,
    outlines_digest,
    plausible,
    rank_sources,
    save_shapes,
    shape_bank,
)


@pytest.fixture
def other_person(tiny_subject):
    """A label map of the same muscles, 15 % wider, shifted, and with a bulging right erector spinae; pixels of 1 mm."""
    grown = ndimage.zoom(tiny_subject.labels[0] % 255, (2.0, 2.3), order=0)
    grown[64:100, 30:42][grown[64:100, 30:42] == 0] = 3
    return np.where(grown <= 8, grown, 0).astype(np.uint8)


def overlap(first, second, value):
    a, b = first == value, second == value
    return 2 * np.sum(a & b) / (a.sum() + b.sum())


def test_the_deformed_subject_has_the_outlines_of_the_map(tiny_subject, other_person):
    shape = fit_shape(other_person, (1.0, 1.0), tiny_subject, 0)
    grid = np.mgrid[0 : other_person.shape[0], 0 : other_person.shape[1]].astype(np.float32)
    affine = np.tensordot(shape.matrix[:, :2], grid, axes=1) + shape.matrix[:, 2][:, None, None]
    moved = affine + follow(grid, shape.field.astype(np.float32), KNOT_MM, 1.0) - grid
    labels = read(tiny_subject.labels[0], moved.astype(np.float32), tiny_subject.pixel_mm, outside=0)
    for value in (1, 2, 3, 4):
        assert overlap(labels, other_person, value) > 0.9


def test_the_most_similar_slice_ranks_first(tiny_subject):
    labels = tiny_subject.labels.copy()
    labels[3, 34:37, 18:62] = 0
    changed = type(tiny_subject)("changed", tiny_subject.water, tiny_subject.fat, labels, tiny_subject.pixel_mm)
    assert rank_sources(labels[3], changed.pixel_mm, changed)[0][1] == 3


def test_a_squashing_fit_is_not_plausible():
    field = np.zeros((2, 2, 2), np.float16)
    body = Shape("a", 0, field, np.array([[1.1, 0.1, 0], [0, 0.9, 0]]), (0.0, 0.0))
    squashed = Shape("a", 0, field, np.array([[2.2, 0.0, 0], [0, 0.9, 0]]), (0.0, 0.0))
    assert plausible(body)
    assert not plausible(squashed)


def test_a_bank_is_read_as_it_was_written(tiny_subject, other_person, tmp_path):
    maps = {"other": (np.stack([other_person, other_person * 0]), (4.0, 1.0, 1.0))}
    bank = shape_bank(maps, [tiny_subject], sources=2)
    assert len(bank) == 2  # the empty slice has no muscles to fit
    save_shapes(bank, tmp_path / "bank.npz")
    again = load_shapes(tmp_path / "bank.npz")
    assert [(shape.subject, shape.slice) for shape in again] == [(shape.subject, shape.slice) for shape in bank]
    np.testing.assert_array_equal(again[1].field, bank[1].field)
    np.testing.assert_array_equal(again[1].matrix, bank[1].matrix)


def test_a_file_of_shapes_says_what_they_were_fitted_to(tiny_subject, tmp_path):
    path = tmp_path / "bank.npz"
    assert kept_digest(path) is None
    save_shapes([], path)
    assert kept_digest(path) == ""
    save_shapes([], path, outlines_digest(tiny_subject))
    assert kept_digest(path) == outlines_digest(tiny_subject) != outlines_digest(tiny_subject.select(np.arange(5)))
    assert load_shapes(path) == []
    path.write_bytes(path.read_bytes()[:100])
    assert kept_digest(path) is None
