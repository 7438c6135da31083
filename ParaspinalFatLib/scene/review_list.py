"""A review list walked through in the scene, case by case: its images and outlines come, those of the last case go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.cohort.review_list import ReviewEntry, read_review_list
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role, require_one_grid
from ParaspinalFatLib.scene.volumes import add_volume


@dataclass(frozen=True)
class OpenedCase:
    """One case of the list in the scene.

    Attributes:
        entry: its row in the list.
        volumes: role to vtkMRMLScalarVolumeNode; empty where the list does not know the images.
        segmentation: vtkMRMLSegmentationNode.
    """

    entry: ReviewEntry
    volumes: Mapping[Role, Any]
    segmentation: Any


class ReviewWalk:
    """Goes through a review list. No Qt: a panel calls :meth:`next` and :meth:`previous` and shows what they return.

    Attributes:
        entries: the cases, the most conspicuous first.
        position: number of the open case, -1 before the first.
        opened: the open case, or None.
    """

    def __init__(self, scene: Any, path: Path) -> None:
        """
        Args:
            scene: vtkMRMLScene.
            path: of the list.

        Raises:
            InputError: it cannot be read, or has no case.
        """
        self.entries: Sequence[ReviewEntry] = read_review_list(path)
        if not self.entries:
            raise InputError(f"The review list {path} has no case. There is nothing to look at.")
        self.position = -1
        self.opened: OpenedCase | None = None
        self._scene = scene

    def next(self) -> OpenedCase | None:
        """Open the case after this one; None at the end of the list, where the open case stays."""
        return self._go(self.position + 1)

    def previous(self) -> OpenedCase | None:
        """Open the case before this one; None at its beginning, where the open case stays."""
        return self._go(self.position - 1)

    def close(self) -> None:
        """Take the open case's nodes out of the scene; corrections that were not exported go with them."""
        if self.opened is None:
            return
        for node in (self.opened.segmentation, *self.opened.volumes.values()):
            if node.GetScene() is self._scene:
                displays = [node.GetNthDisplayNode(number) for number in range(node.GetNumberOfDisplayNodes())]
                for one in (node, *displays):
                    self._scene.RemoveNode(one)
        self.opened = None

    def _go(self, position: int) -> OpenedCase | None:
        """Open a case; if it cannot be read, the open one stays.

        Raises:
            ParaspinalFatError: a file of the case is absent or damaged.
        """
        if not 0 <= position < len(self.entries):
            return None
        opened = open_entry(self._scene, self.entries[position])
        self.close()
        self.position, self.opened = position, opened
        return opened


def open_entry(scene: Any, entry: ReviewEntry) -> OpenedCase:
    """Bring the images and outlines of a case into a scene: all of them, or nothing.

    Raises:
        InputError: a file is absent or damaged.
        GeometryError: the images do not lie on one grid.
    """
    images = {role: read_image(path) for role, path in entry.images.items()}
    if images:
        require_one_grid(images)
    added: list[Any] = []
    try:
        segmentation = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", f"{entry.case} outlines")
        added.append(segmentation)
        _read_segmentation(segmentation, entry.segmentation)
        volumes = {}
        for role, image in images.items():
            volumes[role] = add_volume(scene, image, f"{entry.case} {role.value}")
            added.append(volumes[role])
        if volumes:
            segmentation.SetReferenceImageGeometryParameterFromVolumeNode(next(iter(volumes.values())))
    except BaseException:
        for node in added:
            with suppress(Exception):
                scene.RemoveNode(node)
        raise
    return OpenedCase(entry, volumes, segmentation)


def _read_segmentation(node: Any, path: Path) -> None:
    """Read a ``.seg.nrrd`` with its segments' names and tags; the node keeps no storage node."""
    if not path.is_file():
        raise InputError(f"{path} does not exist. Write the review list again where the cohort lies now.")
    storage = node.CreateDefaultStorageNode()
    storage.UnRegister(None)  # the reference that its creation left to the caller
    storage.SetScene(node.GetScene())
    storage.SetFileName(str(path))
    if not storage.ReadData(node):
        raise InputError(f"{path} cannot be read: it is truncated, damaged or no segmentation. Measure the case again.")
