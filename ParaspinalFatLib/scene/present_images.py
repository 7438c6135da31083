"""PresentImages: measures the outlines of a case on its images as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ParaspinalFatLib.case import CaseSession, MeasurementSettings
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.scene.case_nodes import with_remarks
from ParaspinalFatLib.scene.learned_fraction import FRACTION_REFERENCE
from ParaspinalFatLib.scene.level_names import told_about
from ParaspinalFatLib.scene.segmentations import SegmentedLabels
from ParaspinalFatLib.scene.volumes import VolumeNodes, image_of

if TYPE_CHECKING:
    from ParaspinalFatLib.scene.logic import SceneLogic


class PresentImages:
    """The images of a case, read again where a volume was moved or its voxels were changed, and measured.

    Attributes:
        settings: what is measured and how.
    """

    def __init__(
        self,
        logic: SceneLogic,
        volumes: VolumeNodes,
        segmentation: Any,
        settings: MeasurementSettings,
        session: CaseSession | None = None,
    ) -> None:
        """
        Args:
            logic: reads the images.
            volumes: role to vtkMRMLScalarVolumeNode.
            segmentation: vtkMRMLSegmentationNode with what the networks have said about it.
            settings: fat method, levels ...
            session: has measured these images with these settings, if anything has.
        """
        self.settings = settings
        self._logic = logic
        self._volumes = volumes
        self._segmentation = segmentation
        self._session = session
        self._key: tuple[object, ...] = self._present() if session else ()

    def measure(self, segmented: SegmentedLabels) -> Measurement:
        """Measure labels; errors as of :meth:`CaseSession.measure` and :meth:`SceneLogic.images`."""
        return with_remarks(self._session_now().measure(segmented.labels), segmented)

    def measure_with(self, settings: MeasurementSettings, segmented: SegmentedLabels) -> Measurement:
        """Measure labels with other settings, which stay only if that succeeds; errors as of :meth:`measure`."""
        session = self._session_now().with_settings(settings)
        session.tell(told_about(self._segmentation))
        measurement = with_remarks(session.measure(segmented.labels), segmented)
        self._session, self.settings = session, settings
        return measurement

    def inside(self, labels: Image) -> MuscleVoxels:
        """The muscle voxels of labels; the very same object until these change."""
        return self._session_now().inside(labels)

    def _session_now(self) -> CaseSession:
        key = self._present()
        if self._session is None or key != self._key:
            images = self._logic.images(self._volumes)
            self._session, self._key = CaseSession(images, self.settings, told_about(self._segmentation)), key
        return self._session

    def _present(self) -> tuple[object, ...]:
        """What tells whether the images are still those that were read."""
        present: list[object] = []
        for role, volume in self._volumes.items():
            image = image_of(volume)
            voxels = volume.GetImageData().GetMTime(), image.array.ctypes.data
            present.append((role, image.affine.tobytes(), voxels, volume.GetNodeReferenceID(FRACTION_REFERENCE)))
        return tuple(present)
