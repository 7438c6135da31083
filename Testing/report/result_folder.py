"""Folders of results as the command writes them, small and drawn here."""

from __future__ import annotations

import json
import re
from pathlib import Path

import SimpleITK as sitk
from drawn_case import make_case

from ParaspinalFatLib.case import MeasurementSettings, measure
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.provenance import checksum

LEVELS = (Level("L5/S1", (-60.0, -20.0, 0.0)), Level("L4/5", (-60.0, -20.0, 8.0)))


def drawn_table() -> Table:
    """Measurements of the drawn case: multifidus, right larger than left, three slices, two levels."""
    case = make_case(3)
    images = {Role.FAT_FRACTION: case.fat_map.fraction}
    return measure(images, case.labels, MeasurementSettings(levels=LEVELS)).table


def write_folder(folder: Path, *, name: str = "image.nii.gz", exported: bool = False) -> dict[Role, Path]:
    """Fill a folder with results of the drawn case; returns its images, which lie beside the folder."""
    case = make_case(3)
    folder.mkdir(parents=True)
    water, fat = _dixon(case.fat_map.fraction)
    paths = {Role.WATER: folder.parent / f"water_{name}", Role.FAT: folder.parent / f"fat_{name}"}
    for path, image in zip(paths.values(), (water, fat), strict=True):
        write_image(image, path)
    drawn_table().write_csv(folder / "measurements.csv")
    write_image(case.labels, folder / "labels.nii.gz")
    record = {
        "program": {"name": "ParaspinalFat", "version": "0.1.0"},
        "created": "2026-11-21T09:00:00+00:00",
        "inputs": {} if exported else {role.value: {"name": path.name, **checksum(path)} for role, path in paths.items()},
        "parameters": {"sex": "female", "age_years": 47.0},
        "levels": [{"name": one.name, "position_ras_mm": one.position, "source": "file"} for one in LEVELS],
        "observations": [{"code": "noted", "sentence": "The left multifidus is <small> & pale.", "structures": []}],
    }
    (folder / "provenance.json").write_text(json.dumps(record))
    sitk.WriteImage(sitk.GetImageFromArray(case.labels.array[0] * 100), str(folder / "overlay.png"))
    return paths


def without_pictures(page: str) -> str:
    """A page without the data of its pictures, in which any three letters occur somewhere."""
    return re.sub('base64,[^"]*', "", page)


def _dixon(fraction: Image) -> tuple[Image, Image]:
    """Water and fat whose sum is 1000 everywhere."""
    return fraction.with_array(1000 * (1 - fraction.array)), fraction.with_array(1000 * fraction.array)
