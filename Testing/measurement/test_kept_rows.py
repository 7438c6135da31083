"""What an edit or another fat map leaves as it is, is not made again; what it changes, is."""

import numpy as np
import pytest

from ParaspinalFatLib.measurement import kept_rows
from ParaspinalFatLib.measurement.kept_rows import KeptRows
from ParaspinalFatLib.measurement.labelled_slices import Change, measured_slices
from ParaspinalFatLib.measurement.references import Person
from ParaspinalFatLib.measurement.slice_statistics import Voxels


@pytest.fixture
def calls(monkeypatch):
    """Names of the functions that made rows, in order."""
    made = []

    def noting(name, work):
        return lambda *arguments: made.append(name) or work(*arguments)

    for name in ("slice_sizes", "slice_fat", "whole_sizes", "whole_fat"):
        monkeypatch.setattr(kept_rows, name, noting(name, getattr(kept_rows, name)))
    return made


@pytest.fixture
def kept(right_multifidus, calls):
    rows = KeptRows((), Person())
    rows.of(*right_multifidus)
    calls.clear()
    return rows


def test_unchanged_rows_are_the_very_same(right_multifidus, kept, calls):
    first = kept.of(*right_multifidus)
    kept.forget(Change(frozenset(), frozenset()))
    assert kept.of(*right_multifidus) is first
    assert calls == []


def test_another_fat_map_leaves_sizes_as_they_are(right_multifidus, kept, calls):
    frame, muscle, before = right_multifidus
    voxels = Voxels(np.where(before.labels == 1, np.float32(0.5), before.voxels.fraction), None, None, None)
    after, change = measured_slices(before.labels, voxels, before)
    kept.forget(change)
    whole, rows = kept.of(frame, muscle, after)
    assert (calls.count("slice_fat"), calls.count("slice_sizes")) == (8, 0)
    assert (calls.count("whole_fat"), calls.count("whole_sizes")) == (1, 0)
    assert {row["ff_mean_pct"] for row in (whole, *rows.values())} == {50.0}


def test_an_edited_slice_is_measured_again_and_no_other(right_multifidus, kept, calls):
    frame, muscle, before = right_multifidus
    labels = before.labels.copy()
    labels[4][labels[4] == 1] = 0
    labels[4, 30, 10:20] = 1
    after, change = measured_slices(labels, before.voxels, before)
    kept.forget(change)
    whole, rows = kept.of(frame, muscle, after)
    assert sorted(calls) == ["slice_fat", "slice_sizes", "whole_fat", "whole_sizes"]
    assert rows[4]["voxels"] == 10
    fresh = KeptRows((), Person()).of(frame, muscle, after)
    assert (whole, rows) == fresh


def test_another_method_is_named_although_its_fractions_are_the_same(right_multifidus, kept, calls):
    kept.forget_fat()
    kept.of(*right_multifidus)
    assert (calls.count("slice_fat"), calls.count("slice_sizes")) == (8, 0)
