"""One run from the chosen volumes to labels and numbers, in pieces that leave the event loop free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ParaspinalFatLib.case import CaseSession, MeasurementSettings
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, segmentation_role
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.panel.network_process import Listener
from ParaspinalFatLib.panel.steps import Steps, Work
from ParaspinalFatLib.progress import Progress
from ParaspinalFatLib.scene.translation import tr as _
from ParaspinalFatLib.segmentation.withheld import withheld_observations

NETWORKS_SHARE = 0.95
"""Part of the progress bar that is the network's; the rest is measuring and showing."""


@dataclass(frozen=True)
class Outlined:
    """What a run has found.

    Attributes:
        volumes: role to volume node.
        labels: the network's labels.
        session: has measured them.
        told: what the network says about them.
    """

    volumes: Mapping[Role, Any]
    labels: Image
    session: CaseSession
    told: tuple[Observation, ...]


@dataclass(frozen=True)
class Reports:
    """Who hears of a run; it ends with ``failed`` or when ``show`` is through, unless it is stopped.

    Attributes:
        progress: fraction (0 to 1) and message.
        show: brings the result into the scene, in pieces.
        failed: the exception that ended the run.
    """

    progress: Progress
    show: Callable[[Outlined], Work]
    failed: Callable[[Exception], None]


class NetworkRun:
    """Prepares the images in a thread, follows the network's process, measures in a thread, and shows the result.

    Args:
        volumes: role to volume node.
        images: their images.
        settings: what to measure.
        network: makes the network's process of an image and a listener.
        reports: who hears of the run.
    """

    def __init__(
        self,
        volumes: Mapping[Role, Any],
        images: Images,
        settings: MeasurementSettings,
        network: Callable[[Image, Listener], Any],
        reports: Reports,
    ) -> None:
        self._volumes = volumes
        self._images = images
        self._settings = settings
        self._reports = reports
        self._session: CaseSession | None = None
        listener = Listener(self._network_progress, self._outlined, self._failed)
        self._process: Any = network(images[segmentation_role(images)], listener)
        self._steps = Steps(self._prepare(), self._failed)

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

    def _prepare(self) -> Work:
        # Before the network's long work, so that images without a fat fraction are refused at once.
        self._session = yield lambda: CaseSession(self._images, self._settings)
        yield self._process.prepare
        self._process.start()

    def _network_progress(self, fraction: float, message: str) -> None:
        self._reports.progress(NETWORKS_SHARE * fraction, message)

    def _outlined(self, labels: Image, record: Mapping[str, Any]) -> None:
        self._process = None
        self._steps = Steps(self._finish(labels, withheld_observations(record)), self._failed)
        self._steps.start()

    def _finish(self, labels: Image, told: tuple[Observation, ...]) -> Work:
        session = self._session
        assert session is not None
        self._reports.progress(NETWORKS_SHARE, _("Measuring"))
        session.tell(told)
        yield lambda: session.measure(labels)
        self._require_volumes()
        yield from self._reports.show(Outlined(self._volumes, labels, session, told))

    def _require_volumes(self) -> None:
        for volume in self._volumes.values():
            if volume.GetScene() is None:
                name = volume.GetName()
                raise InputError(f"The volume {name} was removed while the network was at work. Nothing was changed.")

    def _failed(self, error: Exception) -> None:
        self.stop()
        self._reports.failed(error)
