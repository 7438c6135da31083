"""What the corrections are tried on."""

from __future__ import annotations

import pytest
from drawn_spine import make_spine

from ParaspinalFatLib.imaging.image import Image


@pytest.fixture
def spine() -> Image:
    """See :func:`drawn_spine.make_spine`."""
    return make_spine()
