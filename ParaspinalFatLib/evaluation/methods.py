"""Where predicted outlines come from: files, a network in its own process, or atlases fitted to the image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.anatomy import COMPOSITES
from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.outlined import Outlined
from ParaspinalFatLib.evaluation.truth import read_structures, structures_of
from ParaspinalFatLib.imaging.dixon_names import recognised
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.progress import Progress
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.mean_probability import MEAN_PROBABILITY
from ParaspinalFatLib.segmentation.process import WorkerSegmenter
from ParaspinalFatLib.training.earlier_runs import limits_of_start
from ParaspinalFatLib.training.labelled_cases import PLAIN_IMAGE, case_of, stem_of

Predict = Callable[[Item, Image, Progress], Outlined]
"""The outlines of one image of one case."""


TRAINED_WITH_IT = (
    "The network was trained with this case: these figures show what it remembers, not how well it works on a new scan."
)

MAYBE_TRAINED_WITH_IT = (
    "The network began with weights of which nobody knows what they had learned from: it may know this case."
)


@dataclass(frozen=True)
class Method:
    """A way to outlines.

    Attributes:
        name: as tables and the page show it.
        predict: the outlines of one image.
        withheld: structures that it does not claim to outline, each with the reason; they are not judged.
        about: what it is, for the page and the provenance.
    """

    name: str
    predict: Predict
    withheld: Mapping[str, str]
    about: Mapping[str, object]


def network(weights: Path | None, device: str = "auto", threads: int = 0, name: str | None = None) -> Method:
    """The network of a weights card; None for the bundled one.

    Raises:
        WeightsError: the card is absent or does not fit this program.
    """
    card = read_card(weights_card_path(weights))
    training = card.content.get("training", {})
    segment = WorkerSegmenter(weights=card.path, device=device, threads=threads, mean_probability=True)

    def predict(item: Item, image: Image, progress: Progress) -> Outlined:
        try:
            found = structures_of(segment(image, progress))
        except MeasurementError:  # it found no muscle: outlines that are missing, not a case that cannot be judged
            return Outlined({}, remarks=known(item))
        return Outlined(found, (segment.last_report or {}).get(MEAN_PROBABILITY, {}), known(item))

    def known(item: Item) -> tuple[str, ...]:
        return known_of(item.case, training)

    withheld = {structure.identifier: reason for structure, reason in card.withheld.items()}
    about = {"weights": card.name, "version": card.version, "sha256": card.sha256}
    about |= {key: training[key] for key in ("left_out", "iterations", "subjects") if key in training}
    return Method(name or card.name, predict, with_coarser(withheld), about)


def known_of(case: str, training: Mapping[str, Any]) -> tuple[str, ...]:
    """What the reader should know of a network's figures on a case; arguments as of :func:`learned_from`."""
    if learned_from(case, training):
        return (TRAINED_WITH_IT,)
    return (MAYBE_TRAINED_WITH_IT,) if limits_of_start(training) else ()


def learned_from(case: str, training: Mapping[str, Any]) -> bool:
    """Whether a run, or one of those whose weights it began with, learned from a case, as far as its card tells.

    Args:
        case: its name.
        training: entry of the card: ``cases``, or ``subjects`` of a card that an earlier version wrote.

    >>> learned_from("ben", {"cases": ["ben_2"]}), learned_from("ben", {"cases": [], "begun_with": {"cases": ["ben"]}})
    (False, True)
    """
    subjects = training.get("subjects", ())
    here = case in training["cases"] if "cases" in training else any(is_of(case, subject) for subject in subjects)
    return here or ("begun_with" in training and learned_from(case, training["begun_with"]))


def is_of(case: str, subject: str) -> bool:
    """Whether a subject, by its name alone, is a case or one of its images: what follows the case's name is a contrast.

    >>> is_of("ben", "ben"), is_of("ben", "ben_T2w"), is_of("ben", "ben_2"), is_of("ben", "ben_2_T2w")
    (True, True, False, False)
    """
    ending = subject.removeprefix(f"{case}_")
    return subject == case or (ending != subject and _is_contrast(ending))


def _is_contrast(ending: str) -> bool:
    return ending == PLAIN_IMAGE or recognised(ending.split("_")[0]) is not None


def with_coarser(withheld: Mapping[str, str]) -> dict[str, str]:
    """Withheld structures, and the coarser muscles that need them. A muscle whose parts alone are withheld stays.

    >>> sorted(with_coarser({"MF_left": "poor"}))
    ['ES+MF_left', 'MF_left']
    """
    found = dict(withheld)
    for side in ("right", "left"):
        for part in COMPOSITES["ES+MF"]:
            if f"{part}_{side}" in withheld:
                found[f"ES+MF_{side}"] = withheld[f"{part}_{side}"]
    return found


def from_files(folder: Path, labelling: Labelling, name: str = "prediction") -> Method:
    """Outlines that somebody made: files named after the case, or after the case and the contrast.

    Raises:
        InputError: the folder holds none.
    """
    files = _prediction_files(folder)

    def predict(item: Item, image: Image, _progress: Progress) -> Outlined:
        names = (f"{item.case}_{item.contrast}", item.case)
        path = next((files[name] for name in names if name in files), None)
        if path is None:
            raise InputError(f"{folder} holds no outlines named {' or '.join(names)}. Name them after the case.")
        return Outlined(read_structures(path, image, labelling)[0])

    return Method(name, predict, {}, {"folder": folder.name, "files": len(files)})


def _prediction_files(folder: Path) -> dict[str, Path]:
    """Predictions by case, or by case and contrast; the latter also as CASE/CONTRAST."""
    endings = (".nii.gz", ".nii", ".nrrd", ".mha", ".mhd")
    paths = [path for path in sorted(folder.rglob("*")) if path.name.endswith(endings) and not path.name.startswith(".")]
    if not paths:
        raise InputError(f"{folder} holds no outlines. Give a folder of label images or .seg.nrrd files.")
    found = {f"{path.parent.name}_{stem_of(path)}": path for path in paths}
    return found | {case_of(path): path for path in paths}


def contrast_in_words(contrast: str) -> str:
    """How a contrast is called in tables: the name in the file's name, or that there is none."""
    return "not named" if contrast == PLAIN_IMAGE else contrast
