"""A table of a TOML file as a dataclass: every value of the type that its key has, within its bounds, or one sentence."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import InputError, MissingPackageError
from ParaspinalFatLib.training.bounds import allowed_instead, is_number


def read_toml(text: str) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        ValueError: it is no TOML.
        MissingPackageError: Python 3.10 without the package tomli.
    """
    try:
        import tomllib
    except ImportError:
        try:
            import tomli as tomllib  # type: ignore[import-not-found,no-redef,unused-ignore]
        except ImportError as error:
            raise MissingPackageError("Python 3.10 needs tomli for TOML. Run: python -m pip install tomli") from error
    return tomllib.loads(text)


def read_table(path: Path, table: str, content: object, kind: Any) -> Any:
    """One table as a dataclass; fields that are themselves tables are left as they are by default.

    Args:
        path: of the file: paths in it are relative to its folder.
        table: its name, for the messages.
        content: its keys and values.
        kind: dataclass with a field for each key.

    Raises:
        InputError: it is no table, has a key that does not exist, or a value that cannot be meant.
    """
    if not isinstance(content, Mapping):
        raise InputError(f"{path}: {table} must be a table, written [{table}].")
    hints = typing.get_type_hints(kind)
    known = {one.name: hints[one.name] for one in fields(kind) if not is_dataclass(hints[one.name])}
    unknown = sorted(content.keys() - known.keys())
    if unknown:
        raise InputError(f"{path}: [{table}] has no key {', '.join(unknown)}. It has: {', '.join(known)}.")
    return kind(**{key: _value(path, f"[{table}] {key}", value, known[key]) for key, value in content.items()})


def _value(path: Path, where: str, value: object, kind: Any) -> object:
    """A value of the type that the key has."""
    key, wanted = where.split()[-1], _words(kind)
    if kind is float and is_number(value):
        found: object = float(str(value))
    elif wanted == "a path" and isinstance(value, str):
        found = path.parent / value
    elif wanted.startswith("a list") and isinstance(value, list) and all(type(item) is _item(kind) for item in value):
        found = tuple(value)
    elif type(value) is kind:
        found = value
    else:
        raise InputError(f"{path}: {where} must be {wanted}, not {value!r}.")
    words = allowed_instead(key, found)
    if words:
        raise InputError(f"{path}: {where} = {value!r} cannot be meant. Allowed: {words}.")
    return found


def _item(kind: Any) -> Any:
    return typing.get_args(kind)[0]


def _words(kind: Any) -> str:
    if isinstance(kind, types.UnionType):
        return "a path"
    names = {
        Path: "a path", int: "a whole number", float: "a number", str: "a text", bool: "true or false",
        tuple[str, ...]: "a list of names", tuple[int, ...]: "a list of whole numbers",
    }  # fmt: skip
    return names[kind]
