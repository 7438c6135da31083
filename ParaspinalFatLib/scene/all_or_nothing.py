"""Several changes of a scene that happen together or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def all_or_nothing() -> Iterator[contextlib.ExitStack]:
    """Undo what was done if the block fails: the stack's callbacks run, the last one first; else they are dropped."""
    with contextlib.ExitStack() as undo:
        yield undo
        undo.pop_all()


@contextlib.contextmanager
def change(node: Any, new: Callable[[], Any], undo: contextlib.ExitStack) -> Iterator[Any]:
    """Give the node to be filled: ``node``, whose present content is put back on undo, or a new one outside any scene.

    Observers hear of the whole change once, when the block ends.
    """
    if node is None:
        yield new()
        return
    before = node.CreateNodeInstance()
    before.UnRegister(None)  # the Python variable owns it now
    before.Copy(node)
    undo.callback(node.Copy, before)
    was_modifying = node.StartModify()
    try:
        yield node
    finally:
        node.EndModify(was_modifying)


def show(node: Any, scene: Any, name: str, undo: contextlib.ExitStack) -> None:
    """Bring a node into the scene, unless it is there already; removed again on undo."""
    if node.GetScene() is not None:
        return
    node.SetName(scene.GenerateUniqueName(name))
    scene.AddNode(node)
    undo.callback(scene.RemoveNode, node)
    if node.IsA("vtkMRMLDisplayableNode"):
        node.CreateDefaultDisplayNodes()
        undo.callback(scene.RemoveNode, node.GetDisplayNode())
