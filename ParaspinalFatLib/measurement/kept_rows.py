"""KeptRows: the rows of slices and of whole structures, made anew only where an edit or another fat map changed them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ParaspinalFatLib.measurement.labelled_slices import Change, LabelledSlices, Pieces, Places
from ParaspinalFatLib.measurement.measurands import Measurand
from ParaspinalFatLib.measurement.perpendicular import PartAxes, perpendicular_areas
from ParaspinalFatLib.measurement.references import Person, Reference
from ParaspinalFatLib.measurement.rows import Frame, MutableRow, with_fat, with_reference
from ParaspinalFatLib.measurement.slice_rows import add_axis, slice_fat, slice_sizes
from ParaspinalFatLib.measurement.whole_rows import covered_mm, whole_fat, whole_sizes

Rows = tuple[MutableRow, dict[int, MutableRow]]
"""The whole row of a measurand, and slice number to slice row."""

_Kept = defaultdict[Measurand, dict[int, MutableRow]]
"""Slice number to a row, or the fat of a row, by measurand."""


class KeptRows:
    """Rows by measurand. None of those handed out is changed later.

    Args:
        references: values to compare whole rows with, in order of preference.
        person: whose rows they are.
    """

    def __init__(self, references: Sequence[Reference], person: Person) -> None:
        self._references = references
        self._person = person
        self._sizes: _Kept = defaultdict(dict)
        self._fats: _Kept = defaultdict(dict)
        self._whole_sizes: dict[Measurand, MutableRow] = {}
        self._axes: PartAxes = {}
        self._rows: dict[Measurand, Rows] = {}

    def forget(self, change: Change) -> None:
        """Drop what a change made untrue."""
        sized = {value for _, value in change.sizes}
        _drop(self._sizes, change.sizes)
        _drop(self._fats, change.fats)
        for part in [part for part in self._axes if not sized.isdisjoint(part)]:
            del self._axes[part]
        for measurand in [one for one in self._whole_sizes if not sized.isdisjoint(one.values)]:
            del self._whole_sizes[measurand]
        for measurand in [one for one in self._rows if not change.values.isdisjoint(one.values)]:
            del self._rows[measurand]

    def forget_fat(self) -> None:
        """Drop what names the fat method: it is another one."""
        self._fats.clear()
        self._rows.clear()

    def of(self, frame: Frame, measurand: Measurand, slices: LabelledSlices) -> Rows:
        """The rows of a measurand; at least one of its label values occurs."""
        if measurand not in self._rows:
            self._rows[measurand] = self._made(frame, measurand, slices)
        return self._rows[measurand]

    def _made(self, frame: Frame, measurand: Measurand, slices: LabelledSlices) -> Rows:
        by_slice = slices.slices_with(measurand.values)
        rows = self._with_sizes(frame, measurand, by_slice)
        if measurand not in self._whole_sizes:
            self._whole_sizes[measurand] = whole_sizes(frame, measurand, by_slice)
        whole = self._whole_sizes[measurand]
        if not measurand.is_muscle:
            return dict(whole), rows
        perpendicular = perpendicular_areas(measurand, slices, frame.grid, self._axes)
        fats = self._with_fats(frame, measurand, by_slice)
        for k, fat in fats.items():
            rows[k] = with_fat(add_axis(rows[k], perpendicular.get(k)), fat)
        fat_of_all = whole_fat(frame, measurand, by_slice)
        whole = dict(whole) if fat_of_all is None else with_fat(whole, fat_of_all)
        extent = covered_mm(measurand, by_slice, frame.grid)
        return with_reference(whole, measurand, self._references, self._person, extent), rows

    def _with_sizes(self, frame: Frame, measurand: Measurand, by_slice: Mapping[int, Pieces]) -> dict[int, MutableRow]:
        """Slice number to the row without fat and axis."""
        kept = self._sizes[measurand]
        for k in by_slice.keys() - kept.keys():
            kept[k] = slice_sizes(frame, measurand, k, by_slice[k])
        return {k: kept[k] for k in by_slice}

    def _with_fats(self, frame: Frame, measurand: Measurand, by_slice: Mapping[int, Pieces]) -> dict[int, MutableRow]:
        """Slice number to the fat, for the slices that hold all parts of a muscle."""
        kept = self._fats[measurand]
        for k in by_slice.keys() - kept.keys():
            fat = slice_fat(frame, measurand, by_slice[k])
            if fat is not None:
                kept[k] = fat
        return {k: kept[k] for k in by_slice if k in kept}


def _drop(kept: _Kept, changed: Places) -> None:
    slices = defaultdict(set)
    for k, value in changed:
        slices[value].add(k)
    for measurand, rows in kept.items():
        for k in rows.keys() & set().union(*(slices[value] for value in measurand.values if value in slices)):
            del rows[k]
