"""``python -m ParaspinalFatLib.training.levels``: train the network that finds discs, bodies and the disc on the sacrum."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.resources import LEVELS_CARD
from ParaspinalFatLib.training.levels.spines import Spine, load_spines
from ParaspinalFatLib.training.sources import CITATIONS

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

SYNTHESIS = (
    "Midline planes, affine and B-spline deformation, random grey-value curves, coil fall-off, bias, Rician noise; half of "
    "them coarsened to rows 3 to 5.5 mm apart; fields of view of 120 x 105 to 288 x 192 mm, many without the sacrum."
)
SPIDER = {
    "name": "spider_t2_sagittal",
    "licence": "CC BY 4.0 (SPIDER)",
    "citation": "van der Graaf et al., Scientific Data 2024, doi 10.1038/s41597-024-03090-w",
    "use": "sagittal T2 planes with vertebra, disc and canal; true pixel size unknown",
}
LIMITATIONS = (
    "A sixth lumbar vertebra, four of them, or a sacralised L5 cannot be told without the ribs: names are counted from the "
    "disc on the sacrum, taken to be L5/S1.",
    "Learned from T2 sagittal scans of patients and water images of volunteers; T1 and fat images only as drawn contrasts.",
    "Where only the bodies L1 to L5 were labelled, the disc on the sacrum was placed by continuing the curve of L3 to L5.",
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        _train(options, load_spines(options.data, options.without))
    except ParaspinalFatError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ParaspinalFatLib.training.levels", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sagittal data sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and weights")
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="subjects to leave out, to test on")
    parser.add_argument("--minutes", type=float, default=0.0, help="end the schedule after this time")
    parser.add_argument("--iterations", type=int, default=20_000, help="end it after this many steps (default 20000)")
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="threads of the network's arithmetic (default 1)")
    parser.add_argument("--workers", type=int, default=0, help="processes that make samples; 0: the trainer makes them")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: the GPU if there is one")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint in --out")
    parser.add_argument("--metrics", type=Path, metavar="JSON", help="figures of the subjects left out, for the card")
    parser.add_argument("--name", default=LEVELS_CARD, help="file name of the weights")
    parser.add_argument("--version", default="0.1.0", help="version written on the card")
    return parser


def _train(options: argparse.Namespace, spines: list[Spine]) -> None:
    import torch

    from ParaspinalFatLib.training.batches import Settings
    from ParaspinalFatLib.training.levels.trainer import LevelTrainer

    torch.set_num_threads(options.threads)
    settings = Settings(
        seed=options.seed,
        iterations=options.iterations,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        batches=(),
        easy_iterations=0,
        precision="float32",
        workers=options.workers,
    )
    trainer = LevelTrainer(spines, settings, options.device)
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"
    if options.resume and checkpoint.exists():
        trainer.load(checkpoint)

    def keep(state: Trainer) -> None:
        state.save(checkpoint)
        _export(options, state, spines)
        print(f"{state.iteration:6d}  {state.seconds / 60:6.1f} min  loss {np.mean(state.losses[-200:]):.4f}", flush=True)

    trainer.run(keep)


def _export(options: argparse.Namespace, state: Trainer, spines: list[Spine]) -> None:
    from ParaspinalFatLib.training.levels.export import write_level_weights

    training = {
        "data": [*(entry for entry in CITATIONS if entry["name"] == "sagittal_vertebrae"), SPIDER],
        "left_out": options.without,
        "subjects": [spine.name for spine in spines],
        "synthesis": SYNTHESIS,
        "seed": options.seed,
        **state.summary(),
    }
    metrics = [] if options.metrics is None else json.loads(options.metrics.read_text())
    write_level_weights(
        options.out,
        options.name,
        options.version,
        state.average.state_dict(),
        state.architecture,
        training,
        metrics,
        LIMITATIONS,
    )


if __name__ == "__main__":
    sys.exit(main())
