"""LiveCase: a case in the scene whose numbers follow the edits of its segmentation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.case import CaseSession, MeasurementSettings
from ParaspinalFatLib.errors import InputError, ParaspinalFatError
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import segmentation_role
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.scene.changed_cells import CellKey, changed_cells
from ParaspinalFatLib.scene.corrections import Corrections, SegmentState, note_tags, write_tags
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.model_mask import model_labels
from ParaspinalFatLib.scene.present_images import PresentImages
from ParaspinalFatLib.scene.segment_voxels import write_segments
from ParaspinalFatLib.scene.segmentations import SegmentedLabels, labels_of
from ParaspinalFatLib.scene.tables import update_table
from ParaspinalFatLib.scene.undo import UndoHistory
from ParaspinalFatLib.scene.volumes import VolumeNodes
from ParaspinalFatLib.scene.watch import CaseWatch

Listener = Callable[[], None]


class LiveCase:
    """A case in the scene, measured anew after each edit.

    Edits are heard, not measured at once: whoever shows the case waits until the hand rests and calls :meth:`recompute`.

    Attributes:
        volumes, segmentation, table: the nodes.
        measurement: the present numbers.
        changed: the cells that the last recompute changed.
        dirty: an edit waits to be measured.
        problem: why the last recompute failed; empty if it did not.
        lost: why the case cannot be measured any more (a node was removed, the scene closed); empty while it can.
        author: initials recorded with edits; may be empty.
        on_dirty: called when an edit was heard, each time.
        on_lost: called once, when the case is lost.
        save_undo_state: saves the state that undo goes back to, before a change by :meth:`apply_labels`: the Segment
            Editor's own where one is open. Until another is set, the case keeps a history of its own (:attr:`history`).
        history: undo and redo of changes that were not made in a Segment Editor.
    """

    def __init__(
        self,
        logic: SceneLogic,
        volumes: VolumeNodes,
        segmentation: Any,
        table: Any = None,
        settings: MeasurementSettings | None = None,
        session: CaseSession | None = None,
    ) -> None:
        """Measure the case and begin to listen.

        Args:
            logic: reads the images and makes the table node if there is none.
            volumes: role to vtkMRMLScalarVolumeNode.
            segmentation: vtkMRMLSegmentationNode.
            table: vtkMRMLTableNode to keep up to date; None for that of the last run, or else a new one.
            settings: fat method, levels ...
            session: has measured these images with these settings, and ``table`` shows the result: saves doing it again.

        Raises:
            ParaspinalFatError: as :meth:`SceneLogic.measure`.
        """
        self.volumes = dict(volumes)
        self.segmentation = segmentation
        self.author = ""
        self.dirty = False
        self.problem = ""
        self.lost = ""
        self.changed: frozenset[CellKey] = frozenset()
        self.on_dirty: Listener | None = None
        self.on_lost: Listener | None = None
        self._volume = self.volumes[segmentation_role(self.volumes)]
        self._listeners: list[Listener] = []
        self._images = PresentImages(logic, self.volumes, segmentation, settings or MeasurementSettings(), session)
        self._writing = False
        self._segmented = labels_of(segmentation, self._volume)
        self.measurement: Measurement = self._images.measure(self._segmented)
        is_shown = session is not None and table is not None
        self.table = table if is_shown else logic.show_measurement(self.volumes, segmentation, self.measurement, table)
        self.model_labels = model_labels(segmentation, self._volume)
        self._corrections = Corrections(self.model_labels, self._segmented.labels, segmentation)
        self.history = UndoHistory(segmentation)
        self.save_undo_state: Listener = self.history.save
        self._watch = CaseWatch(segmentation, self.volumes.values(), self.mark_edited, self._lose)

    @property
    def settings(self) -> MeasurementSettings:
        """What is measured and how."""
        return self._images.settings

    def mark_edited(self) -> None:
        """An edit was heard; called by the observers, and by whoever knows of a change that they cannot see."""
        if self._writing or self.lost:
            return
        self.dirty = True
        if self.on_dirty is not None:
            self.on_dirty()

    def recompute(self) -> Measurement:
        """Measure what changed, bring table node and segment tags up to date, and tell the listeners.

        Raises:
            ParaspinalFatError: the case is lost, or cannot be measured as it is now (:attr:`problem` says so too); the
                numbers stay those of the last time.
        """
        self._require_present()
        try:
            segmented = labels_of(self.segmentation, self._volume)
            measurement = self._images.measure(segmented)
        except ParaspinalFatError as error:
            self.problem = str(error)
            raise
        self._take(measurement, segmented)
        return measurement

    def set_settings(self, settings: MeasurementSettings) -> Measurement:
        """Measure by another fat method, threshold or levels: fat map and numbers change together or not at all.

        Raises:
            ParaspinalFatError: as :meth:`recompute`; settings and numbers then stay as they were.
        """
        self._require_present()
        segmented = labels_of(self.segmentation, self._volume)
        measurement = self._images.measure_with(settings, segmented)
        self._take(measurement, segmented)
        return measurement

    def labels(self) -> Image:
        """The present labels as one uint8 image on the volume's grid.

        Raises:
            ParaspinalFatError: the case is lost, or its segments cannot be read.
        """
        self._require_present()
        return labels_of(self.segmentation, self._volume).labels

    @property
    def measured_labels(self) -> Image:
        """The labels that the present numbers were measured on; not to be written to."""
        return self._segmented.labels

    @property
    def inside(self) -> MuscleVoxels:
        """The muscle voxels of :attr:`measured_labels`; the very same object until these change."""
        return self._images.inside(self._segmented.labels)

    def apply_labels(self, labels: npt.NDArray[np.uint8], identifiers: Collection[str], why: str) -> None:
        """Change some segments by program, as one step that can be undone.

        Voxels that belong to a segment which is not named stay with it. The numbers follow with the next recompute.

        Args:
            labels: (k, j, i) on the volume's grid; the named segments become what it says, other values do not matter.
            identifiers: structures whose segments change; one that has no segment gets one.
            why: what was done, recorded in a tag of the segments.

        Raises:
            InputError: the case is lost, or the array does not fit the volume.
        """
        present = self.labels()
        wanted = present.with_array(labels).array
        self.save_undo_state()
        with self._own_writing():
            write_segments(self.segmentation, self._volume, present.array, wanted, identifiers, why)
        self._watch.edited = True
        self.mark_edited()

    def segment_states(self) -> Mapping[str, SegmentState]:
        """Structure identifier to who drew its segment, who changed it when, and how much, as of the last recompute."""
        return self._corrections.states

    def write_tags(self) -> None:
        """Bring the segments' tags up to date before they are exported; what was undone cannot be redone afterwards.

        Raises:
            InputError: the case is lost.
        """
        self._require_present()
        with self._own_writing():
            write_tags(self.segmentation, self._corrections.states)

    def add_listener(self, callback: Listener) -> None:
        """Call back after every recompute."""
        self._listeners.append(callback)

    def remove_listener(self, callback: Listener) -> None:
        """Do not call back any more; nothing happens if it was not a listener."""
        with contextlib.suppress(ValueError):
            self._listeners.remove(callback)

    def close(self) -> None:
        """Stop listening; the nodes stay in the scene. A closed case is lost; closing it again does nothing."""
        if not self.lost:
            self.write_tags()
        self._watch.close()
        self.history.close()
        self._listeners.clear()
        self.on_dirty = self.on_lost = None
        self.lost = self.lost or "This case was closed. Open it again to measure it."

    def _take(self, measurement: Measurement, segmented: SegmentedLabels) -> None:
        """Make new numbers the present ones."""
        self.changed = changed_cells(self.measurement.table, measurement.table)
        slices = _differing_slices(self._segmented.labels, segmented.labels)
        (before, self.measurement), self._segmented = (self.measurement, measurement), segmented
        self.dirty, self.problem = False, ""
        edited, self._watch.edited = self._watch.edited, False
        with self._own_writing():
            update_table(self.table, before.table, measurement.table)
            now = datetime.now(timezone.utc).astimezone()
            self._corrections.follow(segmented.labels, slices, self.segmentation, self.author, now)
            record = write_tags if edited else note_tags  # a tag written after an undo would end what can be redone
            record(self.segmentation, self._corrections.states)
        for listener in tuple(self._listeners):
            listener()

    def _lose(self, reason: str) -> None:
        """A node went, or the scene closes; called by the observers."""
        if self.lost:
            return
        self.lost = reason
        self._watch.close()
        self.history.close()
        if self.on_lost is not None:
            self.on_lost()

    def _require_present(self) -> None:
        if self.lost:
            raise InputError(self.lost)

    @contextlib.contextmanager
    def _own_writing(self) -> Iterator[None]:
        """What happens in the block is no edit by a user."""
        before, self._writing = self._writing, True
        try:
            yield
        finally:
            self._writing = before


def _differing_slices(before: Image, after: Image) -> list[int]:
    pairs = zip(before.array, after.array, strict=True)
    return [k for k, (old, new) in enumerate(pairs) if not np.array_equal(old, new)]
