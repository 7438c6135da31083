"""``paraspinalfat run``: one case from image files to a folder of results, through the same scene logic as the panel."""

from __future__ import annotations

import argparse
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ParaspinalFatLib.case import FinishedCase, MeasurementSettings
from ParaspinalFatLib.command.arguments import own_references_of
from ParaspinalFatLib.command.interrupts import signals_wait
from ParaspinalFatLib.command.progress_bar import progress_bar
from ParaspinalFatLib.command.summary import as_records, printed_table, whole_rows
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.frame_of_reference import require_same_frame
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import GIVEN_ROLES, Images, Role, require_one_grid, segmentation_role
from ParaspinalFatLib.level_naming import LevelFinder
from ParaspinalFatLib.measurement.dictionary import write_dictionary_csv
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.level_file import levels_from_csv
from ParaspinalFatLib.measurement.references import Person
from ParaspinalFatLib.output_folder import complete_folder, require_usable
from ParaspinalFatLib.progress import Progress, part
from ParaspinalFatLib.provenance import as_json, plain, provenance
from ParaspinalFatLib.report.write_case import report_of_new_case, require_packages
from ParaspinalFatLib.segmentation.fat_process import WorkerFatPredictor
from ParaspinalFatLib.segmentation.levels_process import WorkerLevelNetwork
from ParaspinalFatLib.segmentation.process import WorkerSegmenter

if TYPE_CHECKING:
    from ParaspinalFatLib.scene.case_nodes import CaseNodes

SEGMENTATION = "segmentation.seg.nrrd"
MEASUREMENTS = "measurements.csv"
DICTIONARY = "measurements_columns.csv"
OVERLAY = "overlay.png"
SCENE = "case.mrb"
PROVENANCE = "provenance.json"
REPORTS = ("report.html", "report.pdf")
RESULTS = (SEGMENTATION, MEASUREMENTS, DICTIONARY, OVERLAY, SCENE, PROVENANCE, *REPORTS)


@dataclass(frozen=True)
class CaseFiles:
    """What to run on.

    Attributes:
        images: role to image file or DICOM folder.
        levels: CSV file of named levels, or None to look for levels in the labels.
        sagittal: a sagittal series of the same examination in which levels are to be named.
    """

    images: Mapping[Role, Path]
    levels: Path | None = None
    sagittal: Path | None = None


@dataclass(frozen=True)
class Choices:
    """How to run, and where the results go.

    Attributes:
        output: folder for the results.
        overwrite: replace results that are there.
        scene: also write the scene.
        report: also write the report, as a web page and for paper; of DICOM images with the patient's name.
        quiet: no progress bar.
        name_levels: name levels from the images where neither a file nor the lowest one's name is given; else number them.
        settings: what to measure; levels of a file are added to it.
        weights: card of other weights than the bundled ones.
        device, threads: where the network runs.
    """

    output: Path
    overwrite: bool = False
    scene: bool = False
    report: bool = False
    quiet: bool = False
    name_levels: bool = False
    settings: MeasurementSettings = field(default_factory=MeasurementSettings)
    weights: Path | None = None
    device: str = "auto"
    threads: int = 0


def run(options: argparse.Namespace) -> None:
    """Run one case as the command line says and print its table, or a JSON summary."""
    paths = {role: getattr(options, role.value) for role in GIVEN_ROLES if getattr(options, role.value) is not None}
    settings = MeasurementSettings(
        options.fat_method,
        dict(options.fat_options),
        search=LevelSearch(options.level_kind, options.lowest_level),
        person=Person(options.sex, options.age),
        references=own_references_of(options),
    )
    choices = replace(choices_of(options, settings), name_levels=not options.number_levels)
    finished = run_case(CaseFiles(paths, options.levels, options.sagittal), choices)
    if options.json:
        print(json_summary(options.output, finished))
    else:
        print(printed_table(finished.measurement.table))
        print_remarks(options.output, finished)


def choices_of(options: argparse.Namespace, settings: MeasurementSettings) -> Choices:
    """The choices that all tasks have in common, from the command line."""
    common = ("output", "overwrite", "scene", "report", "quiet", "weights", "device", "threads")
    return Choices(**{name: getattr(options, name) for name in common}, settings=settings)


