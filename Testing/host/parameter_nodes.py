"""Stand-in for ``slicer.parameterNodeWrapper``: typed access to a scripted module node, and its connection to widgets."""

from __future__ import annotations

import contextlib
import typing
import weakref
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import vtk
from PySide6 import QtCore, QtWidgets

WIDGET_PROPERTY = "SlicerParameterName"


class Choice:
    """Annotation: the values a text may have."""

    def __init__(self, choices: list[str]) -> None:
        self.choices = choices


class WithinRange:
    """Annotation: the least and the greatest value of a number."""

    def __init__(self, minimum: float, maximum: float) -> None:
        self.minimum, self.maximum = minimum, maximum


def parameterNodeWrapper(declared: type) -> type:
    """Make a wrapper class of a class that declares parameters by annotations."""
    hints = typing.get_type_hints(declared, include_extras=True)
    attributes = {name: _Parameter(name, hint, getattr(declared, name, None)) for name, hint in hints.items()}
    return type(declared.__name__, (_Wrapper,), {"__doc__": declared.__doc__, "__hints__": hints, **attributes})


class _Wrapper:
    __hints__: typing.ClassVar[dict[str, Any]] = {}

    def __init__(self, parameterNode: Any) -> None:
        self.__dict__.update(parameterNode=parameterNode, _connected={}, _writing=False, _values={})
        for name in self.__hints__:
            if not parameterNode.HasParameter(name):
                setattr(self, name, getattr(type(self), name).default)
        self._remember()
        itself = weakref.ref(self)
        tag = parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: itself()._remember())
        weakref.finalize(self, parameterNode.RemoveObserver, tag)

    def _remember(self) -> None:
        """Slicer's wrapper, too, knows only the values of when its node was last modified."""
        self._values.update({name: getattr(type(self), name).read(self.parameterNode) for name in self.__hints__})

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.__hints__:
            raise AttributeError(f"{type(self).__name__} has no parameter {name}")
        super().__setattr__(name, value)

    def AddObserver(self, event: Any, callback: Callable[..., Any], priority: float = 0.0) -> int:
        return int(self.parameterNode.AddObserver(event, callback, priority))

    def RemoveObserver(self, tag: int) -> None:
        self.parameterNode.RemoveObserver(tag)

    def StartModify(self) -> int:
        return int(self.parameterNode.StartModify())

    def EndModify(self, wasModified: int) -> None:
        self.parameterNode.EndModify(wasModified)

    def connectGui(self, gui: Any) -> None:
        """Returns no tag, in Slicer neither, so that what it connects cannot be disconnected."""
        widgets = [w for w in vars(gui).values() if w.property(WIDGET_PROPERTY)]
        self.connectParametersToGui({w.property(WIDGET_PROPERTY): w for w in widgets})

    def connectParametersToGui(self, mapping: dict[str, Any]) -> int:
        links = [_link(self, name, widget) for name, widget in mapping.items()]
        tag = len(self._connected)
        self._connected[tag] = links
        self._to_widgets(links)
        for link in links:
            link.signal.connect(link.read)
        self.parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._update_gui())
        return tag

    def disconnectGui(self, tag: int | None) -> None:
        """Leaves the observer that connecting has added, in Slicer too; it then has no widget to write to."""
        for link in self._connected.pop(tag, ()):
            link.signal.disconnect(link.read)

    def _update_gui(self) -> None:
        for links in self._connected.values():
            self._to_widgets(links)

    def _to_widgets(self, links: list[Any]) -> None:
        if not self.__dict__["_writing"]:
            with self._quiet():
                for link in links:
                    link.write()

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[None]:
        self.__dict__["_writing"] = True
        try:
            yield
        finally:
            self.__dict__["_writing"] = False


class _Link:
    """One widget and its parameter."""

    def __init__(self, wrapper: _Wrapper, name: str, widget: Any, signal: Any, get: Any, put: Any) -> None:
        self.wrapper, self.name, self.widget, self.signal, self.get, self.put = wrapper, name, widget, signal, get, put

    def read(self, *_value: Any) -> None:
        if not self.wrapper.__dict__["_writing"]:
            setattr(self.wrapper, self.name, self.get())

    def write(self) -> None:
        self.put(getattr(self.wrapper, self.name))


