"""Write one node to a file, by MRML's own storage for its class."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.files import written_whole


def write_node(node: Any, path: Path | str) -> None:
    """Write a storable node (a segmentation as .seg.nrrd, a table as .csv ...); the file appears whole or not at all.

    The node's own storage settings in the scene stay as they are.

    Raises:
        OutputError: the folder cannot be written, or MRML could not write the node.
    """
    storage = node.CreateDefaultStorageNode()
    storage.UnRegister(None)  # the reference that its creation left to the caller
    storage.SetScene(node.GetScene())
    with written_whole(path) as beside:
        storage.SetFileName(str(beside))
        if not storage.WriteData(node):
            raise OutputError(f"{node.GetName()} could not be written to {path}. Choose another folder or file name.")
