"""A finished case as a folder of files: table, picture, scene and training pair, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.correction.review import LevelStatus, record, write_review_csv
from ParaspinalFatLib.correction.training_pair import (
    PAIR,
    PROVENANCE,
    case_record,
    exported_pair,
    write_training_pair,
)
from ParaspinalFatLib.errors import InputError, MissingPackageError, OutputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, segmentation_role
from ParaspinalFatLib.measurement.dictionary import write_dictionary_csv
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.output_folder import complete_folder
from ParaspinalFatLib.provenance import as_json, provenance
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.kept import note_exported
from ParaspinalFatLib.scene.level_record import recorded_levels, recorded_naming
from ParaspinalFatLib.scene.review import levels_to_review
from ParaspinalFatLib.scene.volumes import images_of

TABLE, DICTIONARY, REVIEW = "measurements.csv", "measurements_columns.csv", "review.csv"
PICTURE, SCENE = "overlay.png", "case.mrb"
RESULTS = (TABLE, DICTIONARY, REVIEW, PICTURE, SCENE, PROVENANCE)
"""Files that only an export, or a run on this case, leaves."""


@dataclass(frozen=True)
class Parts:
    """Which files to export; provenance.json and the verdicts go with all of them."""

    table: bool = True
    picture: bool = True
    scene: bool = True
    training_pair: bool = True


@dataclass(frozen=True)
class ReviewedCase:
    """What is exported.

    Attributes:
        images: the images of the case.
        labels: the outlines as they are now.
        model: the network's own outlines, if known.
        measurement: the numbers of ``labels``.
        segments: structure identifier to what is known about the making of its outline, JSON-able.
        levels: the verdicts.
        settings: how it was measured, JSON-able.
    """

    images: Images
    labels: Image
    model: Image | None
    measurement: Measurement
    segments: Mapping[str, object]
    levels: tuple[LevelStatus, ...]
    settings: Mapping[str, object]


def reviewed_case(live: Any) -> ReviewedCase:
    """A case of the scene as it is now, its numbers brought up to date.

    Args:
        live: the open case (:class:`scene.live_case.LiveCase`).

    Raises:
        ParaspinalFatError: it cannot be measured as it is now.
    """
    measurement = live.recompute() if live.dirty else live.measurement
    labels = live.labels()
    segments = {name: asdict(state) for name, state in live.segment_states().items()}
    settings = {"fat_method": live.settings.fat_method, "fat_parameters": dict(live.settings.fat_parameters)}
    levels = levels_to_review(live.segmentation, labels, measurement)
    return ReviewedCase(images_of(live.volumes), labels, live.model_labels, measurement, segments, levels, settings)


def export_case(live: Any, folder: Path, parts: Parts, *, overwrite: bool = False) -> tuple[str, ...]:
    """Write a case of the scene into a folder that appears, or changes, only when all of it is written.

    Args:
        live: the open case (:class:`scene.live_case.LiveCase`).
        folder: for this case alone; made if absent.
        parts: which files.
        overwrite: whether an earlier export in this folder may be replaced.

    Returns:
        What the reader should know, as sentences: what could not be written here and was left out.

    Raises:
        InputError: nothing was chosen, or there is nothing to learn from.
        OutputError: the folder holds files already, images among them that no export has written, or cannot be written.
    """
    if not any(asdict(parts).values()):
        raise InputError("Nothing to export was chosen. Choose at least one of table, picture, scene and training pair.")
    case = reviewed_case(live)
    pair = exported_pair(folder)
    if parts.training_pair:
        _require_no_other_images(folder, set(PAIR) - pair)
    with complete_folder(folder, overwrite=overwrite, replaced={*RESULTS, *pair}) as staging:
        remarks = write_case(staging, case, parts)
        if parts.scene:
            with embedded_scene() as embedded:  # within Slicer, and wherever a scene is open, that one
                embedded.write_bundle(staging / SCENE)
    note_exported(live.segmentation, ours=parts.scene or parts.training_pair, others=parts.scene)
    return remarks


def write_case(folder: Path, case: ReviewedCase, parts: Parts) -> tuple[str, ...]:
    """Write all but the scene into an empty folder; returns and raises as :func:`export_case`."""
    remarks: tuple[str, ...] = ()
    if parts.table:
        case.measurement.table.write_csv(folder / TABLE)
        write_dictionary_csv(folder / DICTIONARY)
    if parts.picture:
        remarks = _write_picture(folder, case)
    pair = write_training_pair(folder, case.images, case.labels, case.levels) if parts.training_pair else ()
    write_review_csv(folder / REVIEW, case.levels)
    verdicts = [record(level) for level in case.levels]
    content = provenance(
        {},
        case.settings,
        **case_record(case.labels, case.model, case.segments, verdicts),
        levels=recorded_levels(case.measurement.levels),
        observations=recorded_naming(case.measurement.observations),
        training_pair=sorted(pair),
    )
    with written_whole(folder / PROVENANCE) as path:
        path.write_text(as_json(content), encoding="utf-8")
    return remarks


def _require_no_other_images(folder: Path, names: set[str]) -> None:
    """Refuse to write over images that may be the reader's own, or beside them, where a trainer would take them for ours."""
    others = sorted(name for name in names if (folder / name).exists())
    if others:
        raise OutputError(
            f"{folder} holds {others[0]}, which no export has written, or one of an earlier version: it may be an image of "
            "yours. Choose another folder, or move it away."
        )


def _write_picture(folder: Path, case: ReviewedCase) -> tuple[str, ...]:
    """The overlay; without matplotlib, which Slicer does not bring, the rest is exported all the same."""
    from ParaspinalFatLib.report.overlay import write_overlay

    shown = case.images[segmentation_role(case.images)]
    measurement = case.measurement
    try:
        write_overlay(folder / PICTURE, shown, case.labels, measurement.fat_map, levels=measurement.levels)
    except MissingPackageError as error:
        return (f"The picture was left out. {error}",)
    return ()
