"""``python -m ParaspinalFatLib.training``: preview samples, train, and write weights with their card."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.training.sources import CITATIONS, load_collection
from ParaspinalFatLib.training.subjects import LOADERS
from ParaspinalFatLib.training.synthesis import Collection

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

SYNTHESIS = (
    "Slices of the scanned subjects, deformed by affine and B-spline maps and onto the outlines of five muscle label "
    "maps; random T1, T2, fat-saturated, Dixon, fat-fraction and impossible contrasts from water and fat; painted fat "
    "infiltration; fields of view of 180 to 360 mm; coil fall-off, bias, coarse pixels, thick slices, ghosts, "
    "wrap-around, Rician noise; mirrored with sides exchanged."
)
LIMITATIONS = (
    "Learned from very few scanned subjects with muscle labels (listed under training); everything else is synthesis.",
    "Iliacus and sacrum are known from a few slices and an atlas: treat their outlines as a suggestion.",
    "Outlines of multifidus and erector spinae include fat at their borders and under the fascia, as the labels do.",
    "Thoracic levels, instrumentation, tumours, fractures and severe scoliosis were not in the training data.",
)
LIMITATION_OF_DIVISION = (
    "Iliocostalis and longissimus were told apart by borders picked by eye, not by an anatomist, in two subjects between "
    "L1/2 and L5, and by the areas that others published; elsewhere their border is a guess. Their common outline is not "
    "affected."
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    try:
        collection = load_collection(options.data, options.out, options.without, options.own, _show)
        if options.preview:
            from ParaspinalFatLib.training.preview import write_contact_sheet

            write_contact_sheet(collection, options.preview, options.seed)
            return 0
        _train(options, collection)
    except ParaspinalFatError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


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


def _train(options: argparse.Namespace, collection: Collection) -> None:
    import torch
    from safetensors.torch import load_file

    from ParaspinalFatLib.segmentation.unet import DEFAULT_ARCHITECTURE, DIVIDING_ARCHITECTURE
    from ParaspinalFatLib.training.batches import Settings
    from ParaspinalFatLib.training.trainer import Trainer

    torch.set_num_threads(options.threads)
    settings = Settings(
        seed=options.seed,
        iterations=options.iterations,
        minutes=options.minutes,
        learning_rate=options.learning_rate,
        easy_iterations=options.easy_iterations,
    )
    architecture = DIVIDING_ARCHITECTURE if collection.divides else DEFAULT_ARCHITECTURE
    trainer = Trainer(collection, settings, architecture, device=options.device)
    options.out.mkdir(parents=True, exist_ok=True)
    checkpoint = options.out / "checkpoint.pt"
    if options.resume and checkpoint.exists():
        trainer.load(checkpoint)
    elif options.start:
        trainer.start_from({key: tensor.float() for key, tensor in load_file(options.start).items()})

    def keep(state: Trainer) -> None:
        state.save(checkpoint)
        _export(options, state, collection, [])
        _draw_curve(state.losses, options.out / "curve.png")
        print(f"{state.iteration:6d}  {state.seconds / 60:6.1f} min  loss {np.mean(state.losses[-200:]):.3f}", flush=True)

    trainer.run(keep)
    _export(options, trainer, collection, _held_out_metrics(options, trainer))


def _held_out_metrics(options: argparse.Namespace, trainer: Trainer) -> list[dict[str, object]]:
    """Figures on the real subjects that were left out."""
    from ParaspinalFatLib.training.evaluation import held_out_figures

    left_out = [name for name in options.without if name in LOADERS]
    network = trainer.average.cpu().eval()
    return [entry for name in left_out for entry in held_out_figures(network, options.data, name, options.out)]


def _development(options: argparse.Namespace) -> tuple[dict[str, object], list[dict[str, object]]]:
    """What the card says about the run that its figures come from, and those figures."""
    if options.development_card is None:
        return {}, []
    card = json.loads(options.development_card.read_text())
    keys = ("left_out", "subjects", "iterations", "minutes", "seed")
    facts = {"sha256": card["sha256"]} | {key: card["training"][key] for key in keys}
    figures = [entry | {"weights": "development run, not these weights"} for entry in card["metrics"]]
    return {"development_run": facts}, figures


def _export(options: argparse.Namespace, state: Trainer, collection: Collection, metrics: list[dict[str, object]]) -> None:
    from ParaspinalFatLib.training.export import write_weights

    sets = [entry for entry in CITATIONS if entry["name"] not in options.without]
    own_names = sorted(path.name for path in options.own.iterdir()) if options.own else []
    own = [{"name": name, "use": "user's own subject"} for name in own_names]
    development, development_figures = _development(options)
    training = {
        "data": [*sets, *own],
        "left_out": options.without,
        "subjects": sorted(collection.subjects),
        "synthesis": SYNTHESIS,
    }
    write_weights(
        options.out,
        options.name,
        options.version,
        state.average.state_dict(),
        state.architecture,
        training | {"seed": options.seed} | state.summary() | development,
        metrics=metrics + development_figures,
        limitations=(*LIMITATIONS, LIMITATION_OF_DIVISION) if state.architecture.get("divides") else LIMITATIONS,
    )


def _draw_curve(losses: list[float], path: Path, window: int = 50) -> None:
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 4))
    smooth = np.convolve(losses, np.ones(window) / window, mode="valid") if len(losses) >= window else np.array(losses)
    axis.plot(np.arange(len(smooth)) + len(losses) - len(smooth), smooth)
    axis.set(xlabel="iteration", ylabel=f"loss (mean of {window})", yscale="log")
    figure.tight_layout()
    figure.savefig(path, dpi=80)
    plt.close(figure)


def _show(fraction: float, message: str) -> None:
    print(f"\r{message}: {fraction:4.0%}", end="" if fraction < 1 else "\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
