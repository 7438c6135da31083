"""One case of a batch, in a worker process: the way of ``paraspinalfat run``, with the network kept from case to case."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ParaspinalFatLib.case import FinishedCase, MeasurementSettings, learned_fraction_in, with_learned_fraction
from ParaspinalFatLib.case_session import CaseSession
from ParaspinalFatLib.cohort.case_folder import new_case_folder, write_marker
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.conditions import conditions_of
from ParaspinalFatLib.cohort.fingerprint import digest_of, size_and_time
from ParaspinalFatLib.cohort.job import Job, Outcome, without_folders
from ParaspinalFatLib.cohort.status import person_record
from ParaspinalFatLib.command.run import (
    PROVENANCE,
    CaseFiles,
    read_images,
    read_sagittal,
    record_of,
    volumes_of,
    write_results,
)
from ParaspinalFatLib.errors import InputError, OutputError, ParaspinalFatError, WeightsError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.label_file import read_labels
from ParaspinalFatLib.imaging.roles import Images, segmentation_role
from ParaspinalFatLib.level_naming import FindLevels, LevelFinder, names_of
from ParaspinalFatLib.measurement.level_file import levels_from_csv
from ParaspinalFatLib.progress import no_progress
from ParaspinalFatLib.provenance import as_json, checksum
from ParaspinalFatLib.report.write_case import report_of_new_case
from ParaspinalFatLib.segmentation.fat_process import WorkerFatPredictor
from ParaspinalFatLib.segmentation.resident import ResidentLevelNetwork, ResidentSegmenter

if TYPE_CHECKING:
    from ParaspinalFatLib.scene.case_nodes import CaseNodes

_ONE_AT_A_TIME = threading.Lock()
"""A process has one scene; a worker with several threads runs its cases one after the other."""

NETWORK, MASK = "network", "mask"
"""Who outlined the structures: a cell of ``cases.tsv``."""


def run_case_of_batch(job: Job) -> Outcome:
    """Run one case and write its folder.

    Returns:
        The outcome; a case that cannot be done is no exception.

    Raises:
        WeightsError: this worker has another version of the program or other weights than the one that gave the job.
    """
    begin = time.monotonic()
    _require_same_program(job)
    with _ONE_AT_A_TIME:
        try:
            _run(job, begin)
        except OutputError:
            raise  # every case would meet a disk that is full: an end to it all
        except ParaspinalFatError as error:
            return _failed(job, str(error), type(error).__name__, begin)
        except MemoryError:
            return _failed(job, "Not enough memory for these images. Crop them.", "MemoryError", begin)
        except Exception as error:
            sentence = f"An error of this program ({type(error).__name__}: {error}). Please report it."
            return _failed(job, sentence, type(error).__name__, begin)
    return Outcome(seconds=_since(begin))


def settings_of(settings: MeasurementSettings, case: CaseInput, images: Images) -> MeasurementSettings:
    """The cohort's settings with the case's own person and levels."""
    levels = levels_from_csv(case.levels, next(iter(images.values()))) if case.levels else ()
    return replace(settings, person=case.person, levels=levels)


def _run(job: Job, begin: float) -> None:
    from ParaspinalFatLib.scene.embedded import embedded_scene
    from ParaspinalFatLib.scene.logic import SceneLogic

    case = job.case
    if case.problem:
        raise InputError(case.problem)
    files = _files_of(case)
    with embedded_scene() as embedded:
        images = read_images(files.images, no_progress)
        settings = settings_of(job.settings, case, images)
        volumes = volumes_of(embedded.scene, images, {role: Path(role.value) for role in images})
        network = None
        predict_fat = WorkerFatPredictor(device=job.device, threads=job.threads)
        looker = ResidentLevelNetwork(device=job.device, threads=job.threads)
        finder = LevelFinder(looker, read_sagittal(files)) if job.name_levels else None
        if case.mask:
            logic = SceneLogic(fat_predictor=predict_fat)
            nodes = _measured_on_mask(logic, volumes, images, case.mask, settings, finder)
        else:
            segmenter = ResidentSegmenter(job.weights, job.device, job.threads)
            nodes = SceneLogic(segmenter, predict_fat).process(volumes, settings, find_levels=finder)
            network = segmenter.last_report
        with new_case_folder(Path(job.output), case.folder) as folder:
            write_results(folder, images, nodes)
            record = record_of(files, settings, nodes.finished, network, time.monotonic() - begin)
            record["level_network"] = looker.last_report
            inputs = _inputs(record["inputs"], case, anonymised=job.anonymised)
            with written_whole(folder / PROVENANCE) as path:
                path.write_text(as_json({**record, "inputs": inputs}), encoding="utf-8")
            write_marker(folder, _marker(job, inputs, _protocol(images, nodes.finished, case), begin))
            if job.report:
                report_of_new_case(folder, images, nodes.finished)


def _files_of(case: CaseInput) -> CaseFiles:
    """The files of a case as ``run`` takes them."""
    images = {role: Path(path) for role, path in case.images.items()}
    levels, sagittal = (Path(path) if path else None for path in (case.levels, case.sagittal))
    return CaseFiles(images, levels, sagittal)


def _measured_on_mask(
    logic: Any,
    volumes: Any,
    images: Images,
    mask: str,
    settings: MeasurementSettings,
    find_levels: FindLevels | None,
) -> CaseNodes:
    """Measure what somebody has outlined; no network does."""
    from ParaspinalFatLib.scene.case_nodes import CaseNodes
    from ParaspinalFatLib.scene.outlined import add_given_outlines

    labels = read_labels(mask, next(iter(images.values())))
    images = with_learned_fraction(images, settings, logic.fat_predictor)
    names = names_of(find_levels, images[segmentation_role(images)], labels, settings)
    measurement = CaseSession(images, names.applied(settings), names.told).measure(labels)
    segmentation = add_given_outlines(volumes, labels)
    table = logic.show_measurement(volumes, segmentation, measurement)
    return CaseNodes(segmentation, table, FinishedCase(labels, measurement, learned_fraction_in(images), names))


def _inputs(recorded: Any, case: CaseInput, *, anonymised: bool) -> dict[str, dict[str, Any]]:
    """Name and digest of every input file; of an anonymised one no name, which may tell who was examined."""
    inputs = {name: dict(entry) for name, entry in recorded.items()}
    if case.mask:
        inputs[MASK] = {"name": Path(case.mask).name, **checksum(Path(case.mask))}
    if anonymised:
        for entry in inputs.values():
            del entry["name"]
    return inputs


def _marker(
    job: Job, inputs: Mapping[str, Mapping[str, Any]], protocol: Mapping[str, Any], begin: float
) -> dict[str, object]:
    case = job.case
    files = {name: {**inputs[name], **size_and_time(Path(path))} for name, path in case.paths.items()}
    return {
        "notice": "Research use only. Not a medical device.",
        "case": case.name,
        "participant": case.participant,
        "session": case.session,
        "person": person_record(case),
        "inputs": files,
        "conditions_sha256": job.conditions_digest,
        "protocol": protocol,
        "attempts": job.attempts,
        "seconds": _since(begin),
    }


def _protocol(images: Images, finished: FinishedCase, case: CaseInput) -> dict[str, object]:
    """What ``cases.tsv`` tells about a case: its images, and how they were measured."""
    view = axial_view(next(iter(images.values()))).image
    slices, rows, columns = view.array.shape
    column_mm, row_mm, slice_mm = (round(size, 4) for size in view.spacing)
    measurement = finished.measurement
    return {
        "images": [role.value for role in images],
        "outlined_by": MASK if case.mask else NETWORK,
        "fat_method": measurement.fat_map.method,
        **{"columns": columns, "rows": rows, "slices": slices},
        **{"column_mm": column_mm, "row_mm": row_mm, "slice_mm": slice_mm},
        "levels": [level.name for level in measurement.levels],
        "observations": list(dict.fromkeys(one.code for one in measurement.observations)),
    }


def _require_same_program(job: Job) -> None:
    if _own_conditions(job) != job.conditions_digest:
        raise WeightsError("this worker has another version of ParaspinalFat or other weights")


def _own_conditions(job: Job) -> str:
    return digest_of(conditions_of(job.settings, job.weights, name_levels=job.name_levels))


def _failed(job: Job, sentence: str, error: str, begin: float) -> Outcome:
    paths = job.case.paths | {"cohort": job.output}
    return Outcome(without_folders(sentence, paths, anonymised=job.anonymised), error, _since(begin))


def _since(begin: float) -> float:
    return round(time.monotonic() - begin, 2)
