"""Cases that cost nothing: a table of two rows without any image, written the way real ones are."""

from __future__ import annotations

from pathlib import Path

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_folder import new_case_folder, write_marker
from ParaspinalFatLib.cohort.case_input import CaseInput, folder_of
from ParaspinalFatLib.cohort.cohort_tables import MEASUREMENTS_TABLE
from ParaspinalFatLib.cohort.fingerprint import fingerprint
from ParaspinalFatLib.cohort.job import Job
from ParaspinalFatLib.cohort.status import person_record
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.table import Table

SIDES = ("right", "left")


def light_case(name: str, image: Path, **covariates: str) -> CaseInput:
    """A case whose image is any file."""
    return CaseInput(name, name, "", folder_of(name), {Role.ANATOMY: str(image)}, covariates=covariates)


def light_job(case: CaseInput, output: Path, digest: str = "c") -> Job:
    """A job for it."""
    return Job(case, str(output), MeasurementSettings(), digest)


def write_light_results(job: Job) -> None:
    """Write the folder of a case; the numbers follow from its name."""
    empty = {column.name: None for column in COLUMNS}
    volume = float(sum(job.case.name.encode()))
    rows = [{**empty, "structure": "MF", "side": side, "region": "whole", "volume_ml": volume} for side in SIDES]
    with new_case_folder(Path(job.output), job.case.folder) as folder:
        Table(rows).write_csv(folder / MEASUREMENTS_TABLE)
        marker = {
            "case": job.case.name,
            "person": person_record(job.case),
            "inputs": fingerprint(job.case),
            "conditions_sha256": job.conditions_digest,
            "protocol": {"fat_method": "otsu", "slices": 3, "slice_mm": 4.0, "levels": ["L4/5", "L5/S1"]},
            "seconds": 0.5,
            "attempts": job.attempts,
        }
        write_marker(folder, marker)
