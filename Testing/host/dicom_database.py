"""Stand-in for ``slicer.dicomDatabase`` (ctkDICOMDatabase): what it says of instances that a test lays down."""

from __future__ import annotations


class ctkDICOMDatabase:
    """Knows the tags of some instances; like the real one, it answers with an empty text what it does not know."""

    __slots__ = ("_instances", "isOpen")

    def __init__(self, instances: dict[str, dict[str, str]], isOpen: bool = True) -> None:
        self._instances = instances
        self.isOpen = isOpen

    def instanceValue(self, sopInstanceUID: str, tag: str) -> str:
        return self._instances.get(sopInstanceUID, {}).get(tag.lower(), "")
