"""Arguments that several tasks have in common."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.references import Reference, own_references


def add_measuring(task: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Fat method and level names; returns the group for arguments of the task's own."""
    measuring = task.add_argument_group("measuring")
    measuring.add_argument(
        "--fat-method", default="auto", metavar="NAME", help="auto (Dixon where possible, else otsu), or a method's name"
    )
    measuring.add_argument(
        "--fat-option",
        type=_option,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="fat_options",
        help="an option of the fat method, such as shared=true or threshold=250; may be repeated",
    )
    measuring.add_argument(
        "--level-kind",
        type=LevelKind,
        choices=list(LevelKind),
        default=LevelKind.DISC,
        metavar="KIND",
        help="without a levels file: disc (middle of each outlined disc), vertebra (mid-height) or endplate",
    )
    measuring.add_argument(
        "--lowest-level", metavar="NAME", help="name of the most caudal one, such as L5/S1; else numbered"
    )
    measuring.add_argument(
        "--references",
        type=Path,
        metavar="PATH",
        help="own reference values, preferred to the published ones: a file of 'paraspinalfat study', or a folder of them",
    )
    return measuring


def own_references_of(options: argparse.Namespace) -> tuple[Reference, ...]:
    """The user's own reference values; none where none were given."""
    return own_references(options.references) if options.references else ()


def add_computing(task: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Where the network runs; returns the group for arguments of the task's own."""
    computing = task.add_argument_group("computing")
    computing.add_argument(
        "--device", default="auto", choices=("auto", "cpu", "cuda", "mps"), help="where the network runs (%(default)s)"
    )
    computing.add_argument(
        "--threads", type=count, default=0, metavar="N", help="processor threads of the network; 0 for all"
    )
    computing.add_argument("--weights", type=Path, metavar="CARD", help="JSON card of other weights than the bundled ones")
    return computing


def count(text: str) -> int:
    """A whole number that is not negative."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def _option(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value
