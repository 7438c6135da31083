"""Look through the inputs of a case before the work begins: from headers, in milliseconds a file."""

from __future__ import annotations

from pathlib import Path

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.job import without_folders
from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.fat.methods import method_for
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.frame_of_reference import require_same_frame
from ParaspinalFatLib.imaging.label_file import is_segmentation
from ParaspinalFatLib.imaging.reading import read_grid
from ParaspinalFatLib.level_view import require_same_place
from ParaspinalFatLib.measurement.level_file import levels_from_csv


def problem_of(case: CaseInput, settings: MeasurementSettings, *, anonymised: bool = False) -> str:
    """Why a case cannot be run, as far as its description and the headers of its files show; empty if nothing is wrong.

    Args:
        case: to be looked at.
        settings: of the cohort; its fat method decides which images are needed.
        anonymised: keep the names of files out of the sentence.
    """
    if case.problem:
        return case.problem
    try:
        _check(case, settings)
    except ParaspinalFatError as error:
        return without_folders(str(error), case.paths, anonymised=anonymised)
    except OSError as error:
        return f"A file cannot be read: {error.strerror}. Check who may read it."
    return ""


def _check(case: CaseInput, settings: MeasurementSettings) -> None:
    images = {role: read_grid(path) for role, path in case.images.items()}
    method_for(images, settings.fat_method)
    first = next(iter(images.values()))
    axial_view(first)
    if case.levels:
        levels_from_csv(case.levels, first)
    if case.sagittal:
        require_same_frame(Path(case.sagittal), Path(next(iter(case.images.values()))))
        require_same_place(read_grid(case.sagittal), first)
    if case.mask and not (Path(case.mask).is_file() and is_segmentation(Path(case.mask))):
        read_grid(case.mask)
