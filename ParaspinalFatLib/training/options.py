"""Options that the training commands share, and the course of a run of the fat network's and the level network's."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.output_folder import require_usable
from ParaspinalFatLib.training.beginning import require_no_earlier_run, require_packages, stopped
from ParaspinalFatLib.training.bounds import CHOICES, bounded
from ParaspinalFatLib.training.course import run_to_end
from ParaspinalFatLib.training.earlier_runs import limits_of_start
from ParaspinalFatLib.training.shown import show_state

if TYPE_CHECKING:
    from ParaspinalFatLib.training.batches import Settings
    from ParaspinalFatLib.training.trainer import Trainer
    from ParaspinalFatLib.training.view import View


def training_parser(
    command: str,
    description: str | None,
    *,
    iterations: int,
    name: str,
    data: str = "folder of the public data sets (those present are used)",
    out: str = "folder for checkpoint and weights",
    without: str = "subjects to leave out, to test on",
) -> argparse.ArgumentParser:
    """A parser that knows the options of every training command; a command adds its own.

    Args:
        command: module that is run, for the usage line.
        description: for the help.
        iterations: default number of steps.
        name: default file name of the weights.
        data, out, without: help of the options of that name.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {command}", description=description)
    parser.add_argument("--data", type=Path, required=True, help=data)
    parser.add_argument("--out", type=Path, required=True, help=out)
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help=without)
    parser.add_argument("--minutes", type=bounded("minutes", float), default=0.0, help="end the schedule after this time")
    parser.add_argument(
        "--iterations",
        type=bounded("iterations", int),
        default=iterations,
        help=f"end the schedule after this many steps (default {iterations})",
    )
    parser.add_argument("--learning-rate", type=bounded("learning_rate", float), default=3e-3)
    parser.add_argument("--seed", type=bounded("seed", int), default=1)
    # One thread and one process for samples: with two, the backward convolutions wait for each other by spinning, which
    # took five times as long as soon as anything else ran on the machine.
    threads = bounded("threads", int)
    parser.add_argument("--threads", type=threads, default=1, help="threads of the network's arithmetic (default 1)")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: the GPU if there is one")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint in --out")
    parser.add_argument("--overwrite", action="store_true", help="replace an earlier run in --out that is not resumed")
    parser.add_argument("--start", type=Path, metavar="SAFETENSORS", help="begin with these weights (fine-tuning)")
    parser.add_argument("--name", default=name, help="file name of the weights")
    parser.add_argument("--version", default="0.1.0", help="version written on the card")
    parser.add_argument("--preview", type=Path, metavar="PNG", help="only write a sheet of samples, do not train")
    return parser


def add_precision_and_workers(parser: argparse.ArgumentParser) -> None:
    """Add to a :func:`training_parser` what :func:`settings_of` reads beyond it."""
    parser.add_argument(
        "--precision",
        choices=CHOICES["precision"],
        default="float32",
        help="of the network's arithmetic; auto: bfloat16 where processor or GPU multiply it natively (default float32)",
    )
    workers = bounded("workers", int)
    parser.add_argument("--workers", type=workers, default=0, help="processes that make samples; 0: the trainer makes them")


def settings_of(options: argparse.Namespace, batches: tuple[tuple[View, int, float], ...] = ()) -> Settings:
    """How to train, from the shared options; samples are difficult from the first on. Sets torch's number of threads.

    Args:
        options: parsed by a :func:`training_parser` with :func:`add_precision_and_workers`.
        batches: of the network, unless its trainer draws samples in its own way.
    """
    import torch

    from ParaspinalFatLib.training.batches import Settings

    torch.set_num_threads(options.threads)
    return Settings(
        seed=options.seed,
        iterations=options.iterations,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        batches=batches,
        easy_iterations=0,
        precision=options.precision,
        workers=options.workers,
    )


def run_training(trainer: Trainer, options: argparse.Namespace, export: Callable[[Trainer], object]) -> None:
    """Train as the shared options say; otherwise as :func:`~ParaspinalFatLib.training.course.run_to_end`.

    Args:
        options: parsed by a :func:`training_parser`.
    """
    without, resume, overwrite = tuple(options.without), options.resume, options.overwrite
    run_to_end(trainer, options.out, without, options.start, export, show_state, resume=resume, overwrite=overwrite)


def write_trained(
    trainer: Trainer,
    options: argparse.Namespace,
    training: Mapping[str, object],
    metrics: Sequence[Mapping[str, object]],
    limitations: Sequence[str],
    own: Mapping[str, object],
) -> None:
    """Write the weights of a run and their card, which also says what the shared options and the trainer know of the run.

    Args:
        trainer: as far as it has come.
        options: parsed by a :func:`training_parser`.
        training: what the network learned from.
        metrics, limitations, own: as of :func:`~ParaspinalFatLib.training.export.write_network`.
    """
    from ParaspinalFatLib.training.export import write_network

    run = {"left_out": options.without, "seed": options.seed, **trainer.summary()}
    write_network(
        options.out,
        options.name,
        options.version,
        trainer.average.state_dict(),
        trainer.architecture,
        {**training, **run},
        metrics,
        [*limitations, *limits_of_start(trainer.begun_with)],
        own,
    )


def exit_status(work: Callable[[], object], options: argparse.Namespace) -> int:
    """0 once the work of a command is done; that of the error, said on standard error, if it ends with one of the user's.

    Args:
        work: what the command does; it does not begin if a package is missing, or if the output folder cannot be written or
            holds an earlier run that is neither resumed nor to be written over.
        options: parsed by a :func:`training_parser`.
    """
    try:
        require_packages()
        require_usable(options.out, overwrite=True)
        if not options.preview:
            require_no_earlier_run(options.out, resume=options.resume, overwrite=options.overwrite)
        work()
        return 0
    except KeyboardInterrupt:
        error: ParaspinalFatError = stopped(options.out)
    except ParaspinalFatError as known:
        error = known
    print(error, file=sys.stderr)
    return error.exit_code
