"""A finished case becomes nodes of the scene, all of them or none, in pieces between which others may work."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any

from ParaspinalFatLib.case import FinishedCase
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role, segmentation_role
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.scene.all_or_nothing import all_or_nothing
from ParaspinalFatLib.scene.case_nodes import (
    ALGORITHM,
    SEGMENTATION_REFERENCE,
    CaseNodes,
    filled_segmentation,
    filled_table,
    show_beside,
)
from ParaspinalFatLib.scene.learned_fraction import keep_learned_fraction
from ParaspinalFatLib.scene.level_names import keep_level_names, names_after_run
from ParaspinalFatLib.scene.model_mask import filled_model_mask, keep_model_mask
from ParaspinalFatLib.scene.volumes import VolumeNodes

Pieces = Generator[Callable[[], Any] | None, Any, CaseNodes]
"""Work done piece by piece; see :meth:`scene.logic.SceneLogic.finishing`."""


def showing(
    volumes: VolumeNodes, finished: FinishedCase, segmentation: Any, table: Any, told: Sequence[Observation]
) -> Pieces:
    """Bring a finished case into the scene; closing the generator before its end takes back what it did.

    Arguments as of :meth:`scene.logic.SceneLogic.show`. Nothing is yielded but None.

    Raises:
        InputError: a volume was removed in the meantime.
    """
    _require_present(volumes)
    volume = volumes[segmentation_role(volumes)]
    with all_or_nothing() as undo:
        segmentation = filled_segmentation(volumes, finished.labels, segmentation, undo)
        yield None
        mask = filled_model_mask(segmentation, finished.labels, volume, ALGORITHM, told, undo)
        yield None
        table = filled_table(finished.measurement, segmentation, table, undo)
        yield None
        show_beside(volumes, undo, muscles=segmentation, measurements=table)
        keep_model_mask(mask, segmentation, undo)
        names = names_after_run(segmentation, finished.names)
        keep_level_names(segmentation, names, undo)
        if finished.learned_fraction is not None:
            keep_learned_fraction(volumes[Role.ANATOMY], finished.learned_fraction, undo)
        table.SetNodeReferenceID(SEGMENTATION_REFERENCE, segmentation.GetID())
    return CaseNodes(segmentation, table, replace(finished, names=names))


def at_once(pieces: Pieces) -> CaseNodes:
    """The nodes, after all pieces of :func:`showing`."""
    while True:
        try:
            next(pieces)
        except StopIteration as end:
            return end.value


def _require_present(volumes: VolumeNodes) -> None:
    for volume in volumes.values():
        if volume.GetScene() is None:
            raise InputError(
                f"The volume {volume.GetName()} was removed while the network was at work. Nothing was changed."
            )
