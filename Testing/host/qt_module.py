"""The module ``qt``: PySide6 under the names PythonQt gives, with a loader of .ui files that refuses the unknown."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets

SIGNATURE = re.compile(r"(\w+)\(.*\)")


def qt_module(custom_widgets: tuple[type, ...]) -> ModuleType:
    """A module with the classes of QtCore, QtGui and QtWidgets, whose QUiLoader knows the custom widgets."""
    QtCore.QObject.name = property(lambda self: self.objectName())  # type: ignore[attr-defined]  PythonQt's spelling
    module = ModuleType("qt")
    for part in (QtCore, QtGui, QtWidgets):
        vars(module).update({name: getattr(part, name) for name in dir(part) if name.startswith("Q")})
    module.QUiLoader = strict_loader({widget.__name__: widget for widget in custom_widgets})  # type: ignore[attr-defined]
    return module


def strict_loader(custom_widgets: dict[str, type]) -> type:
    """A QUiLoader that raises on unknown classes, properties, signals and slots; Qt's own passes over them in silence."""

    class QUiLoader(QtUiTools.QUiLoader):
        def __init__(self, parent: Any = None) -> None:
            super().__init__(parent)
            for widget in custom_widgets.values():
                self.registerCustomWidget(widget)

        def load(self, file: Any, parent: Any = None) -> Any:
            document = ElementTree.fromstring(bytes(file.readAll().data()))
            require_known_properties(document, custom_widgets)
            connections = document.find("connections")
            wanted = [] if connections is None else [tuple(part.text or "" for part in wire) for wire in connections]
            if connections is not None:
                document.remove(connections)
            buffer = QtCore.QBuffer()
            buffer.setData(ElementTree.tostring(document))
            buffer.open(QtCore.QIODevice.OpenModeFlag.ReadOnly)
            widget = super().load(buffer, parent)
            for sender, signal, receiver, slot in wanted:
                getattr(child(widget, sender), bare(signal)).connect(getattr(child(widget, receiver), bare(slot)))
            return widget

    return QUiLoader


def require_known_properties(document: ElementTree.Element, custom_widgets: dict[str, type]) -> None:
    """Raise AttributeError for a property that its widget's class does not have."""
    for element in document.iter("widget"):
        name = element.get("class", "")
        known = custom_widgets.get(name) or getattr(QtWidgets, name)
        for setting in element.findall("property"):
            wanted = setting.get("name", "")
            if setting.get("stdset") != "0" and known.staticMetaObject.indexOfProperty(wanted) < 0:
                raise AttributeError(f"{name} has no property {wanted} ({element.get('name')})")


def child(widget: Any, name: str) -> Any:
    """The widget itself or a descendant, by name."""
    found = widget if widget.objectName() == name else widget.findChild(QtCore.QObject, name)
    if found is None:
        raise AttributeError(f"The .ui file connects {name}, which it does not hold.")
    return found


def bare(signature: str) -> str:
    """The name in a signal's or slot's C++ signature."""
    match = SIGNATURE.fullmatch(signature)
    if match is None:
        raise AttributeError(f"{signature} is no signature")
    return match[1]
