"""Keys that work in every view while the module is shown, and are gone when it is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import qt


class Shortcuts:
    """Some keys and what they do.

    None of them may be a key of Slicer's Segment Editor (digits, Shift with digits, Esc, Space, Z, Y, Q, W, I, punctuation):
    Qt finds the two ambiguous and does neither. While a text field has the focus, letters go to it.

    Args:
        actions: key sequence ("Shift+A") to what it does.
    """

    def __init__(self, actions: Mapping[str, Callable[[], None]]) -> None:
        self._actions = dict(actions)
        self._installed: list[tuple[Any, Callable[[], None]]] = []

    def install(self, window: Any) -> None:
        """Make the keys work, in this window and the others of the application; installing again does nothing.

        Args:
            window: QWidget that stays visible, such as the main window.
        """
        if self._installed:
            return
        for key, action in self._actions.items():
            shortcut = qt.QShortcut(qt.QKeySequence(key), window)
            shortcut.setContext(qt.Qt.ApplicationShortcut)
            shortcut.activated.connect(action)
            self._installed.append((shortcut, action))

    def remove(self) -> None:
        """Take the keys away; removing again does nothing."""
        while self._installed:
            shortcut, action = self._installed.pop()
            shortcut.activated.disconnect(action)
            shortcut.setParent(None)
            shortcut.deleteLater()
