"""The one offer to install what the network needs, made when a run has missed it and at no other time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt

from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.scene import packages
from ParaspinalFatLib.scene.translation import tr as _


class InstallOffer:
    """Shows a button that installs the missing packages; without the PyTorch extension, says how to get it.

    Args:
        button: hidden QPushButton.
        say: shows a sentence in the panel.
    """

    def __init__(self, button: Any, say: Callable[[str], None]) -> None:
        self._button = button
        self._say = say
        button.clicked.connect(self.on_install)

    def make(self) -> None:
        """Offer to install what is missing."""
        missing = packages.missing_packages()
        if not missing:
            return  # the process has another Python than this one, and has said what it lacks
        if "torch" in missing and not packages.extension_present():
            self._say(packages.GET_EXTENSION)
            return
        names = _(" and ").join(missing)
        self._say(
            _("The network needs {names}, which is not installed. Correcting and measuring work without it.").format(
                names=names
            )
        )
        self._button.setText(_("Install {names}").format(names=names))
        self._button.setToolTip(
            _("Downloads and installs into Slicer's Python; takes some minutes. Then press Apply again.")
        )
        self._button.setVisible(True)

    def withdraw(self) -> None:
        """Offer nothing."""
        self._button.setVisible(False)

    def on_install(self, *_checked: Any) -> None:
        """Install what is missing; the panel waits for it."""
        self._say(_("Installing; Slicer is busy for some minutes."))
        self._button.setEnabled(False)
        qt.QTimer.singleShot(0, self._install)  # so that the sentence is seen

    def _install(self) -> None:
        try:
            installed = packages.install_packages()
        except MissingPackageError as error:
            self._say(str(error))
        else:
            self._say(_("Installed: {names}. Press Apply.").format(names=", ".join(installed) or _("nothing")))
            self.withdraw()
        finally:
            self._button.setEnabled(True)
