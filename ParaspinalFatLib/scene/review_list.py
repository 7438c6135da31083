"""A review list walked through in the scene, case by case: its images and outlines come, those of the last case go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.cohort.review_list import ReviewEntry, read_review_list
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role, require_one_grid
from ParaspinalFatLib.scene.case_nodes import SEGMENTATION_REFERENCE
from ParaspinalFatLib.scene.kept import note_kept
from ParaspinalFatLib.scene.learned_fraction import FRACTION_REFERENCE
from ParaspinalFatLib.scene.level_names import keep_level_names
from ParaspinalFatLib.scene.level_record import names_in
from ParaspinalFatLib.scene.model_mask import model_mask_of
from ParaspinalFatLib.scene.volumes import add_volume

CASE_ATTRIBUTE = "ParaspinalFat.ReviewCase"
"""Node attribute of what a walk brought into the scene: the node's own ID and the case's name. A copy has another ID,
so it is not the walk's, and stays."""


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
        position: number of the case that was opened last, -1 before the first.
        opened: that case, if this walk opened it, or None.
    """

    def __init__(
        self, scene: Any, path: Path, case: str = "", opening: Callable[[OpenedCase], None] = lambda _case: None
    ) -> None:
        """
        Args:
            scene: vtkMRMLScene.
            path: of the list.
            case: where an earlier walk stopped; "" or a name that is not in the list for the beginning.
            opening: called with each opened case while the nodes of the last one are still there.

        Raises:
            InputError: it cannot be read, or has no case.
        """
        self.entries: Sequence[ReviewEntry] = read_review_list(path)
        if not self.entries:
            raise InputError(f"The review list {path} has no case. There is nothing to look at.")
        self.position = next((n for n, entry in enumerate(self.entries) if entry.case == case), -1)
        self.opened: OpenedCase | None = None
        self._scene = scene
        self._opening = opening

    @property
    def is_open(self) -> bool:
        """Whether the outlines of the case at :attr:`position` are in the scene, whichever walk brought them."""
        outlines = opened_outlines(self._scene)
        return self.position >= 0 and outlines is not None and case_of(outlines) == self.entries[self.position].case

    def next(self) -> OpenedCase | None:
        """Open the case after this one; None at the end of the list, where the open case stays."""
        return self.open(self.position + 1)

    def previous(self) -> OpenedCase | None:
        """Open the case before this one; None at its beginning, where the open case stays."""
        return self.open(self.position - 1)

    def open(self, position: int) -> OpenedCase | None:
        """Open a case by its number; if it cannot be read, the open one stays. None outside the list.

        Raises:
            ParaspinalFatError: a file of the case is absent or damaged.
        """
        if not 0 <= position < len(self.entries):
            return None
        last = list(_nodes_of_walks(self._scene))
        opened = open_entry(self._scene, self.entries[position])
        self._opening(opened)
        _remove(self._scene, last)
        self.position, self.opened = position, opened
        return opened

    def close(self) -> None:
        """Take the open case's nodes out of the scene; corrections that were not exported go with them."""
        _remove(self._scene, list(_nodes_of_walks(self._scene)))
        self.opened = None


def opened_outlines(scene: Any) -> Any:
    """The segmentation that a walk brought into a scene, or None."""
    return next((node for node in _nodes_of_walks(scene) if node.IsA("vtkMRMLSegmentationNode")), None)


def case_of(node: Any) -> str:
    """Name of the case with which a walk brought a node; "" for other nodes."""
    identifier, _space, case = (node.GetAttribute(CASE_ATTRIBUTE) or "").partition(" ")
    return case if identifier == node.GetID() else ""


def _nodes_of_walks(scene: Any) -> Iterator[Any]:
    for kind in ("vtkMRMLSegmentationNode", "vtkMRMLScalarVolumeNode"):
        for n in range(scene.GetNumberOfNodesByClass(kind)):
            node = scene.GetNthNodeByClass(n, kind)
            if case_of(node):
                yield node


def _remove(scene: Any, nodes: Sequence[Any]) -> None:
    """Remove nodes that a walk brought, and what was made of them: tables, the network's outlines and fat, displays."""
    kind = "vtkMRMLTableNode"
    tables = (scene.GetNthNodeByClass(n, kind) for n in range(scene.GetNumberOfNodesByClass(kind)))
    made = [table for table in tables if table.GetNodeReference(SEGMENTATION_REFERENCE) in nodes]
    for node in nodes:
        segmented = node.IsA("vtkMRMLSegmentationNode")
        made.append(model_mask_of(node) if segmented else node.GetNodeReference(FRACTION_REFERENCE))
    for node in filter(None, (*nodes, *made)):
        displays = [node.GetNthDisplayNode(n) for n in range(node.GetNumberOfDisplayNodes())] if _is_shown(node) else []
        for one in (node, *displays):
            scene.RemoveNode(one)


def _is_shown(node: Any) -> bool:
    return bool(node.IsA("vtkMRMLDisplayableNode"))


def open_entry(scene: Any, entry: ReviewEntry) -> OpenedCase:
    """Bring the images and outlines of a case into a scene, with the names of its levels that the folder of the outlines
    tells: all of it, or nothing.

    Raises:
        InputError: a file is absent or damaged.
        GeometryError: the images do not lie on one grid.
    """
    from ParaspinalFatLib.imaging.reading import read_image  # brings SimpleITK, which opening the panel does not need

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
        for node in added:
            node.SetAttribute(CASE_ATTRIBUTE, f"{node.GetID()} {entry.case}")
        keep_level_names(segmentation, names_in(entry.segmentation.parent))
        note_kept(segmentation)
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
