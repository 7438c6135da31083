"""ExportControls: what is exported of the present case, and where to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ctk

from ParaspinalFatLib.errors import InputError, OutputError
from ParaspinalFatLib.panel.message import Message
from ParaspinalFatLib.scene.case_export import Parts, export_case
from ParaspinalFatLib.scene.translation import tr as _

SEPARATORS = ("/", "\\", ":")


class ExportControls:
    """What the widgets under "Export" do.

    Args:
        ui: the widgets of Review.ui by name.
        case: gives the open case (``LiveCase``), or None.
        message: where the outcome is said.
    """

    def __init__(self, ui: Any, case: Callable[[], Any], message: Message) -> None:
        self._ui = ui
        self._case = case
        ui.exportPathLineEdit.filters = ctk.ctkPathLineEdit.Dirs
        ui.exportPathLineEdit.settingKey = "ParaspinalFat/exportFolder"
        ui.exportButton.clicked.connect(lambda *_checked: message.told(self.export))

    def update(self) -> None:
        """Exporting needs a case."""
        self._ui.exportCollapsibleButton.setEnabled(self._case() is not None)

    def export(self) -> str:
        """Write the chosen files of the case; returns what to say.

        Raises:
            ParaspinalFatError: nothing was written.
        """
        folder = self._folder()
        boxes = (
            self._ui.tableCheckBox,
            self._ui.pictureCheckBox,
            self._ui.sceneCheckBox,
            self._ui.trainingCheckBox,
        )
        parts = Parts(*(bool(box.isChecked()) for box in boxes))
        overwrite = bool(self._ui.overwriteCheckBox.isChecked())
        if not overwrite and folder.is_dir() and any(folder.iterdir()):
            raise OutputError(f"{folder} holds files already. Give another case name, or tick that they are replaced.")
        remarks = export_case(self._case(), folder, parts, overwrite=overwrite)
        self._ui.exportPathLineEdit.addCurrentPathToHistory()
        return " ".join([_("Exported to {folder}.").format(folder=folder), *remarks])

    def _folder(self) -> Path:
        parent = str(self._ui.exportPathLineEdit.property("currentPath")).strip()
        name = str(self._ui.caseNameEdit.property("text")).strip()
        if not parent:
            raise InputError("No folder is chosen. Choose one for the exported cases.")
        if not name or name.startswith(".") or any(separator in name for separator in SEPARATORS):
            raise InputError("The case name cannot be a folder's name. Give one such as case_001.")
        return Path(parent, name)
