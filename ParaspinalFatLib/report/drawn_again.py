"""Pictures of a finished case whose images are at hand again: only those of the images that it was measured on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ParaspinalFatLib.case import MeasurementSettings, measure, with_learned_fraction
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.label_file import read_labels
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Images, Role, require_one_grid, segmentation_role
from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.provenance import checksum
from ParaspinalFatLib.report.case_files import CaseFiles
from ParaspinalFatLib.report.document import Picture
from ParaspinalFatLib.report.level_pictures import level_pictures

OUTLINES = ("segmentation.seg.nrrd", "labels.nii.gz")
"""Where a folder of results has its outlines: that of the command, and that which the panel exports."""

EXPORTED = {
    Role.ANATOMY: "image.nii.gz",
    Role.WATER: "water.nii.gz",
    Role.FAT: "fat.nii.gz",
}
"""Images that the panel exports with a case."""


def images_in(folder: Path) -> dict[Role, Path]:
    """Images that lie in the folder of results themselves."""
    return {role: folder / name for role, name in EXPORTED.items() if (folder / name).is_file()}


def read_images(case: CaseFiles, paths: Mapping[Role, Path]) -> Images:
    """Read the images of a finished case.

    Raises:
        InputError: a file cannot be read, or is not the one that was measured.
        GeometryError: they do not lie on one grid.
    """
    recorded = case.provenance.get("inputs") or {}
    for role, path in paths.items():
        if not path.exists():
            raise InputError(f"{path} does not exist. Check the path.")
        known = (recorded.get(role.value) or {}).get("sha256")
        if known and known != checksum(path)["sha256"]:
            raise InputError(
                f"{path} is not the {role.value.replace('_', ' ')} image that {case.folder} was measured on. Give that one."
            )
    images = {role: read_image(path) for role, path in paths.items()}
    if images:
        require_one_grid(images)
    return images


def pictures_of(case: CaseFiles, images: Images) -> tuple[Picture, ...]:
    """Draw the levels of a finished case; none where its folder holds no outlines.

    Raises:
        ParaspinalFatError: it cannot be measured on these images.
    """
    outlines = next((case.folder / name for name in OUTLINES if (case.folder / name).is_file()), None)
    if outlines is None or not images:
        return ()
    labels = read_labels(outlines, next(iter(images.values())))
    settings = _settings(case.provenance)
    measurement = measure(with_learned_fraction(images, settings), labels, settings)
    return level_pictures(images[segmentation_role(images)], labels, measurement.fat_map, measurement.levels)


def _settings(provenance: Mapping[str, Any]) -> MeasurementSettings:
    """As the case was measured, as far as pictures depend on it."""
    parameters = provenance.get("parameters") or {}
    kind = LevelKind(parameters.get("level_kind") or LevelKind.DISC)
    levels = tuple(
        Level(str(one["name"]), tuple(one["position_ras_mm"]), kind, str(one.get("source", "")))
        for one in provenance.get("levels") or ()
    )
    return MeasurementSettings(
        str(parameters.get("fat_method") or "auto"), dict(parameters.get("fat_parameters") or {}), levels=levels
    )
