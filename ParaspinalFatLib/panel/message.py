"""A line of text in a section that says what a button did, or why it could not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.scene.translation import tr as _


class Message:
    """Says what happened beside the button that was pressed, instead of in a pop-up or in another section.

    Args:
        label: QLabel.
    """

    def __init__(self, label: Any) -> None:
        self._label = label
        self.say("")

    def say(self, text: str) -> None:
        """Show a text; an empty one takes no room."""
        self._label.setText(text)
        self._label.setVisible(bool(text))

    def told(self, step: Callable[[], str]) -> None:
        """Do a step and show the sentence that it returns, or what went wrong."""
        try:
            self.say(step())
        except ParaspinalFatError as error:
            self.say(str(error))
        except Exception as error:
            logging.exception("ParaspinalFat: unexpected error")
            self.say(_("An error of this program; the scene was not changed: {error}").format(error=error))
