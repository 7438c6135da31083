"""``python -m ParaspinalFatLib.training``: the same as ``paraspinalfat train``, with flags instead of a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.training.config import DataConfig, TrainingConfig
from ParaspinalFatLib.training.run import collect, preview, train
from ParaspinalFatLib.training.shown import show_progress, show_state


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    config = _config(options)
    try:
        collection = collect(config, show_progress)
        if options.preview:
            preview(config, collection, options.preview)
        else:
            train(config, collection, resume=options.resume, heard=show_state)
    except ParaspinalFatError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _config(options: argparse.Namespace) -> TrainingConfig:
    return TrainingConfig(
        output=options.out,
        iterations=options.iterations,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        easy_iterations=options.easy_iterations,
        seed=options.seed,
        threads=options.threads,
        device=options.device or "auto",
        start=str(options.start or ""),
        name=options.name,
        version=options.version,
        development_card=options.development_card,
        data=DataConfig(public=options.data, own=options.own, without=tuple(options.without)),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ParaspinalFatLib.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets (those present are used)")
    parser.add_argument(
        "--own", type=Path, help="folder of own subjects: one folder each, labels and image or water and fat"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, fitted shapes, curve and weights")
    parser.add_argument(
        "--without", nargs="*", default=[], metavar="NAME", help="subjects or data sets to leave out, to test on"
    )
    parser.add_argument("--preview", type=Path, metavar="PNG", help="only write a sheet of samples, do not train")
    parser.add_argument("--minutes", type=float, default=0.0, help="end the schedule after this time")
    parser.add_argument(
        "--iterations", type=int, default=20_000, help="end the schedule after this many steps (default 20000)"
    )
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--easy-iterations", type=int, default=1200, help="steps over which samples become difficult")
    parser.add_argument("--seed", type=int, default=1)
    # One thread and one process for samples: with two, the backward convolutions wait for each other by spinning, which
    # took five times as long as soon as anything else ran on the machine.
    parser.add_argument("--threads", type=int, default=1, help="threads of the network's arithmetic (default 1)")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: the GPU if there is one")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint in --out")
    parser.add_argument("--start", type=Path, metavar="SAFETENSORS", help="begin with these weights (fine-tuning)")
    parser.add_argument(
        "--development-card",
        type=Path,
        metavar="JSON",
        help="card of a run with subjects left out, whose figures the new card repeats as development figures",
    )
    parser.add_argument("--name", default="paraspinal-axial", help="file name of the weights")
    parser.add_argument("--version", default="0.1.0", help="version written on the card")
    return parser


if __name__ == "__main__":
    sys.exit(main())
