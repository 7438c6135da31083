"""``python -m ParaspinalFatLib.training.fat``: train the network that predicts the fat fraction from a T1 or T2 image."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.resources import FAT_CARD
from ParaspinalFatLib.training.fat.subjects import citations, load_fat_collection
from ParaspinalFatLib.training.synthesis import Collection

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

SYNTHESIS = (
    "T1- and T2-weighted images from the subjects' water and fat images, by the spin-echo equation with drawn relaxation "
    "times or by drawn gains; painted streaks of fat, fat between muscles and diffuse fat, up to about 60 %; signal, water "
    "and fat made on 0.5 mm pixels and blurred alike to pixels of 0.4 to 1.5 mm; thick slices, chemical shift, coil "
    "fall-off, bias, ghosts, Rician noise; affine and B-spline deformation; mirrored."
)
DEVELOPMENT = "development run, not these weights"
"""What the card says about figures: weights trained on every subject have none of their own."""

LIMITATIONS = (
    "Learned and tested on synthesised contrasts only: no patient was scanned with both a Dixon and a T1 or T2 sequence.",
    "The water image of musclemap_sub0001 is painted as what its fat-bright image leaves over.",
    "The fat fraction it learned is that of a Dixon pair brought to one scale by its tissues, not calibrated PDFF.",
    "Oedema, scar, contrast agent, fat saturation and gradient-echo contrasts were not in the training data.",
    "Streaks of fat thinner than a millimetre are averaged with the muscle beside them.",
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        _train(options, load_fat_collection(options.data, options.without, options.own))
    except ParaspinalFatError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ParaspinalFatLib.training.fat", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets (those present are used)")
    parser.add_argument("--own", type=Path, help="folder of own subjects: one folder each, with labels, water and fat")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint, curve and weights")
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="subjects to leave out, to test on")
    parser.add_argument("--minutes", type=float, default=0.0, help="end the schedule after this time")
    parser.add_argument("--iterations", type=int, default=6000, help="end it after this many steps (default 6000)")
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="threads of the network's arithmetic (default 1)")
    parser.add_argument("--workers", type=int, default=0, help="processes that make samples; 0: the trainer makes them")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: the GPU if there is one")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint in --out")
    parser.add_argument("--start", type=Path, metavar="SAFETENSORS", help="begin with these weights (fine-tuning)")
    parser.add_argument(
        "--development", type=Path, metavar="JSON", help="comparison.json of a run with a subject left out, for the card"
    )
    parser.add_argument("--name", default=FAT_CARD, help="file name of the weights")
    parser.add_argument("--version", default="0.1.0", help="version written on the card")
    return parser


def _train(options: argparse.Namespace, collection: Collection) -> None:
    import torch
    from safetensors.torch import load_file

    from ParaspinalFatLib.training.batches import Settings
    from ParaspinalFatLib.training.fat.trainer import FAT_ARCHITECTURE, FAT_BATCHES, FatTrainer

    torch.set_num_threads(options.threads)
    settings = Settings(
        seed=options.seed,
        iterations=options.iterations,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        batches=FAT_BATCHES,
        easy_iterations=0,
        precision="float32",
        workers=options.workers,
    )
    trainer = FatTrainer(collection, settings, FAT_ARCHITECTURE, options.device)
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"
    if options.resume and checkpoint.exists():
        trainer.load(checkpoint)
    elif options.start:
        trainer.start_from({key: tensor.float() for key, tensor in load_file(options.start).items()})

    def keep(state: Trainer) -> None:
        state.save(checkpoint)
        _export(options, state, collection)
        print(f"{state.iteration:6d}  {state.seconds / 60:6.1f} min  loss {np.mean(state.losses[-200:]):.4f}", flush=True)

    trainer.run(keep)


def _export(options: argparse.Namespace, state: Trainer, collection: Collection) -> None:
    from ParaspinalFatLib.training.fat.export import write_fat_weights

    training = {
        "data": citations(collection),
        "left_out": options.without,
        "subjects": sorted(collection.subjects),
        "synthesis": SYNTHESIS,
        "seed": options.seed,
        **state.summary(),
        **_begun_with(options.start),
    }
    development: dict[str, Any] = {} if options.development is None else json.loads(options.development.read_text())
    write_fat_weights(
        options.out,
        options.name,
        options.version,
        state.average.state_dict(),
        state.architecture,
        training | ({"development_run": development["conditions"]} if development else {}),
        metrics=[entry | {"weights": DEVELOPMENT} for entry in development.get("by_method", [])],
        limitations=LIMITATIONS,
    )


def _begun_with(start: Path | None) -> dict[str, object]:
    """What the card says about the weights that a run began with: the runs before it, as far as their cards tell."""
    card = None if start is None else start.with_suffix(".json")
    if card is None or not card.exists():
        return {}
    content = json.loads(card.read_text())
    training = content["training"]
    keys = ("left_out", "seed", "iterations", "minutes", "begun_with")
    return {"begun_with": {"sha256": content["sha256"]} | {key: training[key] for key in keys if key in training}}


if __name__ == "__main__":
    sys.exit(main())
