"""Options of ``paraspinalfat evaluate`` that would be ignored beside the others are refused before anything runs."""

from __future__ import annotations

import argparse

from ParaspinalFatLib.errors import InputError

NOT_WITH_MONTE_CARLO = {
    "truth": "--truth", "images": "--images", "prediction": "--prediction", "prediction_labels": "--prediction-labels",
    "weights": "--weights", "atlases": "--atlases", "device": "--device", "threads": "--threads",
}  # fmt: skip
"""Options that say what a Monte-Carlo run's configuration says."""

ONLY_WITH_MONTE_CARLO = {"config": "--config", "atlas_baseline": "--atlas-baseline", "held_out_share": "--held-out-share"}


def require_options_that_belong_together(options: argparse.Namespace) -> None:
    """Refuse what would be ignored.

    Raises:
        InputError: an option has nothing to say with the others that were given.
        MeasurementError: a fat method is not known.
    """
    _require_those_of_monte_carlo_or_not(options)
    for is_useless, sentence in (
        (
            options.prediction_labels and not options.prediction,
            "--prediction-labels says what the values of --prediction mean. Add --prediction DIR, or leave it out.",
        ),
        (
            options.fusion and not options.atlases and not options.atlas_baseline,
            "--fusion says how the outlines of atlases become one. Add --atlases DIR (with --monte-carlo: --atlas-baseline) "
            "or leave it out.",
        ),
        (
            options.fat_weights and not _any_learned(options.fat_methods),
            "--fat-weights gives a fat network, and none of --fat-methods uses one. Add learned or learned-binary, or leave "
            "it out.",
        ),
    ):
        if is_useless:
            raise InputError(sentence)


def _require_those_of_monte_carlo_or_not(options: argparse.Namespace) -> None:
    checked = NOT_WITH_MONTE_CARLO if options.monte_carlo else ONLY_WITH_MONTE_CARLO
    given = {name: getattr(options, name) for name in checked}
    useless = ", ".join(checked[name] for name, value in given.items() if value or isinstance(value, float))
    if useless and options.monte_carlo:
        raise InputError(
            f"{useless} cannot be used with --monte-carlo, which judges the configuration's own subjects by the networks of "
            "its splits, on the configuration's device and threads. Leave it out; for atlases there is --atlas-baseline."
        )
    if useless:
        raise InputError(f"{useless} can only be used with --monte-carlo. Add --monte-carlo N, or leave it out.")


def _any_learned(fat_methods: list[str] | None) -> bool:
    from ParaspinalFatLib.evaluation.fat_network import FAT_METHODS, needs_network

    return any(needs_network(name) for name in (FAT_METHODS if fat_methods is None else fat_methods))
