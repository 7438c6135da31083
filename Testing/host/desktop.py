"""The desktop of a test: application, scene and modules for the time of a block, and every error that happened in it."""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import slicer

from ParaspinalFatLib.scene.embedded import embedded_scene

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6 import QtCore, QtWidgets

from host import parameter_nodes, scripted_module, widgets
from host.path_line_edit import ctkPathLineEdit
from host.plots import PLOT_WIDGETS, ctkSliderWidget
from host.qt_module import qt_module
from host.segment_editor import qMRMLSegmentEditorWidget

CTK_WIDGETS = (*widgets.CTK_WIDGETS, ctkSliderWidget, ctkPathLineEdit)
"""Stand-ins of the module ``ctk``."""

QMRML_WIDGETS = (*widgets.QMRML_WIDGETS, qMRMLSegmentEditorWidget, *PLOT_WIDGETS)
"""Stand-ins that Slicer has in its namespace ``slicer``."""


class Application:
    """What of ``slicer.app`` a module may use here."""

    __slots__ = ("_startup",)

    def __init__(self) -> None:
        self._startup: list[Callable[[], None]] = []

    def connect(self, signal: str, slot: Callable[[], None]) -> None:
        if signal != "startupCompleted()":
            raise AttributeError(f"slicer.app has no signal {signal} here")
        self._startup.append(slot)

    def complete_startup(self) -> None:
        """What the real application signals when it is up."""
        for slot in self._startup:
            slot()


@dataclass
class SampleDataRecord:
    """Stand-in for the module SampleData: keeps what was registered."""

    sources: list[dict[str, Any]] = field(default_factory=list)

    def registerCustomSampleDataSource(
        self,
        category: str = "Custom",
        sampleName: str | None = None,
        uris: list[str] | None = None,
        fileNames: list[str] | None = None,
        nodeNames: list[str] | None = None,
        customDownloader: Callable[..., Any] | None = None,
        thumbnailFileName: str | None = None,
        loadFiles: list[bool] | None = None,
        checksums: list[str] | None = None,
    ) -> None:
        self.sources.append({key: value for key, value in locals().items() if key != "self"})


@dataclass
class Desktop:
    """A running desktop.

    Attributes:
        scene: the MRML scene.
        errors: MRML's errors and exceptions in slots and observers, which would otherwise only be printed.
        sample_data: what modules offer as sample data.
    """

    scene: Any
    errors: list[str]
    app: Application
    sample_data: SampleDataRecord

    def load(self, path: Path) -> LoadedModule:
        """Load a scripted module as Slicer does: import the file, make the module object."""
        name = path.stem
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        python = importlib.util.module_from_spec(spec)
        sys.modules[name] = python
        spec.loader.exec_module(python)
        parent = scripted_module.ModuleParent(path)
        setattr(slicer.modules, name.lower(), SimpleNamespace(path=str(path), name=name))
        return LoadedModule(python, getattr(python, name)(parent), parent)

    def wait_until(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Let events happen until something is true."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "nothing happened in time"
            self.process_events()
            time.sleep(0.01)

    def process_events(self) -> None:
        """Let waiting events happen."""
        QtWidgets.QApplication.processEvents()


@dataclass
class LoadedModule:
    """A scripted module and, once opened, its widget."""

    python: ModuleType
    instance: Any
    parent: scripted_module.ModuleParent
    widget: Any = None

    def open(self) -> Any:
        """Show the module as the module selector does; returns its widget object."""
        if self.widget is None:
            parent = widgets.qSlicerScriptedLoadableModuleWidget()
            parent.setLayout(QtWidgets.QVBoxLayout())
            parent.setMRMLScene(slicer.mrmlScene)
            self.widget = getattr(self.python, f"{type(self.instance).__name__}Widget")(parent)
            self.widget.setup()
        self.widget.parent.isEntered = True
        self.widget.enter()
        return self.widget

    def leave(self) -> None:
        """Show another module."""
        self.widget.parent.isEntered = False
        self.widget.exit()

    def reload(self) -> Any:
        """What Reload of Slicer's developer mode does: a new widget object in the same place, which is not entered anew."""
        self.widget.cleanup()
        parent = self.widget.parent
        for child in parent.findChildren(QtWidgets.QWidget, options=QtCore.Qt.FindChildOption.FindDirectChildrenOnly):
            child.hide()
        while parent.layout().takeAt(0) is not None:
            continue
        assert self.python.__spec__ is not None
        assert self.python.__spec__.loader is not None
        self.python.__spec__.loader.exec_module(self.python)
        self.widget = getattr(self.python, f"{type(self.instance).__name__}Widget")(parent)
        self.widget.setup()
        return self.widget

    def close(self) -> None:
        """Unload the module."""
        if self.widget is not None:
            self.widget.cleanup()
            self.widget.parent.deleteLater()
            self.widget = None


@contextlib.contextmanager
def desktop() -> Iterator[Desktop]:
    """A desktop for the time of the block."""
    _keep_application()
    with embedded_scene() as embedded, _collected_exceptions(embedded.errors):
        app, sample_data = Application(), SampleDataRecord()
        with _installed(app, sample_data):
            yield Desktop(embedded.scene, embedded.errors, app, sample_data)


_application: list[Any] = []


def _keep_application() -> None:
    """Qt has one application object in a process, which must outlive all widgets."""
    if not _application:
        _keep_constants()
        _application.append(QtWidgets.QApplication.instance() or QtWidgets.QApplication(["desktop"]))


def _keep_constants() -> None:
    """PySide6 6.12 gives away references to None, True and False that it does not own: harmless where these are immortal
    (Python 3.12 and later), the end of the process elsewhere. So they get references to spare."""
    if sys.version_info < (3, 12):
        for constant in (None, True, False):
            ctypes.c_ssize_t.from_address(id(constant)).value += 1 << 40


@contextlib.contextmanager
def _collected_exceptions(errors: list[str]) -> Iterator[None]:
    """Exceptions in Qt slots and VTK observers do not reach the caller, but the exception hook."""
    before = sys.excepthook

    def note(kind: type[BaseException], value: BaseException, trace: Any) -> None:
        errors.append(f"{kind.__name__}: {value}")
        before(kind, value, trace)

    sys.excepthook = note
    try:
        yield
    finally:
        sys.excepthook = before


@contextlib.contextmanager
def _installed(app: Application, sample_data: SampleDataRecord) -> Iterator[None]:
    """The modules and attributes that Slicer has and slicer-core lacks."""
    ctk, i18n, samples = ModuleType("ctk"), ModuleType("slicer.i18n"), ModuleType("SampleData")
    vars(ctk).update({widget.__name__: widget for widget in CTK_WIDGETS})
    vars(i18n).update(tr=lambda text: text, translate=lambda _context, text: text)
    vars(samples).update(SampleDataLogic=sample_data)
    modules = {
        "qt": qt_module((*CTK_WIDGETS, *QMRML_WIDGETS)),
        "ctk": ctk,
        "slicer.i18n": i18n,
        "slicer.parameterNodeWrapper": parameter_nodes.module(),
        "slicer.ScriptedLoadableModule": scripted_module.module(),
        "SampleData": samples,
    }
    attributes = {"app": app, "modules": SimpleNamespace(), **{widget.__name__: widget for widget in QMRML_WIDGETS}}
    sys.modules.update(modules)
    vars(slicer).update(attributes)
    try:
        yield
    finally:
        for name in modules:
            del sys.modules[name]
        for name in attributes:
            delattr(slicer, name)
