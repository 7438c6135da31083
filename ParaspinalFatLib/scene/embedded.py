"""A MRML scene without the Slicer desktop: real nodes and real module logics of the slicer-core package."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import InputError, MissingPackageError, OutputError

MODULE_LOGICS = {
    "Colors": "vtkSlicerColorLogic",
    "Units": "vtkSlicerUnitsLogic",
    "SubjectHierarchy": "vtkSlicerSubjectHierarchyModuleLogic",
    "Segmentations": "vtkSlicerSegmentationsModuleLogic",
    "Volumes": "vtkSlicerVolumesLogic",
    "Tables": "vtkSlicerTablesLogic",
    "Markups": "vtkSlicerMarkupsLogic",
    "Transforms": "vtkSlicerTransformLogic",
    "Plots": "vtkSlicerPlotsLogic",
}
"""Modules that register their nodes and rules with the scene; without Segmentations no segment can be converted. The
Terminologies module is not among them: its word lists come with the desktop only, and terminology tags need no list."""


@dataclass
class EmbeddedScene:
    """A scene, and what MRML has complained about since it was opened.

    Attributes:
        scene: the vtkMRMLScene, which is ``slicer.mrmlScene`` while the scene is open.
        errors: messages of MRML and VTK. They are only printed otherwise, and a call that failed may return normally.
    """

    scene: Any
    errors: list[str] = field(default_factory=list)

    def write_bundle(self, path: Path | str) -> None:
        """Write the whole scene to one file (.mrb) that Slicer opens.

        Raises:
            OutputError: MRML could not write it; its own words are part of the message.
        """
        path, before = Path(path).absolute(), len(self.errors)
        try:
            with _same_working_directory(), tempfile.TemporaryDirectory(prefix="part-", dir=path.parent) as folder:
                beside = Path(folder, path.name)  # MRML fails on names that begin with a dot
                if not self.scene.WriteToMRB(str(beside)) or len(self.errors) > before:
                    reasons = " ".join(self.errors[before:]) or "no reason given"
                    raise OutputError(f"The scene could not be written to {path}: {reasons}")
                beside.replace(path)
        except OSError as error:
            raise OutputError(
                f"The scene could not be written to {path}: {error.strerror}. Choose another folder."
            ) from error

    def read_bundle(self, path: Path | str) -> None:
        """Replace the scene's content by that of a bundle (.mrb).

        Raises:
            InputError: MRML could not read it.
        """
        before = len(self.errors)
        with _same_working_directory():
            done = self.scene.ReadFromMRB(str(Path(path).absolute()), True)
        if not done or len(self.errors) > before:
            raise InputError(f"The scene {path} could not be read: {' '.join(self.errors[before:]) or 'no reason given'}")


@contextlib.contextmanager
def embedded_scene() -> Iterator[EmbeddedScene]:
    """Open a scene for the time of the block; within Slicer, which has one already, use that one.

    The new scene becomes ``slicer.mrmlScene``; at the end it is emptied and everything is as before.

    Raises:
        MissingPackageError: neither Slicer's nor the slicer-core package's ``slicer`` can be imported.
    """
    slicer = _import_slicer()
    with contextlib.ExitStack() as stack:
        errors = stack.enter_context(_collected_errors())
        scene = getattr(slicer, "mrmlScene", None)
        if scene is None:
            home = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="paraspinalfat-scene-", ignore_cleanup_errors=True)
            )
            scene = stack.enter_context(_new_scene(slicer, Path(home)))
        yield EmbeddedScene(scene, errors)


def _import_slicer() -> Any:
    try:
        import slicer
    except ImportError as error:
        raise MissingPackageError(
            f"The package slicer-core cannot be imported ({error}). Install it: pip install paraspinalfat[command]"
        ) from error
    return slicer


@contextlib.contextmanager
def _new_scene(slicer: Any, home: Path) -> Iterator[Any]:
    """A scene with its module logics, in the order in which Slicer itself starts them."""
    (home / "share" / "ColorFiles").mkdir(parents=True)  # empty, but its absence is complained about
    scene = slicer.vtkMRMLScene()
    application = slicer.vtkSlicerApplicationLogic()
    application.SetHomeDirectory(str(home))
    application.SetShareDirectory("share")  # relative to the home directory
    application.SetTemporaryPath(str(home))
    application.SetMRMLScene(scene)
    logics = [_module_logic(slicer, name, application, scene) for name in MODULE_LOGICS]
    logics += _file_logics(slicer, application, scene, home)
    slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)  # made on first use
    slicer.mrmlScene = scene
    try:
        yield scene
    finally:
        del slicer.mrmlScene
        scene.Clear(True)
        logics.clear()


def _module_logic(slicer: Any, name: str, application: Any, scene: Any) -> Any:
    logic = getattr(slicer, MODULE_LOGICS[name])()
    if hasattr(logic, "SetModuleShareDirectory"):
        logic.SetModuleShareDirectory(str(Path(application.GetHomeDirectory()) / "share"))
    logic.SetMRMLApplicationLogic(application)
    logic.SetMRMLScene(scene)
    application.SetModuleLogic(name, logic)
    return logic


def _file_logics(slicer: Any, application: Any, scene: Any, cache: Path) -> list[Any]:
    """What a scene needs to read a bundle (.mrb): a place to unpack it to."""
    (cache / ".slicer-cache").touch()  # marks a folder as a cache that may be emptied
    remote = slicer.vtkMRMLRemoteIOLogic()
    remote.SetMRMLScene(scene)
    remote.GetCacheManager().SetRemoteCacheDirectory(str(cache))
    manager = slicer.vtkDataIOManagerLogic()
    manager.SetMRMLScene(scene)
    manager.SetMRMLApplicationLogic(application)
    manager.SetAndObserveDataIOManager(remote.GetDataIOManager())
    remote.AddDataIOToScene()
    return [remote, manager]


@contextlib.contextmanager
def _same_working_directory() -> Iterator[None]:
    """MRML packs and unpacks bundles in another working directory, and does not come back from a failure."""
    folder = Path.cwd()
    try:
        yield
    finally:
        os.chdir(folder)


@contextlib.contextmanager
def _collected_errors() -> Iterator[list[str]]:
    """A list to which every error message of VTK and MRML is added while the block runs."""
    import vtk

    errors: list[str] = []

    @vtk.calldata_type(vtk.VTK_STRING)
    def note(_window: Any, _event: str, message: str = "") -> None:
        errors.append(" ".join(message.split()))

    window = vtk.vtkOutputWindow.GetInstance()
    tag = window.AddObserver("ErrorEvent", note)
    try:
        yield errors
    finally:
        window.RemoveObserver(tag)
