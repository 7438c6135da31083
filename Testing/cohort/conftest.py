"""Cases of a few voxels on disk, and workers to run them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cohort_cases import write_cases
from torso import CARD, trained_network, write_weights

from ParaspinalFatLib.cohort.cluster import local_workers


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Card of the tiny network."""
    return write_weights(tmp_path_factory.mktemp("weights"), CARD, trained_network())


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest of four cases."""
    return write_cases(tmp_path / "data", 4)


@pytest.fixture(scope="module")
def client() -> Iterator:
    """A client of two worker processes."""
    with local_workers(2) as client:
        yield client