def _link(wrapper: _Wrapper, name: str, widget: Any) -> _Link:
    hint = wrapper.__hints__.get(name)
    if hint is None:
        raise ValueError(f"Cannot find a param with the given name: {name}")
    kind, annotations = split(hint)
    if type(widget) is QtWidgets.QComboBox and kind is str:
        choices = first(annotations, Choice).choices
        widget.clear()
        widget.addItems(choices)
        return _Link(
            wrapper,
            name,
            widget,
            widget.currentIndexChanged,
            lambda: choices[widget.currentIndex()],
            lambda v: _select(widget, choices, v),
        )
    if type(widget).__name__ == "qMRMLNodeComboBox" and is_node(kind):
        widget.setNodeTypes([kind.__name__])
        return _Link(wrapper, name, widget, widget.currentNodeChanged, widget.currentNode, widget.setCurrentNode)
    if type(widget) is QtWidgets.QLineEdit and kind is str:
        return _Link(wrapper, name, widget, widget.textChanged, widget.text, lambda v: _set_text(widget, v))
    if type(widget) in (QtWidgets.QCheckBox, QtWidgets.QPushButton) and kind is bool:
        return _Link(wrapper, name, widget, widget.toggled, widget.isChecked, widget.setChecked)
    if _is_number(widget, kind):
        bounds = first(annotations, WithinRange)
        if bounds is None and type(widget).__name__ in ("QSlider", "ctkSliderWidget"):
            raise RuntimeError("a slider needs the annotation WithinRange")
        if bounds is not None:
            widget.setRange(bounds.minimum, bounds.maximum)
        read = (lambda: widget.value) if isinstance(type(widget).value, QtCore.Property) else widget.value
        return _Link(wrapper, name, widget, widget.valueChanged, read, widget.setValue)
    raise RuntimeError(f"Unable to create GUI connector from datatype '{hint}' to widget type '{type(widget)}'")


NUMBER_WIDGETS = {int: ("QSlider", "QSpinBox"), float: ("QDoubleSpinBox", "ctkSliderWidget")}


def _is_number(widget: Any, kind: Any) -> bool:
    return type(widget).__name__ in NUMBER_WIDGETS.get(kind, ())


def split(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The bare type of a declaration, and its annotations."""
    parts = typing.get_args(hint) if hasattr(hint, "__metadata__") else (hint,)
    return parts[0], parts[1:]


def first(annotations: tuple[Any, ...], kind: type) -> Any:
    """The first annotation of a kind, or None."""
    return next((annotation for annotation in annotations if isinstance(annotation, kind)), None)


def is_node(kind: Any) -> bool:
    """Whether a parameter of this type refers to a node."""
    return isinstance(kind, type) and kind.__name__.startswith("vtkMRML")


def _set_text(widget: Any, text: str) -> None:
    if widget.text() != text:  # else the cursor would jump to the end while the user types
        widget.setText(text)


def _select(widget: Any, choices: list[str], value: str) -> None:
    widget.setCurrentIndex(choices.index(value))


EMPTY: dict[Any, Any] = {str: "", bool: False, int: 0, float: 0.0}
"""What a parameter without a default is at first, by its type."""


class _Parameter:
    """One parameter: a text, a number, a truth value, or a reference to a node."""

    def __init__(self, name: str, hint: Any, default: Any) -> None:
        self.name, self.hint = name, hint
        self.kind, self.annotations = split(hint)
        self.is_node = is_node(self.kind)
        if not (self.is_node or self.kind in EMPTY):
            raise TypeError(f"{name}: no parameter of type {hint} here")
        self.default = EMPTY.get(self.kind) if default is None else default

    def __get__(self, wrapper: Any, _owner: type | None = None) -> Any:
        return self if wrapper is None else wrapper.__dict__["_values"][self.name]

    def __set__(self, wrapper: _Wrapper, value: Any) -> None:
        self.require_valid(value)
        node = wrapper.parameterNode
        was_modifying = node.StartModify()
        node.SetParameter(self.name, "" if self.is_node else str(value))
        if self.is_node:
            node.SetNodeReferenceID(self.name, None if value is None else value.GetID())
        wrapper.__dict__["_values"][self.name] = self.read(node)
        node.EndModify(was_modifying)

    def require_valid(self, value: Any) -> None:
        if self.is_node:
            if value is not None and not value.IsA(self.kind.__name__):
                raise TypeError(f"{self.name} takes a {self.kind.__name__}")
            return
        if not isinstance(value, self.kind) and not (self.kind is float and isinstance(value, int)):
            raise TypeError(f"{self.name} takes {self.kind.__name__}, not {value!r}")
        choice, bounds = first(self.annotations, Choice), first(self.annotations, WithinRange)
        if choice is not None and value not in choice.choices:
            raise ValueError(f"{value} is not a choice of {self.name}")
        if bounds is not None and not bounds.minimum <= value <= bounds.maximum:
            raise ValueError(f"{value} is out of the range of {self.name}")

    def read(self, node: Any) -> Any:
        if not node.HasParameter(self.name):
            return self.default
        if self.is_node:
            return node.GetNodeReference(self.name)
        text = node.GetParameter(self.name)
        return text == "True" if self.kind is bool else self.kind(text)


def module() -> ModuleType:
    """The stand-in as a module."""
    made = ModuleType("slicer.parameterNodeWrapper")
    vars(made).update(parameterNodeWrapper=parameterNodeWrapper, Choice=Choice, WithinRange=WithinRange)
    return made
