"""Monte-Carlo cross-validation: random splits of the user's own subjects, a network trained on each, judged on the rest.

It costs N whole trainings. As in BMC Med Imaging 2026 (seed 003), splits are drawn anew each time and may overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ParaspinalFatLib.errors import Cancelled, InputError
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

Baseline = Callable[[Sequence[LabelledCase]], Method]
"""Makes a method from the people that a split learns from."""


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
        possible = 0 < self.held_out_share < 1
        count = max(1, round(self.held_out_share * len(names))) if possible else 0
        if not possible or count >= len(names):
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
    baseline: Baseline | None = None,
) -> Judged:
    """Train and judge every split; checkpoints and weights stay under the configuration's output folder.

    A split that was trained before is not trained again if its folder holds a finished checkpoint: the run can be resumed.

    Args:
        config: of the trainings.
        splits: how many, and how many subjects each leaves out.
        how: to judge.
        remarks: sentences for the page.
        progress: of it all.
        baseline: a method without training that each split is judged by as well, made from those its network learned from.

    Raises:
        InputError: no own subjects, or too few of them; or a split's folder holds the checkpoint of another division.
        Cancelled: the run was stopped; what was trained is kept.
    """
    try:
        return _all_splits(config, splits, how, remarks, progress, baseline)
    except KeyboardInterrupt:
        raise Cancelled(
            f"Cancelled; {config.output} keeps the splits that were trained. Continue with the same command."
        ) from None


def _all_splits(
    config: TrainingConfig,
    splits: Splits,
    how: HowToJudge,
    remarks: Sequence[str],
    progress: Progress,
    baseline: Baseline | None,
) -> Judged:
    images, labels = config.data.images or config.data.own, config.data.labels or config.data.own
    if images is None or labels is None:
        raise InputError("Monte-Carlo cross-validation needs subjects of your own. Give [data] own, or images and labels.")
    cases = {case.name: case for case in find_labelled_cases(images, labels) if case.name not in config.data.without}
    held_out = splits.held_out(list(cases), config.seed)
    findings, rounds = Findings(), []
    for number, names in enumerate(held_out):
        share = part(progress, number / len(held_out), (number + 1) / len(held_out))
        share(0.0, f"Training split {number + 1} of {len(held_out)}")
        learned_from = [case for name, case in cases.items() if name not in names]
        beside = [baseline(learned_from)] if baseline else []  # before the training: labels that cannot be read end it here
        methods = [_trained(_split_config(config, number, names), share), *beside]
        rounds.append(methods)
        findings.add(judge([cases[name] for name in names], methods, how, part(share, TRAINING_SHARE, 1.0)))
    about = {f"split {number}": f"held out {', '.join(names)}" for number, names in enumerate(held_out, start=1)}
    return Judged(findings, [_of_all_splits(own, about) for own in zip(*rounds, strict=True)], remarks, len(held_out))


def _of_all_splits(methods: Sequence[Method], about: Mapping[str, object]) -> Method:
    """One method for the page: what it withholds in every split, and what differs between them."""
    last = methods[-1]
    withheld = {name: reason for name, reason in last.withheld.items() if all(name in one.withheld for one in methods)}
    if last.name == NAME:
        return Method(NAME, last.predict, withheld, about)
    return Method(last.name, last.predict, withheld, {**last.about, "atlases": "the people that the split did not hold out"})


def _split_config(config: TrainingConfig, number: int, held_out: Sequence[str]) -> TrainingConfig:
    """The configuration of one split, which leaves out the held-out people."""
    data = replace(config.data, without=(*config.data.without, *held_out))
    return replace(config, output=config.output / f"split_{number + 1}", data=data, seed=config.seed + number)


def _trained(config: TrainingConfig, progress: Progress) -> Method:
    def heard(state: object) -> None:
        progress(TRAINING_SHARE * float(getattr(state, "progress", 0.0)), f"Training {config.output.name}")

    card = train(config, collect(config), resume=True, heard=heard)
    return network(card, "cpu" if config.device == "cpu" else "auto", config.threads, NAME)
