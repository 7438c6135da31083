"""Slicer's translation function for texts of the panel; without the desktop, texts stay as they are."""

from __future__ import annotations

try:
    from slicer.i18n import tr  # passed on as it is: it finds its context from the calling file
except ImportError:

    def tr(text: str) -> str:
        """The text itself: there is no desktop whose language it could be in."""
        return text


__all__ = ["tr"]
