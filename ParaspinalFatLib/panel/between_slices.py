"""BetweenSlices: the buttons that carry an outline between slices or to the other side; each one step to undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, Structure
from ParaspinalFatLib.correction.copying import copied
from ParaspinalFatLib.correction.interpolation import interpolated
from ParaspinalFatLib.correction.mirroring import mirrored_to_other_side
from ParaspinalFatLib.correction.outline import Correction
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.panel.message import Message
from ParaspinalFatLib.scene.jump import jump_to
from ParaspinalFatLib.scene.slice_places import place_in_slice, shown_slice
from ParaspinalFatLib.scene.translation import tr as _


class BetweenSlices:
    """What the widgets under "Between slices" do.

    Args:
        ui: the widgets of Correct.ui by name.
        case: gives the open case (``LiveCase``), or None.
        message: where the outcome is said.
    """

    def __init__(self, ui: Any, case: Callable[[], Any], message: Message) -> None:
        self._ui = ui
        self._case = case
        self._message = message
        self._shown: Any = None
        for button, work in (
            (ui.interpolateButton, self._interpolate),
            (ui.mirrorButton, self._mirror),
            (ui.copyUpButton, lambda: self._copy(1)),
            (ui.copyDownButton, lambda: self._copy(-1)),
            (ui.firstHereButton, lambda: self._here(ui.firstSliceSpinBox)),
            (ui.lastHereButton, lambda: self._here(ui.lastSliceSpinBox)),
        ):
            button.clicked.connect(lambda *_checked, work=work: message.told(work))

    def update(self) -> None:
        """Offer the structures and slices of the present case."""
        case = self._case()
        self._ui.betweenCollapsibleButton.setEnabled(case is not None)
        if case is None:
            self._shown = None
            return
        present = [name for name in BY_IDENTIFIER if name in case.segment_states()]
        last = axial_view(case.measurement.fat_map.fraction).image.array.shape[0] - 1
        if self._shown != (case, present, last):
            is_new = self._shown is None or self._shown[0] is not case
            self._shown = (case, present, last)
            self._offer(present, last, whole_range=is_new)

    def choose(self, structure: Structure) -> None:
        """Select the structure to be carried."""
        index = self._ui.structureComboBox.findData(structure.identifier)
        if index >= 0:
            self._ui.structureComboBox.setCurrentIndex(index)

    def _offer(self, present: list[str], last: int, *, whole_range: bool) -> None:
        box = self._ui.structureComboBox
        chosen = box.property("currentText")
        box.clear()
        for name in present:
            box.addItem(title(BY_IDENTIFIER[name]), name)
        box.setCurrentIndex(max(box.findText(chosen), 0))
        for spin in (self._ui.firstSliceSpinBox, self._ui.lastSliceSpinBox):
            spin.setRange(0, last)
        if whole_range:
            self._ui.firstSliceSpinBox.setValue(0)
            self._ui.lastSliceSpinBox.setValue(last)

    def _interpolate(self) -> str:
        keep = bool(self._ui.keepDrawnCheckBox.isChecked())
        return self._applied(interpolated(self._labels(), self._structure(), *self._range(), keep_drawn=keep))

    def _mirror(self) -> str:
        return self._applied(mirrored_to_other_side(self._labels(), self._structure(), *self._range()))

    def _copy(self, step: int) -> str:
        case, structure = self._case(), self._structure()
        source = self._shown_slice()
        said = self._applied(copied(self._labels(), structure, source, source + step))
        jump_to(case.segmentation.GetScene(), place_in_slice(case.labels(), source + step, structure))
        return said

    def _here(self, spin: Any) -> str:
        spin.setValue(self._shown_slice())
        return ""

    def _applied(self, correction: Correction) -> str:
        """Change the case, as one step that can be undone."""
        name = title(correction.structure)
        if not correction.slices:
            return _("Nothing changed: the {structure} is like that already.").format(structure=name)
        self._case().apply_labels(correction.labels, [correction.structure.identifier], correction.why)
        slices = ranges(correction.slices)
        return _("{structure} {done}; changed slices: {slices}. Z undoes it.").format(
            structure=name, done=correction.why, slices=slices
        )

    def _shown_slice(self) -> int:
        image: Image = self._case().measurement.fat_map.fraction
        k = shown_slice(self._case().segmentation.GetScene(), image)
        if k is None:
            raise InputError("No slice view shows this image. Show it in a view, then try again.")
        return k

    def _labels(self) -> Image:
        labels: Image = self._case().labels()
        return labels

    def _structure(self) -> Structure:
        box = self._ui.structureComboBox
        identifier = box.itemData(box.property("currentIndex"))
        if identifier not in BY_IDENTIFIER:
            raise InputError("No structure is chosen. Choose one that is outlined in this case.")
        return BY_IDENTIFIER[identifier]

    def _range(self) -> tuple[int, int]:
        first, last = (self._ui.firstSliceSpinBox.property("value"), self._ui.lastSliceSpinBox.property("value"))
        return int(first), int(last)


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, those that follow each other as a range.

    >>> ranges([0, 1, 2, 5, 7, 8])
    '0-2, 5, 7-8'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def title(structure: Structure) -> str:
    """A structure as people read it: full name and abbreviation ("right multifidus (MF)")."""
    if structure.abbreviation.lower() in structure.name.split()[-1].lower():
        return structure.name
    return f"{structure.name} ({structure.abbreviation})"
