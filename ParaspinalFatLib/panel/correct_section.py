"""CorrectSection: the Segment Editor on the present case, help between slices, and who drew what."""

from __future__ import annotations

from typing import Any

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.roles import segmentation_role
from ParaspinalFatLib.panel.between_slices import BetweenSlices, title
from ParaspinalFatLib.panel.message import Message
from ParaspinalFatLib.panel.segment_editing import SegmentEditing
from ParaspinalFatLib.panel.segments_table import SegmentsTable
from ParaspinalFatLib.panel.workplace import Workplace
from ParaspinalFatLib.scene.jump import jump_to
from ParaspinalFatLib.scene.model_mask import model_mask_of, model_outline_shown, show_model_outline
from ParaspinalFatLib.scene.slice_places import place_in_slice, slice_to_draw, turn_to_slices
from ParaspinalFatLib.scene.translation import tr as _

NO_CASE = "Outline the muscles with Apply, or select a segmentation; then correct it here."


class CorrectSection:
    """What the widgets of Correct.ui do.

    Args:
        ui: the widgets of Correct.ui by name.
        logic: the module's logic.
        workplace: the panel, which holds the live case.
    """

    def __init__(self, ui: Any, logic: Any, workplace: Workplace) -> None:  # noqa: ARG002  sections are made alike
        self._ui = ui
        self._workplace = workplace
        self._scene: Any = None
        self._message = Message(ui.correctMessageLabel)
        self._editing = SegmentEditing(ui.segmentEditorWidget)
        self._between = BetweenSlices(ui, lambda: self._editing.case, self._message)
        self._segments = SegmentsTable(ui.segmentsTable, self._on_paint)
        self._absent: list[str] = []
        ui.protectCheckBox.toggled.connect(self._on_protect)
        ui.modelOutlineCheckBox.toggled.connect(self._on_model_outline)
        ui.addButton.clicked.connect(self._on_add)
        ui.segmentEditorWidget.currentSegmentIDChanged.connect(self._on_segment)

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none while the scene is closed."""
        if parameters is None:
            self._editing.close()
        self.update()

    def update(self) -> None:
        """Show the present case."""
        case = self._workplace.live_case
        self._editing.open(case, bool(self._ui.protectCheckBox.isChecked()))
        if case is not None:
            self._scene = case.segmentation.GetScene()
        for widget in (self._ui.protectCheckBox, self._ui.segmentEditorWidget, self._ui.segmentsCollapsibleButton):
            widget.setEnabled(case is not None)
        has_model = case is not None and model_mask_of(case.segmentation) is not None
        self._ui.modelOutlineCheckBox.setEnabled(has_model)
        self._ui.modelOutlineCheckBox.setChecked(has_model and model_outline_shown(case.segmentation))
        self._ui.correctHintLabel.setText("" if case is not None else _(NO_CASE))
        self._ui.correctHintLabel.setVisible(case is None)
        self._between.update()
        states = {} if case is None else case.segment_states()
        self._segments.show(states)
        self._offer_absent([name for name in BY_IDENTIFIER if name not in states] if case is not None else [])

    def enter(self) -> None:
        """The module is shown."""
        self._editing.enter()

    def exit(self) -> None:
        """Another module is shown: take keyboard shortcuts and mouse away."""
        self._editing.exit()

    def close(self) -> None:
        """The panel goes; nothing of the editor stays in the scene."""
        self._editing.exit()
        self._editing.close()
        if self._scene is not None:
            self._editing.leave_scene(self._scene)
            self._scene = None

    def paint(self, identifier: str, slice_index: int | None = None) -> None:
        """Select a structure's segment, show the slice, and be ready to paint with the next stroke.

        Args:
            identifier: of the structure ("MF_right"); one that has no segment gets an empty one.
            slice_index: number of the slice as the table gives it (axial order, 0 = most caudal); None for the slice that
                is shown if the structure is outlined there, else the one in which it is largest.
        """
        case = self._editing.case
        if case is None:
            self._message.say(_(NO_CASE))
            return
        structure, labels = BY_IDENTIFIER[identifier], case.labels()
        scene = case.segmentation.GetScene()
        turn_to_slices(scene, case.volumes[segmentation_role(case.volumes)], labels)
        if slice_index is None:
            slice_index = slice_to_draw(scene, labels, structure)
        self._editing.paint(structure)
        self._between.choose(structure)
        jump_to(scene, place_in_slice(labels, slice_index, structure))
        self._message.say(_("Paint {structure} in slice {slice}.").format(structure=title(structure), slice=slice_index))

    def _on_paint(self, identifier: str) -> None:
        self._workplace.paint(identifier)

    def _on_add(self, *_checked: Any) -> None:
        index = self._ui.absentComboBox.property("currentIndex")
        if 0 <= index < len(self._absent):
            self._workplace.paint(self._absent[index])

    def _on_protect(self, protected: bool) -> None:
        self._editing.protect(protected)

    def _on_model_outline(self, shown: bool) -> None:
        case = self._editing.case
        if case is not None and shown != model_outline_shown(case.segmentation):
            show_model_outline(case.segmentation, shown)

    def _on_segment(self, *_segment_id: Any) -> None:
        structure = self._editing.structure
        if structure is not None:
            self._between.choose(structure)

    def _offer_absent(self, absent: list[str]) -> None:
        if absent == self._absent:
            return
        self._absent = absent
        self._ui.absentComboBox.clear()
        self._ui.absentComboBox.addItems([title(BY_IDENTIFIER[name]) for name in absent])
        self._ui.addButton.setEnabled(bool(absent))
