"""Nouns of the picture tests."""

from __future__ import annotations

import pytest
from drawn_case import Case, make_case


@pytest.fixture
def case() -> Case:
    """Three slices."""
    return make_case(3)