def run_case(files: CaseFiles, choices: Choices) -> FinishedCase:
    """Outline and measure a case and write its results; nothing is written unless all of it can be.

    Args:
        files: the images and levels.
        choices: how, and where the results go.

    Raises:
        ParaspinalFatError: as the reader, the network, the measuring and the output folder raise it.
    """
    require_usable(choices.output, overwrite=choices.overwrite)
    if choices.report:
        require_packages()
    with progress_bar(shown=not choices.quiet) as progress, contextlib.ExitStack() as stack:
        with signals_wait():
            from ParaspinalFatLib.scene.embedded import embedded_scene
            from ParaspinalFatLib.scene.logic import SceneLogic

            embedded = stack.enter_context(embedded_scene())
        started = time.monotonic()
        images = read_images(files.images, part(progress, 0.0, 0.05))
        levels = levels_from_csv(files.levels, next(iter(images.values()))) if files.levels else ()
        settings = replace(choices.settings, levels=levels) if levels else choices.settings
        network = WorkerLevelNetwork(device=choices.device, threads=choices.threads)
        finder = LevelFinder(network, read_sagittal(files)) if choices.name_levels else None
        segmenter = WorkerSegmenter(weights=choices.weights, device=choices.device, threads=choices.threads)
        volumes = volumes_of(embedded.scene, images, files.images)
        predictor = WorkerFatPredictor(device=choices.device, threads=choices.threads)
        nodes = SceneLogic(segmenter, predictor).process(
            volumes, settings, progress=part(progress, 0.05, 0.9), find_levels=finder
        )
        with complete_folder(choices.output, overwrite=choices.overwrite, replaced=RESULTS) as folder:
            progress(0.9, "Writing results")
            write_results(folder, images, nodes)
            if choices.scene:
                embedded.write_bundle(folder / SCENE)
            record = record_of(files, settings, nodes.finished, segmenter.last_report, time.monotonic() - started)
            record["level_network"] = network.last_report
            with written_whole(folder / PROVENANCE) as path:
                path.write_text(as_json(record), encoding="utf-8")
            if choices.report:
                header_of = next(iter(files.images.values()))
                report_of_new_case(folder, images, nodes.finished, name=choices.output.name, header_of=header_of)
        progress(1.0, "Done")
    return nodes.finished


def read_images(paths: Mapping[Role, Path], progress: Progress) -> Images:
    """Read a case's images and check that they lie on one grid."""
    if not paths:
        raise InputError("No image was given. Give --input, or --water and --fat, or --fat-fraction.")
    images = {}
    for number, (role, path) in enumerate(paths.items()):
        progress(number / len(paths), "Reading images")
        images[role] = read_image(path)
    require_one_grid(images)
    return images


def read_sagittal(files: CaseFiles) -> Image | None:
    """The sagittal series in which levels are to be named; None if there is none.

    Raises:
        GeometryError: its frame of reference is not that of the axial images.
    """
    if files.sagittal is None:
        return None
    require_same_frame(files.sagittal, next(iter(files.images.values())))
    return read_image(files.sagittal)


def volumes_of(scene: Any, images: Images, paths: Mapping[Role, Path]) -> dict[Role, Any]:
    """Bring images into a scene as volume nodes named after their files."""
    from ParaspinalFatLib.scene.volumes import add_volume

    return {role: add_volume(scene, image, paths[role].name.split(".")[0]) for role, image in images.items()}


def write_results(folder: Path, images: Images, nodes: CaseNodes) -> None:
    """Write segmentation, table, data dictionary and picture into an empty folder."""
    from ParaspinalFatLib.report.overlay import write_overlay
    from ParaspinalFatLib.scene.node_files import write_node

    measurement = nodes.finished.measurement
    write_node(nodes.segmentation, folder / SEGMENTATION)
    measurement.table.write_csv(folder / MEASUREMENTS)
    write_dictionary_csv(folder / DICTIONARY)
    shown = images[segmentation_role(images)]
    write_overlay(folder / OVERLAY, shown, nodes.finished.labels, measurement.fat_map, levels=measurement.levels)


def record_of(
    files: CaseFiles, settings: MeasurementSettings, finished: FinishedCase, network: object, seconds: float
) -> dict[str, object]:
    """The content of provenance.json."""
    from ParaspinalFatLib.scene.level_record import recorded_levels

    measurement = finished.measurement
    inputs = {role.value: path for role, path in files.images.items()}
    inputs |= {name: path for name, path in (("levels", files.levels), ("sagittal", files.sagittal)) if path}
    left_out = {
        f"{row['structure']} {row['side']}": row["voxels_without_ff"]
        for row in whole_rows(measurement.table)
        if row["voxels_without_ff"]
    }
    return provenance(
        inputs,
        {
            "fat_method": settings.fat_method,
            "fat_parameters": settings.fat_parameters,
            "level_kind": settings.search.kind.value,
            "lowest_level": settings.search.most_caudal,
            "sex": settings.person.sex,
            "age_years": settings.person.age_years,
            "own_references": sorted({reference.study for reference in settings.references}),
        },
        network=network,
        fat={
            "method": measurement.fat_map.method,
            "parameters": measurement.fat_map.parameters,
            "not_validated": measurement.fat_map.not_validated,
        },
        voxels_left_out={"why": "no fat fraction: no signal, or a value outside the possible range", "voxels": left_out},
        levels=recorded_levels(measurement.levels),
        observations=[asdict(one) for one in measurement.observations],
        seconds=round(seconds, 2),
    )


def json_summary(folder: Path, finished: FinishedCase) -> str:
    """What a calling program needs: where the results are, and the rows of whole structures."""
    content = {
        "output": str(folder),
        "files": sorted(file.name for file in folder.iterdir()),
        "fat_method": finished.measurement.fat_map.method,
        "rows": as_records(whole_rows(finished.measurement.table)),
        "observations": list(finished.measurement.remarks),
    }
    return json.dumps(plain(content))


def print_remarks(folder: Path, finished: FinishedCase) -> None:
    """Print what the reader should know, and where the results are."""
    for remark in finished.measurement.remarks:
        print(f"note: {remark}")
    print(f"Results by slice and level, outlines and picture are in {folder}. Research use only.")
