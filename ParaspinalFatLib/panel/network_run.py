"""One run from the chosen volumes to nodes of the scene, in pieces that leave the event loop free."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ParaspinalFatLib.case import LEARNED_SHARE, MeasurementSettings, lacks_learned_fraction
from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.fat.learned import PredictedFraction, fingerprint
from ParaspinalFatLib.fat.methods import fat_mapper
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, segmentation_role
from ParaspinalFatLib.level_naming import LevelNames, named_in, unnamed, with_names
from ParaspinalFatLib.level_view import level_view, require_same_place
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.panel.network_process import Listener, outline_request
from ParaspinalFatLib.panel.steps import Steps, Work
from ParaspinalFatLib.progress import Progress, part
from ParaspinalFatLib.scene.translation import tr as _
from ParaspinalFatLib.segmentation.fat_process import fat_request
from ParaspinalFatLib.segmentation.levels_process import image_of_planes, levels_request
from ParaspinalFatLib.segmentation.protocol import Options
from ParaspinalFatLib.segmentation.withheld import withheld_observations

NETWORKS_SHARE = 0.95
"""Part of the progress bar that is the networks'; the rest is measuring and showing."""

NAMES_SHARE = 0.05
"""Part of it that naming the levels takes."""

Network = Callable[[Image, Callable[[Image], Options], Listener], Any]
"""Makes a network's process of an image, what to ask for, and who listens (:class:`network_process.NetworkProcess`)."""


@dataclass(frozen=True)
class Naming:
    """How to name the levels.

    Attributes:
        wanted: look for names in the images.
        sagittal: a sagittal series of the same examination to look in; None for the axial images.
    """

    wanted: bool = False
    sagittal: Image | None = None


@dataclass(frozen=True)
class Outlined:
    """What the networks have found.

    Attributes:
        labels: the outlines.
        told: what the network says about them.
        learned_fraction: the predicted fat fraction, if the fat method asks for it and it was not there before.
        names: of the levels, if they were looked for.
    """

    labels: Image
    told: tuple[Observation, ...]
    learned_fraction: PredictedFraction | None
    names: LevelNames


@dataclass(frozen=True)
class Reports:
    """Who hears of a run; it ends with ``failed`` or when ``finish`` is through, unless it is stopped.

    Attributes:
        progress: fraction (0 to 1) and message.
        finish: takes what the run has found, measures, and brings the result into the scene, in pieces.
        failed: the exception that ended the run.
    """

    progress: Progress
    finish: Callable[[Any], Work]
    failed: Callable[[Exception], None]


class NetworkRun:
    """Prepares the images in a thread, follows the networks' processes one after another, and has the result shown.

    What is found is :class:`Outlined`.

    Args:
        images: the images of the case.
        settings: what will be measured; the fat method says which networks are needed.
        device: auto, cpu, cuda or mps.
        network: makes a network's process.
        reports: who hears of the run.
        naming: how to name the levels.
    """

    def __init__(
        self,
        images: Images,
        settings: MeasurementSettings,
        device: str,
        network: Network,
        reports: Reports,
        naming: Naming = Naming(),
    ) -> None:
        self._images = images
        self._settings = settings
        self._device = device
        self._network = network
        self._reports = reports
        self._naming = naming
        self._process: Any = None
        self._answers: list[tuple[np.ndarray, Mapping[str, Any]] | ParaspinalFatError] = []
        self._steps = Steps(self._work(), self._failed)

    def start(self) -> None:
        """Begin."""
        self._reports.progress(0.0, _("Starting the network"))
        self._steps.start()

    def stop(self) -> None:
        """End the run, and the process with its children; nobody hears of it any more."""
        self._steps.stop()
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def _work(self) -> Work:
        learned, begun = None, 0.0
        role, naming = segmentation_role(self._images), self._naming
        if naming.wanted and naming.sagittal is not None:  # refused at once, not after the network's long work
            yield partial(require_same_place, naming.sagittal, self._images[role])
        if lacks_learned_fraction(self._images, self._settings):
            begun = NETWORKS_SHARE * LEARNED_SHARE
            learned = yield from self._learned_fraction(begun)
        else:  # before the network's long work, so that images without a fat fraction are refused at once
            yield lambda: fat_mapper(self._images, self._settings.fat_method, self._settings.fat_parameters)
        end = NETWORKS_SHARE - (NAMES_SHARE if naming.wanted else 0.0)
        progress = part(self._reports.progress, begun, end)
        image = self._images[role]
        found, record = yield from self._answer(image, partial(outline_request, device=self._device), progress)
        labels = image.with_array(found)
        names = (yield from self._names(image, labels, end)) if naming.wanted else LevelNames()
        self._reports.progress(NETWORKS_SHARE, _("Measuring"))
        yield from self._reports.finish(Outlined(labels, withheld_observations(record), learned, names))

    def _names(self, image: Image, labels: Image, begun: float) -> Generator[Callable[[], Any] | None, Any, LevelNames]:
        """Have the levels named; a network that fails costs the names and not the outlines."""
        self._reports.progress(begun, _("Looking for levels"))
        view = yield partial(level_view, image, labels, self._naming.sagittal)
        if view.planes is None:
            named = unnamed(view.reason, view.seen_in)
        else:
            planes = image_of_planes(view.planes.images)
            progress = part(self._reports.progress, begun, NETWORKS_SHARE)
            try:
                found, _record = yield from self._answer(
                    planes, lambda _planes: levels_request(device=self._device), progress
                )
                named = yield partial(named_in, view, found)
            except ParaspinalFatError as error:
                named = unnamed(str(error), view.seen_in)
        return (yield partial(with_names, self._settings.search, labels, named))

    def _learned_fraction(self, share: float) -> Generator[Callable[[], Any] | None, Any, PredictedFraction]:
        """Have the fat fraction predicted, in the first ``share`` of the run."""
        source = yield partial(fingerprint, self._images[Role.ANATOMY].array)
        progress = part(self._reports.progress, 0.0, share)
        image = self._images[Role.ANATOMY]
        found, record = yield from self._answer(image, partial(fat_request, device=self._device), progress)
        return PredictedFraction(found, image.affine, source, record)

    def _answer(
        self, image: Image, request: Callable[[Image], Options], progress: Progress
    ) -> Generator[Callable[[], Any] | None, Any, tuple[np.ndarray, Mapping[str, Any]]]:
        """Have one network look at an image; raises what it fails with."""
        listener = Listener(progress, self._on_found, self._on_error)
        self._process = self._network(image, request, listener)
        try:
            yield self._process.prepare
            self._process.start()
            while not self._answers:
                yield None
        except ParaspinalFatError:  # it could not be prepared
            self._process.stop()
            raise
        self._process = None
        answer = self._answers.pop()
        if isinstance(answer, ParaspinalFatError):
            raise answer
        return answer

    def _on_found(self, found: np.ndarray, record: Mapping[str, Any]) -> None:
        self._answers.append((found, record))

    def _on_error(self, error: ParaspinalFatError) -> None:
        self._answers.append(error)

    def _failed(self, error: Exception) -> None:
        self.stop()
        self._reports.failed(error)


class FatRun(NetworkRun):
    """Has the fat fraction predicted and nothing outlined; what is found is the :class:`PredictedFraction`."""

    def _work(self) -> Work:
        learned = yield from self._learned_fraction(NETWORKS_SHARE)
        self._reports.progress(NETWORKS_SHARE, _("Measuring"))
        yield from self._reports.finish(learned)
