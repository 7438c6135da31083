"""What a worker is given to do, and what it tells back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_input import CaseInput


@dataclass(frozen=True)
class Job:
    """One case to be run by a worker, on this machine or another one that sees the same files.

    Attributes:
        case: what to run on.
        output: the cohort's folder, absolute.
        settings: of the cohort; person and levels are added from the case.
        conditions_digest: of the program's version, settings and weights: the worker's own must be the same.
        weights: path of the network's card, or None for the bundled one.
        device, threads: where the network runs.
        anonymised: whether names of files are kept out of the results.
        attempts: how often the case has been given to a worker, this time included.
        report: whether to write the reports of the case too.
        name_levels: whether levels are named from the images where that is sure; else they are numbered.
    """

    case: CaseInput
    output: str
    settings: MeasurementSettings
    conditions_digest: str
    weights: str | None = None
    device: str = "auto"
    threads: int = 1
    anonymised: bool = False
    attempts: int = 1
    report: bool = False
    name_levels: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a case ended: an empty ``reason`` means that its folder is complete.

    Attributes:
        reason: the sentence of the error, without folders of this machine.
        error: class of the error.
        seconds: time the case took.
    """

    reason: str = ""
    error: str = ""
    seconds: float = 0.0


_ABSOLUTE = re.compile(r"(?:[A-Za-z]:)?[/\\](?:[^\s/\\:;,()]+[/\\])+(?=[^\s/\\])")
"""The folders of an absolute path."""


def without_folders(sentence: str, paths: Mapping[str, str], *, anonymised: bool) -> str:
    """A sentence in which inputs are named by their file's name, or by what they are, and no folder of a machine is left.

    Args:
        sentence: of an error.
        paths: role to path.
        anonymised: name them by what they are, since a file's name may tell who was examined.

    >>> without_folders("/data/Doe/t2.nii.gz is empty.", {"anatomy": "/data/Doe/t2.nii.gz"}, anonymised=False)
    't2.nii.gz is empty.'
    >>> without_folders("/data/Doe/t2.nii.gz is empty.", {"anatomy": "/data/Doe/t2.nii.gz"}, anonymised=True)
    'The anatomy file is empty.'
    """
    for role, path in sorted(paths.items(), key=lambda item: -len(item[1])):
        name = f"the {role.replace('_', ' ')} file" if anonymised else Path(path).name
        sentence = sentence.replace(path, name)
    sentence = _ABSOLUTE.sub("", sentence)
    return sentence[:1].upper() + sentence[1:] if anonymised else sentence
