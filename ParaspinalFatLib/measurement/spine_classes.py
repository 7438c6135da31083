"""What the level network tells apart in a midline plane of the spine, and the plane's pixels."""

from __future__ import annotations

from enum import IntEnum

PLANE_PIXEL_MM = 1.5
"""Edge of the square pixels of a midline plane: rows from caudal to cranial, columns from anterior to posterior."""


class SpineClass(IntEnum):
    """Output channels of the network."""

    BACKGROUND = 0
    BODY = 1
    """Vertebral body above the lowest lumbar one."""
    DISC = 2
    """Disc above the one on the sacrum."""
    LOWEST_DISC = 3
    """The disc on the sacrum: the anchor of counting."""
    LOWEST_BODY = 4
    """The vertebral body above it."""
