"""Write the report of a case beside its results."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.case import FinishedCase
from ParaspinalFatLib.errors import MissingPackageError, OutputError
from ParaspinalFatLib.imaging.roles import Images, Role, segmentation_role
from ParaspinalFatLib.report.case_files import read_case
from ParaspinalFatLib.report.case_report import Shown, case_report
from ParaspinalFatLib.report.document import Document
from ParaspinalFatLib.report.drawn_again import images_in, pictures_of, read_images
from ParaspinalFatLib.report.html import write_html
from ParaspinalFatLib.report.level_pictures import level_pictures
from ParaspinalFatLib.report.patient import dicom_lines
from ParaspinalFatLib.report.pdf import write_pdf

HTML, PDF = "report.html", "report.pdf"

WRITERS = {HTML: write_html, PDF: write_pdf}


@dataclass(frozen=True)
class ReportChoices:
    """What to write.

    Attributes:
        files: of :data:`HTML` and :data:`PDF`.
        anonymised: leave out names of the case, the patient and files.
        with_header: tell what the header of a DICOM image says about patient and examination.
    """

    files: tuple[str, ...] = (HTML, PDF)
    anonymised: bool = False
    with_header: bool = True


def write_case_report(
    folder: Path,
    choices: ReportChoices,
    images: Mapping[Role, Path] | None = None,
    *,
    name: str = "",
    output: Path | None = None,
    overwrite: bool = False,
) -> tuple[Path, ...]:
    """Write the report of a finished case.

    Args:
        folder: of its results.
        choices: what to write.
        images: role to the image files it was measured on, for pictures level by level; without them, and where they do not
            lie in the folder itself, the overlay of the folder is shown.
        name: of the case; else that which its folder knows.
        output: where to write; else into ``folder``.
        overwrite: replace reports that are there.

    Returns:
        The files.

    Raises:
        InputError: the folder holds no results, or the images are not those that were measured.
        OutputError: reports are there already, or cannot be written.
        MissingPackageError: a package for one of the formats is not installed.
    """
    place = output or folder
    require_free(place, choices.files, overwrite=overwrite)
    case = read_case(folder)
    paths = dict(images or images_in(folder))
    read = read_images(case, paths)
    patient, examination = dicom_lines(next(iter(paths.values()))) if paths and choices.with_header else ((), ())
    if choices.anonymised:
        patient, examination = (), ()
    shown = Shown(name, patient, examination, read, pictures_of(case, read), choices.anonymised)
    return write_document(place, choices.files, case_report(case, shown))


def report_of_new_case(
    folder: Path, images: Images, finished: FinishedCase, *, name: str = "", header_of: Path | None = None
) -> tuple[Path, ...]:
    """Write both reports into a folder of results that was just filled.

    Args:
        folder: with all results but the reports.
        images: of the case.
        finished: its outlines and figures.
        name: of the case; else that which its folder knows.
        header_of: DICOM file or folder whose header tells about patient and examination; None to tell nothing.
    """
    measurement = finished.measurement
    shown_image = images[segmentation_role(images)]
    pictures = level_pictures(shown_image, finished.labels, measurement.fat_map, measurement.levels)
    patient, examination = dicom_lines(header_of) if header_of else ((), ())
    shown = Shown(name, patient, examination, images, pictures)
    return write_document(folder, (HTML, PDF), case_report(read_case(folder), shown))


def require_packages() -> None:
    """Raise MissingPackageError now, before the long work, if a report could not be written."""
    for package in ("jinja2", "reportlab", "matplotlib"):
        if importlib.util.find_spec(package) is None:
            raise MissingPackageError(
                f"A report needs {package}, which is not installed. Run: python -m pip install Jinja2 reportlab matplotlib"
            )


def write_document(folder: Path, files: tuple[str, ...], document: Document) -> tuple[Path, ...]:
    """Write a document in the formats that the files' names tell."""
    for file in files:
        WRITERS[file](folder / file, document)
    return tuple(folder / file for file in files)


def require_free(folder: Path, files: tuple[str, ...], *, overwrite: bool) -> None:
    """Raise OutputError if a report is there already and may not be replaced."""
    there = [file for file in files if (folder / file).exists()]
    if there and not overwrite:
        raise OutputError(f"{folder} already holds {' and '.join(there)}. Add --overwrite to replace it.")
