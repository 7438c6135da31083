"""Stand-in for ``ctkPathLineEdit``: a line with a folder, and a button to choose one, which here does nothing."""

from __future__ import annotations

from typing import Any

from PySide6 import QtCore, QtWidgets

from host.widgets import Strict


class ctkPathLineEdit(Strict, QtWidgets.QWidget):
    currentPathChanged = QtCore.Signal(str)

    Dirs, Files = 0x001, 0x002

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._filters, self._setting_key = self.Files, ""
        self._history: list[str] = []
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._line = QtWidgets.QLineEdit()
        button = QtWidgets.QToolButton()
        button.setText("...")
        layout.addWidget(self._line)
        layout.addWidget(button)
        self._line.textChanged.connect(self.currentPathChanged)

    def setCurrentPath(self, path: str) -> None:
        self._line.setText(path)

    def addCurrentPathToHistory(self) -> None:
        self._history.append(self._line.text())

    currentPath = QtCore.Property(str, lambda self: self._line.text(), setCurrentPath)
    filters = QtCore.Property(int, lambda self: self._filters, lambda self, value: setattr(self, "_filters", value))
    settingKey = QtCore.Property(str, lambda self: self._setting_key, lambda self, key: setattr(self, "_setting_key", key))
