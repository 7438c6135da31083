"""The simulated study as files and as a joined table."""

from __future__ import annotations

import pytest
from study.simulated import MEASURE, write_study

from ParaspinalFatLib.spreadsheet import read_sheet
from ParaspinalFatLib.study.joined import Joined, Keys, join
from ParaspinalFatLib.study.measures import Measure


@pytest.fixture(scope="session")
def simulated_folder(tmp_path_factory):
    """Folder with the two tables of 400 simulated persons."""
    return write_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="session")
def simulated(simulated_folder) -> Joined:
    """The joined table of the simulated study."""
    return join(
        read_sheet(simulated_folder / "measurements.csv"),
        read_sheet(simulated_folder / "covariates.csv"),
        [Measure.read(MEASURE)],
        ["age", "sex", "endurance", "odi", "noise"],
        ["sex", "group"],
        Keys(),
    )
