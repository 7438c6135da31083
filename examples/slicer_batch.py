"""Outline and measure a folder of cases with Slicer, without its window:

    Slicer --no-main-window --python-script examples/slicer_batch.py --input CASES --output RESULTS

Each folder in CASES is a case; its images are named after what they show: water.nii.gz and fat.nii.gz, or fat_fraction.nrrd,
or in_phase.nii.gz and opposed_phase.nii.gz, or anatomy.nii.gz (T1, T2). A lone image file in CASES is a conventional image.
RESULTS gets a folder for each case (segmentation.seg.nrrd, measurements.csv) and measurements.csv over all of them.

Exit status: 0 all cases done; 1 some failed (each says why on standard error), the others are done; 2 wrong arguments.
The same numbers as from the panel and the command ``paraspinalfat``. Research use only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import slicer

from ParaspinalFatLib.case import MeasurementSettings, Segmenter
from ParaspinalFatLib.errors import InputError, ParaspinalFatError
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import GIVEN_ROLES, Role
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.node_files import write_node
from ParaspinalFatLib.scene.volumes import add_volume

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".dcm")


def main(arguments: Sequence[str], segmenter: Segmenter | None = None) -> int:
    """Run all cases; returns the exit status."""
    parser = argparse.ArgumentParser(description="Outline and measure a folder of cases. Research use only.")
    parser.add_argument("--input", type=Path, required=True, help="folder of cases")
    parser.add_argument("--output", type=Path, required=True, help="folder for the results")
    parser.add_argument("--fat-method", default="auto", help="auto (Dixon where possible, else otsu), or a method's name")
    options = parser.parse_args(arguments)
    try:
        cases = dict(found_cases(options.input))
        options.output.mkdir(parents=True, exist_ok=True)
    except (ParaspinalFatError, OSError) as error:
        print(f"slicer_batch: {error}", file=sys.stderr)
        return 1
    logic = SceneLogic(segmenter)
    tables = [table for name, images in cases.items() if (table := finished(name, images, logic, options)) is not None]
    if tables:
        Table([row for table in tables for row in table], tables[0].columns).write_csv(options.output / "measurements.csv")
    print(f"{len(tables)} of {len(cases)} cases done.")
    return 0 if len(tables) == len(cases) else 1


def found_cases(folder: Path) -> Iterator[tuple[str, dict[Role, Path]]]:
    """Name and images of every case, in order of names."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Give a folder of cases.")
    cases = [(case_name(place), images_in(place)) for place in sorted(folder.iterdir())]
    if not any(images for _name, images in cases):
        raise InputError(f"{folder} holds no case. Put the images of each case in a folder of its own.")
    yield from ((name, images) for name, images in cases if images)


def images_in(place: Path) -> dict[Role, Path]:
    """The images of one case by what they show."""
    if place.is_file():
        return {Role.ANATOMY: place} if place.name.lower().endswith(ENDINGS) else {}
    roles = {role.value: role for role in GIVEN_ROLES}
    return {roles[case_name(file)]: file for file in sorted(place.iterdir()) if case_name(file) in roles}


def case_name(path: Path) -> str:
    """The file's or folder's name without an image format's ending."""
    ending = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), "")
    return path.name[: len(path.name) - len(ending)]


def finished(name: str, images: dict[Role, Path], logic: SceneLogic, options: argparse.Namespace) -> Table | None:
    """Outline and measure one case and write its results; None, and a sentence, if it cannot be done."""
    try:
        with embedded_scene() as embedded:
            embedded.scene.Clear(False)  # in Slicer the scene outlives the case before
            volumes = {role: add_volume(embedded.scene, read_image(file), name) for role, file in images.items()}
            nodes = logic.process(volumes, MeasurementSettings(options.fat_method))
            folder = options.output / name
            folder.mkdir(exist_ok=True)
            write_node(nodes.segmentation, folder / "segmentation.seg.nrrd")
            table = nodes.finished.measurement.table
            table.write_csv(folder / "measurements.csv")
    except (ParaspinalFatError, OSError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return None
    print(f"{name}: done", flush=True)
    return table.for_case(name)


if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
    except SystemExit as wrong_arguments:
        status = int(wrong_arguments.code or 0)
    if hasattr(slicer, "app"):
        slicer.util.exit(status)
    else:
        sys.exit(status)
