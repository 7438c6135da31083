"""``paraspinalfat train``: a network from labelled images, as a TOML file says."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

DESCRIPTION = """Train the network that outlines structures: on your own labelled images, on corrected cases that the
panel exported, or on the public data; from random weights or from the shipped ones. The TOML file's keys are described in
docs/training.md. Research use only."""


def add_task(tasks: argparse._SubParsersAction) -> None:
    """Add the task and its options."""
    task = tasks.add_parser("train", help="a network from labelled images", description=DESCRIPTION)
    task.add_argument("--config", type=Path, required=True, metavar="TOML", help="how to train; paths are relative to it")
    task.add_argument("--resume", action="store_true", help="continue from the checkpoint in the output folder")
    task.add_argument("--preview", action="store_true", help="only write samples.png, do not train")
    task.add_argument("--overwrite", action="store_true", help="replace an earlier run that is not resumed")
    task.add_argument("--device", choices=("auto", "cpu", "cuda"), help="instead of the file's")
    task.set_defaults(task=train)


def train(options: argparse.Namespace) -> None:
    """Train as the command line says."""
    from ParaspinalFatLib.errors import MissingPackageError
    from ParaspinalFatLib.training.beginning import require_no_earlier_run, require_packages, stopped
    from ParaspinalFatLib.training.config import read_config
    from ParaspinalFatLib.training.shown import show_progress, show_state

    config = read_config(options.config)
    if options.device:
        config = dataclasses.replace(config, device=options.device)
    require_packages()
    again = {"resume": options.resume, "overwrite": options.overwrite}
    if not options.preview:
        require_no_earlier_run(config.output, **again)
    try:
        from ParaspinalFatLib.training.run import collect, preview
        from ParaspinalFatLib.training.run import train as run_training

        collection = collect(config, show_progress)
        if config.previews or options.preview:
            print(f"Samples to look at: {preview(config, collection)}")
        if options.preview:
            return
        card = run_training(config, collection, **again, heard=show_state)
    except KeyboardInterrupt:
        raise stopped(config.output) from None
    except ImportError as error:
        raise MissingPackageError(
            f"Training needs torch, safetensors and matplotlib ({error}). Run: pip install 'paraspinalfat[training]'"
        ) from error
    print(f"Weights: {card.with_suffix('.safetensors')}. Use them with: paraspinalfat run --weights {card}")
    print("Research use only.")
