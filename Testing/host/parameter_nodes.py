"""Stand-in for ``slicer.parameterNodeWrapper``: typed access to a scripted module node, and its connection to widgets."""

from __future__ import annotations

import contextlib
import typing
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import vtk
from PySide6 import QtWidgets

WIDGET_PROPERTY = "SlicerParameterName"


class Choice:
    """Annotation: the values a text may have."""

    def __init__(self, choices: list[str]) -> None:
        self.choices = choices


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
        parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._remember())

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

    def connectGui(self, gui: Any) -> None:
        """Returns no tag, in Slicer neither, so that what it connects cannot be disconnected."""
        widgets = [w for w in vars(gui).values() if w.property(WIDGET_PROPERTY)]
        self.connectParametersToGui({w.property(WIDGET_PROPERTY): w for w in widgets})

    def connectParametersToGui(self, mapping: dict[str, Any]) -> int:
        links = [_link(self, name, widget) for name, widget in mapping.items()]
        tag = self.parameterNode.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._to_widgets(links))
        self._connected[tag] = links
        self._to_widgets(links)
        for link in links:
            link.signal.connect(link.read)
        return int(tag)

    def disconnectGui(self, tag: int | None) -> None:
        for link in self._connected.pop(tag, ()):
            link.signal.disconnect(link.read)
            self.parameterNode.RemoveObserver(tag)

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
    if type(widget) is QtWidgets.QComboBox:
        choices = typing.get_args(hint)[1].choices
        widget.clear()
        widget.addItems(choices)
        return _Link(
            wrapper, name, widget, widget.currentIndexChanged, widget.currentText, lambda v: _select(widget, choices, v)
        )
    if type(widget).__name__ == "qMRMLNodeComboBox":
        widget.setNodeTypes([hint.__name__])
        return _Link(wrapper, name, widget, widget.currentNodeChanged, widget.currentNode, widget.setCurrentNode)
    raise RuntimeError(f"Unable to create GUI connector from datatype '{hint}' to widget type '{type(widget)}'")


def _select(widget: Any, choices: list[str], value: str) -> None:
    widget.setCurrentIndex(choices.index(value))


class _Parameter:
    """One parameter: a text with choices, or a reference to a node."""

    def __init__(self, name: str, hint: Any, default: Any) -> None:
        self.name, self.hint, self.default = name, hint, default
        self.is_node = isinstance(hint, type) and hint.__name__.startswith("vtkMRML")

    def __get__(self, wrapper: Any, _owner: type | None = None) -> Any:
        return self if wrapper is None else wrapper.__dict__["_values"][self.name]

    def __set__(self, wrapper: _Wrapper, value: Any) -> None:
        self.require_valid(value)
        node = wrapper.parameterNode
        was_modifying = node.StartModify()
        node.SetParameter(self.name, "" if self.is_node else value)
        if self.is_node:
            node.SetNodeReferenceID(self.name, None if value is None else value.GetID())
        wrapper.__dict__["_values"][self.name] = self.read(node)
        node.EndModify(was_modifying)

    def require_valid(self, value: Any) -> None:
        if self.is_node and value is not None and not value.IsA(self.hint.__name__):
            raise TypeError(f"{self.name} takes a {self.hint.__name__}")
        if not self.is_node and value not in typing.get_args(self.hint)[1].choices:
            raise ValueError(f"{value} is not a choice of {self.name}")

    def read(self, node: Any) -> Any:
        if not node.HasParameter(self.name):
            return self.default
        return node.GetNodeReference(self.name) if self.is_node else node.GetParameter(self.name)


def module() -> ModuleType:
    """The stand-in as a module."""
    made = ModuleType("slicer.parameterNodeWrapper")
    vars(made).update(parameterNodeWrapper=parameterNodeWrapper, Choice=Choice)
    return made
