"""What the coordinator of the panel lends its sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Workplace(Protocol):
    """What a section may use of the panel; :class:`case_panel.CasePanel` is one."""

    @property
    def live_case(self) -> Any:
        """The case that is open (``scene.live_case.LiveCase``), or None."""
        ...

    @property
    def running(self) -> bool:
        """Whether the network is at work."""
        ...

    def say(self, text: str) -> None:
        """Show a sentence in the panel's status line."""
        ...

    def update(self) -> None:
        """Bring all sections up to date with the parameter node and the case."""
        ...

    def reported(self, step: Callable[[], None]) -> None:
        """Do a step; what goes wrong is said in the status line instead of in a pop-up."""
        ...

    def paint(self, identifier: str, slice_index: int | None = None) -> None:
        """Open the section Correct and paint a structure ("MF_right"), on a slice (as the table counts) if one is given."""
        ...
