"""``python -m ParaspinalFatLib.training``: the same as ``paraspinalfat train``, with flags instead of a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ParaspinalFatLib.resources import OUTLINES_CARD
from ParaspinalFatLib.training.bounds import bounded
from ParaspinalFatLib.training.config import DataConfig, TrainingConfig
from ParaspinalFatLib.training.earlier_runs import development_run
from ParaspinalFatLib.training.options import exit_status, training_parser
from ParaspinalFatLib.training.run import collect, preview, train
from ParaspinalFatLib.training.shown import show_progress, show_state


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _run(options), options)


def _run(options: argparse.Namespace) -> None:
    config = _config(options)
    development_run(config.development_card)  # before anything is read, if it cannot be used
    collection = collect(config, show_progress)
    if options.preview:
        preview(config, collection, options.preview)
    else:
        train(config, collection, resume=options.resume, overwrite=options.overwrite, heard=show_state)


def _config(options: argparse.Namespace) -> TrainingConfig:
    return TrainingConfig(
        output=options.out,
        iterations=options.iterations,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        easy_iterations=_easy_iterations(options),
        seed=options.seed,
        threads=options.threads,
        device=options.device or "auto",
        start=str(options.start or ""),
        name=options.name,
        version=options.version,
        development_card=options.development_card,
        data=DataConfig(public=options.data, own=options.own, without=tuple(options.without)),
    )


def _easy_iterations(options: argparse.Namespace) -> int:
    if options.easy_iterations is not None:
        return options.easy_iterations
    return 0 if options.start else TrainingConfig.easy_iterations


def _parser() -> argparse.ArgumentParser:
    parser = training_parser(
        "ParaspinalFatLib.training",
        __doc__,
        iterations=20_000,
        name=OUTLINES_CARD,
        out="folder for checkpoint, fitted shapes, curve and weights",
        without="subjects or data sets to leave out, to test on",
    )
    parser.add_argument(
        "--own", type=Path, help="folder of own subjects: one folder each, labels and image or water and fat"
    )
    parser.add_argument(
        "--easy-iterations",
        type=bounded("easy_iterations", int),
        help=f"steps over which samples become difficult (default {TrainingConfig.easy_iterations}; with --start 0)",
    )
    parser.add_argument(
        "--development-card",
        type=Path,
        metavar="JSON",
        help="card of a run with subjects left out, whose figures the new card repeats as development figures",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
