"""SceneLogic: volumes of a scene in, a segmentation and a table out. Scripts, the command and the panel all call it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from ParaspinalFatLib import case
from ParaspinalFatLib.case import CaseSession, FatPredictor, FinishedCase, MeasurementSettings, Segmenter, told_by
from ParaspinalFatLib.fat.learned import LEARNED, PredictedFraction
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, require_one_grid, segmentation_role
from ParaspinalFatLib.level_naming import FindLevels, LevelNames
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.progress import Progress, no_progress, part
from ParaspinalFatLib.scene.all_or_nothing import all_or_nothing
from ParaspinalFatLib.scene.case_nodes import (
    ALGORITHM,
    SEGMENTATION_REFERENCE,
    CaseNodes,
    filled_segmentation,
    filled_table,
    segmentation_to_fill,
    show_beside,
    with_remarks,
)
from ParaspinalFatLib.scene.learned_fraction import keep_learned_fraction, learned_fraction_of, require_unchanged
from ParaspinalFatLib.scene.level_names import level_names_of, names_after_run, names_by_reader, told_about
from ParaspinalFatLib.scene.model_mask import filled_model_mask, keep_model_mask
from ParaspinalFatLib.scene.segmentations import labels_of
from ParaspinalFatLib.scene.showing import Pieces, at_once, showing
from ParaspinalFatLib.scene.volumes import VolumeNodes, images_of


class SceneLogic:
    """Outlines and measures volumes of a scene.

    Nodes enter the scene, or change, only when everything has been computed: a run that fails or is cancelled leaves the
    scene as it was. Running again updates the nodes given, else those of the last run on the same volume.
    """

    def __init__(self, segmenter: Segmenter | None = None, fat_predictor: FatPredictor | None = None) -> None:
        """
        Args:
            segmenter: outlines the structures of an image; None for the network in a process of its own.
            fat_predictor: predicts the fat fraction of a T1 or T2 image, likewise.
        """
        self._segmenter = segmenter
        self._fat_predictor = fat_predictor

    @property
    def segmenter(self) -> Segmenter:
        """What outlines the structures."""
        if self._segmenter is None:
            from ParaspinalFatLib.segmentation.process import WorkerSegmenter

            self._segmenter = WorkerSegmenter(python=worker_python())
        return self._segmenter

    @segmenter.setter
    def segmenter(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    @property
    def fat_predictor(self) -> FatPredictor:
        """What predicts the fat fraction for the method ``learned``."""
        if self._fat_predictor is None:
            from ParaspinalFatLib.segmentation.fat_process import WorkerFatPredictor

            self._fat_predictor = WorkerFatPredictor(python=worker_python())
        return self._fat_predictor

    def images(self, volumes: VolumeNodes) -> Images:
        """The plain images of a case, with the fat fraction that was predicted from them if it was.

        Raises:
            InputError, GeometryError: no volume, one that cannot be measured, or volumes of different grids.
        """
        segmentation_role(volumes)
        images = images_of(volumes)
        require_one_grid(images)
        if Role.ANATOMY not in images:
            return images
        learned = learned_fraction_of(volumes[Role.ANATOMY], images[Role.ANATOMY])
        return images if learned is None else {**images, Role.LEARNED_FRACTION: learned}

    def predict_fat(self, volumes: VolumeNodes, progress: Progress = no_progress) -> Any:
        """Predict the fat fraction of a case's T1 or T2 volume and keep it beside the volume, for the method ``learned``.

        Returns:
            The volume node with the fraction; that of an earlier run on the same voxels if there is one.

        Raises:
            ParaspinalFatError: see ``segmentation.fat_process`` and :meth:`images`.
        """
        images = case.with_learned_fraction(
            self.images(volumes), MeasurementSettings(LEARNED), self.fat_predictor, part(progress, 0.0, 1.0)
        )
        return self.keep_fat(volumes, cast(PredictedFraction, images[Role.LEARNED_FRACTION]))

    def keep_fat(self, volumes: VolumeNodes, predicted: PredictedFraction) -> Any:
        """Keep a predicted fat fraction beside the case's T1 or T2 volume; returns the volume node with the fraction.

        Raises:
            InputError: the volume was removed, or its voxels are others than those that were looked at.
        """
        with all_or_nothing() as undo:
            return keep_learned_fraction(volumes[Role.ANATOMY], predicted, undo)

    def segment(self, volumes: VolumeNodes, segmentation: Any = None, progress: Progress = no_progress) -> Any:
        """Outline the structures of a case.

        Args:
            volumes: role to vtkMRMLScalarVolumeNode.
            segmentation: vtkMRMLSegmentationNode to update; None for that of the last run, or else a new one.
            progress: called with fraction and message; may raise ``Cancelled``.

        Returns:
            The segmentation node.

        Raises:
            ParaspinalFatError: see ``segmentation.process`` and :meth:`images`.
        """
        images = self.images(volumes)
        labels = self.segmenter(images[segmentation_role(images)], part(progress, 0.0, 1.0))
        told = told_by(self.segmenter)
        with all_or_nothing() as undo:
            node = filled_segmentation(volumes, labels, segmentation, undo)
            mask = filled_model_mask(node, labels, volumes[segmentation_role(volumes)], ALGORITHM, told, undo)
            show_beside(volumes, undo, muscles=node)
            keep_model_mask(mask, node, undo)
        return node

    def measure(
        self, volumes: VolumeNodes, segmentation: Any, settings: MeasurementSettings | None = None, table: Any = None
    ) -> Any:
        """Measure fat and size of every segment of ours, as it is now.

        Args:
            volumes: role to vtkMRMLScalarVolumeNode.
            segmentation: vtkMRMLSegmentationNode, edited or not.
            settings: fat method and levels.
            table: vtkMRMLTableNode to update; None for that of the last run, or else a new one.

        Returns:
            The table node.

        Raises:
            ParaspinalFatError: see :func:`case.measure` and :meth:`images`.
        """
        return self.show_measurement(volumes, segmentation, self.measurement(volumes, segmentation, settings), table)

    def show_measurement(self, volumes: VolumeNodes, segmentation: Any, measurement: Measurement, table: Any = None) -> Any:
        """Bring a measurement into the scene as a table node, which is returned; arguments as in :meth:`measure`."""
        with all_or_nothing() as undo:
            node = filled_table(measurement, segmentation, table, undo)
            show_beside(volumes, undo, measurements=node)
            node.SetNodeReferenceID(SEGMENTATION_REFERENCE, segmentation.GetID())
        return node

    def measurement(
        self, volumes: VolumeNodes, segmentation: Any, settings: MeasurementSettings | None = None
    ) -> Measurement:
        """As :meth:`measure`, as a plain result that changes nothing in the scene."""
        images = self.images(volumes)
        segmented = labels_of(segmentation, volumes[segmentation_role(volumes)])
        settings = level_names_of(segmentation).applied(settings or MeasurementSettings())
        session = CaseSession(images, settings, told_about(segmentation))
        return with_remarks(session.measure(segmented.labels), segmented)

    def process(
        self,
        volumes: VolumeNodes,
        settings: MeasurementSettings | None = None,
        segmentation: Any = None,
        table: Any = None,
        progress: Progress = no_progress,
        find_levels: FindLevels | None = None,
    ) -> CaseNodes:
        """Outline and measure one case; see :meth:`segment` and :meth:`measure`; ``find_levels`` as :func:`case.process`.

        Names that a reader gave to the levels of the segmentation stay, and nobody looks for others, not even where these
        name discs and vertebrae are measured.
        """
        images = self.images(volumes)
        given = names_by_reader(segmentation_to_fill(volumes, segmentation))
        settings = given.applied(settings or MeasurementSettings())
        sought = None if given.places else find_levels
        finished = case.process(images, self.segmenter, settings, progress, self.fat_predictor, sought)
        return self.show(volumes, finished, segmentation, table, told_by(self.segmenter))

    def show(
        self,
        volumes: VolumeNodes,
        finished: FinishedCase,
        segmentation: Any = None,
        table: Any = None,
        told: Sequence[Observation] = (),
    ) -> CaseNodes:
        """Bring a finished case into the scene: all its nodes or none.

        Args:
            volumes: role to vtkMRMLScalarVolumeNode.
            finished: the network's labels and what was measured on them.
            segmentation, table: nodes to update; None for those of the last run, or else new ones.
            told: what the network said about its outlines; kept with them.
        """
        return at_once(showing(volumes, finished, segmentation, table, told))

    def finishing(
        self,
        volumes: VolumeNodes,
        labels: Image,
        settings: MeasurementSettings,
        segmentation: Any = None,
        table: Any = None,
        told: Sequence[Observation] = (),
        learned_fraction: PredictedFraction | None = None,
        names: LevelNames = LevelNames(),  # noqa: B008  frozen
    ) -> Pieces:
        """Measure the network's labels and bring the case into the scene, in pieces between which others may work.

        A generator. It yields functions, each to be called anywhere (a thread will do: they touch neither the scene nor
        Qt) and its result sent back, and None where nothing is to be called; between two yields it works in the main thread.
        Closing it before its end takes back what it did. Arguments and errors as in :meth:`show` and :meth:`measure`;
        ``learned_fraction`` is what was predicted just now, for the fat method ``learned``, and kept with the volume;
        ``names`` are those that were found for the levels; kept with the segmentation, unless a reader has named them.

        Returns:
            CaseNodes with the session, as the generator's value.
        """
        images = self.images(volumes)
        if learned_fraction is not None:
            require_unchanged(volumes[Role.ANATOMY], learned_fraction)
            images = {**images, Role.LEARNED_FRACTION: learned_fraction}
        names = names_after_run(segmentation_to_fill(volumes, segmentation), names)
        session = yield lambda: _measured(images, labels, names.applied(settings), (*told, *names.told))
        finished = FinishedCase(labels, session.measurement, learned_fraction, names)
        nodes = yield from showing(volumes, finished, segmentation, table, told)
        return replace(nodes, session=session)


def _measured(images: Images, labels: Image, settings: MeasurementSettings, told: Sequence[Observation]) -> CaseSession:
    """A session that has measured the labels."""
    session = CaseSession(images, settings, told)
    session.measure(labels)
    return session


def worker_python() -> str:
    """The interpreter for the network's process: PythonSlicer within Slicer, where ``sys.executable`` may be the desktop."""
    return shutil.which("PythonSlicer") or sys.executable
