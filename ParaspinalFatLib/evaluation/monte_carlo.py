"""Monte-Carlo cross-validation: random splits of the user's own subjects, a network trained on each, judged on the rest.

It costs N whole trainings. As in BMC Med Imaging 2026 (seed 003), splits are drawn anew each time and may overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.evaluation.judging import Findings, HowToJudge, judge
from ParaspinalFatLib.evaluation.methods import Method, network
from ParaspinalFatLib.evaluation.page import Judged
from ParaspinalFatLib.progress import Progress, no_progress, part
from ParaspinalFatLib.training.config import TrainingConfig
from ParaspinalFatLib.training.labelled_cases import LabelledCase, find_labelled_cases
from ParaspinalFatLib.training.run import collect, train

NAME = "networks of the splits"

TRAINING_SHARE = 0.9
"""Part of a split's progress that training takes."""


@dataclass(frozen=True)
class Splits:
    """How subjects are divided.

    Attributes:
        number: of splits.
        held_out_share: part of the subjects that each split leaves out, at least one.
    """

    number: int
    held_out_share: float

    def held_out(self, names: Sequence[str], seed: int) -> list[tuple[str, ...]]:
        """The subjects that each split leaves out; the same for the same names and seed.

        Raises:
            InputError: fewer than two subjects, or a share that leaves none to learn from.

        >>> Splits(2, 0.5).held_out(["anna", "ben", "carl", "dora"], seed=1)
        [('ben', 'carl'), ('anna', 'carl')]
        """
        count = max(1, round(self.held_out_share * len(names)))
        if not 0 < self.held_out_share < 1 or count >= len(names):
            raise InputError(
                f"{len(names)} subjects cannot be split with a held-out share of {self.held_out_share:g}. Give at least two "
                "subjects and a share between 0 and 1 that leaves some to learn from."
            )
        rng = np.random.default_rng(seed)
        return [tuple(sorted(rng.choice(sorted(names), count, replace=False).tolist())) for _ in range(self.number)]


def monte_carlo(
    config: TrainingConfig,
    splits: Splits,
    how: HowToJudge,
    remarks: Sequence[str] = (),
    progress: Progress = no_progress,
) -> Judged:
    """Train and judge every split; checkpoints and weights stay under the configuration's output folder.

    A split that was trained before is not trained again if its folder holds a finished checkpoint: the run can be resumed.

    Raises:
        InputError: no own subjects, or too few of them.
    """
    images, labels = config.data.images or config.data.own, config.data.labels or config.data.own
    if images is None or labels is None:
        raise InputError("Monte-Carlo cross-validation needs subjects of your own. Give [data] own, or images and labels.")
    cases = {case.name: case for case in find_labelled_cases(images, labels) if case.name not in config.data.without}
    held_out = splits.held_out(list(cases), config.seed)
    findings = Findings()
    for number, names in enumerate(held_out):
        share = part(progress, number / len(held_out), (number + 1) / len(held_out))
        share(0.0, f"Training split {number + 1} of {len(held_out)}")
        method = _trained(_split_config(config, number, names, cases), share)
        findings.add(judge([cases[name] for name in names], [method], how, part(share, TRAINING_SHARE, 1.0)))
    about = {f"split {number}": f"held out {', '.join(names)}" for number, names in enumerate(held_out, start=1)}
    method = Method(NAME, method.predict, method.withheld, about)
    return Judged(findings, [method], remarks, len(held_out))


def _split_config(
    config: TrainingConfig, number: int, held_out: Sequence[str], cases: dict[str, LabelledCase]
) -> TrainingConfig:
    """The configuration of one split: everything that belongs to a held-out person is left out."""
    subjects = [f"{name}_{contrast}" for name in held_out for contrast in cases[name].images]
    data = replace(config.data, without=(*config.data.without, *held_out, *subjects))
    return replace(config, output=config.output / f"split_{number + 1}", data=data, seed=config.seed + number)


def _trained(config: TrainingConfig, progress: Progress) -> Method:
    def heard(state: object) -> None:
        progress(TRAINING_SHARE * float(getattr(state, "progress", 0.0)), f"Training {config.output.name}")

    card = train(config, collect(config), resume=True, heard=heard)
    return network(card, "cpu" if config.device == "cpu" else "auto", config.threads, NAME)
