"""One training run from its configuration: data, previews, checkpoints, curve, weights with their card."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.training.config import TrainingConfig
from ParaspinalFatLib.training.label_folder import load_label_folder
from ParaspinalFatLib.training.sources import CITATIONS, load_collection
from ParaspinalFatLib.training.subjects import LOADERS
from ParaspinalFatLib.training.synthesis import Collection

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

CHECKPOINT, CURVE, PREVIEWS = "checkpoint.pt", "curve.png", "samples.png"

SYNTHESIS = (
    "Slices of the scanned subjects, deformed by affine and B-spline maps and onto the outlines of five muscle label "
    "maps; oblique cuts; random T1, T2, fat-saturated, Dixon (in and opposed phase too), fat-fraction and impossible contrasts "
    "from water and fat; fat painted into muscles, in place of their deep parts, between them and under the fascia, fat and "
    "vessels around psoas and quadratus lumborum; fields of view of 130 to 420 mm; chemical shift, coil fall-off, bias, "
    "coarse pixels, thick slices, ghosts, wrap-around, Rician noise; mirrored with sides exchanged."
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
LIMITATION_OF_OWN_DATA = "Learned from a user's own subjects too: how they were outlined decides what these outlines mean."

Heard = Callable[["Trainer"], None]
"""Called at every checkpoint."""


def collect(config: TrainingConfig, progress: Progress = no_progress) -> Collection:
    """Everything that samples are drawn from.

    Raises:
        InputError, GeometryError: a subject cannot be used, or none is left.
    """
    data = config.data
    more, known = [], data.background == "known"
    if data.images is not None and data.labels is not None:
        labelling = Labelling.read(data.label_values)
        more = load_label_folder(data.images, data.labels, labelling, background_known=known)
    return load_collection(data.public, config.output, data.without, data.own, progress, more, background_known=known)


def preview(config: TrainingConfig, collection: Collection, path: Path | None = None) -> Path:
    """Write a sheet of samples into the output folder, or to ``path``; returns where."""
    from ParaspinalFatLib.training.preview import write_contact_sheet

    path = path or config.output / PREVIEWS
    write_contact_sheet(collection, path, config.seed)
    return path


def train(
    config: TrainingConfig, collection: Collection, *, resume: bool = False, heard: Heard = lambda _trainer: None
) -> Path:
    """Train to the end of the schedule.

    Args:
        config: how.
        collection: from :func:`collect`.
        resume: continue from the checkpoint in the output folder if there is one.
        heard: called at every checkpoint, after it is written.

    Returns:
        The card's path; the weights lie beside it.

    Raises:
        InputError: the weights to start from do not fit the network.
    """
    trainer = _trainer(config, collection)
    config.output.mkdir(parents=True, exist_ok=True)
    checkpoint = config.output / CHECKPOINT
    if resume and checkpoint.exists():
        trainer.load(checkpoint)
    elif config.start_path:
        start_with(trainer, config.start_path)

    def keep(state: Trainer) -> None:
        state.save(checkpoint)
        _export(config, state, collection, [])
        draw_curve(state.losses, config.output / CURVE)
        heard(state)

    trainer.run(keep)
    return _export(config, trainer, collection, _held_out_metrics(config, trainer))


def _trainer(config: TrainingConfig, collection: Collection) -> Trainer:
    import torch

    from ParaspinalFatLib.segmentation.unet import DEFAULT_ARCHITECTURE, DIVIDING_ARCHITECTURE
    from ParaspinalFatLib.training.batches import Settings
    from ParaspinalFatLib.training.trainer import Trainer

    torch.set_num_threads(config.threads)
    names = (
        "seed", "iterations", "minutes", "learning_rate", "weight_decay", "easy_iterations", "averaging", "precision",
        "workers", "save_every",
    )  # fmt: skip
    settings = Settings(**{name: getattr(config, name) for name in names})
    architecture = dict(DIVIDING_ARCHITECTURE if collection.divides else DEFAULT_ARCHITECTURE)
    if config.network.channels:
        channels = list(config.network.channels)
        own: dict[str, Any] = {"channels": channels, "groups": config.network.groups, "stride": 2 ** (len(channels) - 1)}
        architecture |= own | {"convolutions": list(config.network.convolutions or [2] * len(channels))}
    device = None if config.device == "auto" else config.device
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError('device = "cuda" needs an NVIDIA GPU, and torch finds none here. Use device = "auto" or "cpu".')
    return Trainer(collection, settings, architecture, device=device)


def start_with(trainer: Trainer, weights: Path) -> None:
    """Begin with the weights of a .safetensors file instead of random ones.

    Raises:
        InputError: it cannot be read, or is of another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        loaded = load_file(weights)
    except (OSError, SafetensorError) as error:
        raise InputError(f"The weights {weights} cannot be read ({error}). Give a .safetensors file.") from error
    try:
        trainer.start_from({key: tensor.float() for key, tensor in loaded.items()})
    except (RuntimeError, KeyError, ValueError) as error:
        first_line = str(error).splitlines()[0]
        raise InputError(f"{weights} does not fit this network ({first_line}). Use the network it was made for.") from error


def begun_with(start: Path | None) -> dict[str, object]:
    """What the card says about the weights that a run began with: the runs before it, as far as their cards tell.

    Args:
        start: file of the weights; None if they were random.
    """
    card = None if start is None else start.with_suffix(".json")
    if card is None or not card.exists():
        return {}
    try:
        content = json.loads(card.read_text(encoding="utf-8"))
        facts = {"sha256": content["sha256"], **content["training"]}
    except (ValueError, KeyError, TypeError):  # somebody else's file
        return {}
    keys = ("sha256", "left_out", "subjects", "seed", "iterations", "minutes", "begun_with")
    return {"begun_with": {key: facts[key] for key in keys if key in facts}}


def _held_out_metrics(config: TrainingConfig, trainer: Trainer) -> list[dict[str, object]]:
    """Figures on the real subjects of the public data that were left out."""
    from ParaspinalFatLib.training.evaluation import held_out_figures

    public = config.data.public
    left_out = [name for name in config.data.without if name in LOADERS] if public else []
    network = trainer.average.cpu().eval()
    return [entry for name in left_out for entry in held_out_figures(network, public, name, config.output)]  # type: ignore[arg-type]


def _development(config: TrainingConfig) -> tuple[dict[str, object], list[dict[str, object]]]:
    """What the card says about the run that its figures come from, and those figures."""
    if config.development_card is None:
        return {}, []
    card = json.loads(config.development_card.read_text(encoding="utf-8"))
    keys = ("left_out", "subjects", "iterations", "minutes", "seed")
    facts = {"sha256": card["sha256"]} | {key: card["training"][key] for key in keys}
    figures = [entry | {"weights": "development run, not these weights"} for entry in card["metrics"]]
    return {"development_run": facts}, figures


def _export(config: TrainingConfig, state: Trainer, collection: Collection, metrics: list[dict[str, object]]) -> Path:
    from ParaspinalFatLib.training.export import write_weights

    sets = [entry for entry in CITATIONS if config.data.public and entry["name"] not in config.data.without]
    public = {entry["name"] for entry in CITATIONS}
    own = [] if config.data.own is None and config.data.images is None else _own_names(collection, public)
    development, development_figures = _development(config)
    training = {
        "data": [*sets, *({"name": name, "use": "user's own subject"} for name in own)],
        "left_out": list(config.data.without),
        "subjects": sorted(collection.subjects),
        "synthesis": SYNTHESIS,
    }
    limitations = [*LIMITATIONS]
    limitations += [LIMITATION_OF_DIVISION] if state.architecture.get("divides") else []
    limitations += [LIMITATION_OF_OWN_DATA] if own else []
    return write_weights(
        config.output,
        config.name,
        config.version,
        state.average.state_dict(),
        state.architecture,
        training | {"seed": config.seed} | state.summary() | development | begun_with(config.start_path),
        metrics=metrics + development_figures,
        limitations=tuple(limitations),
    )


def _own_names(collection: Collection, public: set[str]) -> list[str]:
    """Subjects that no public data set brought: those whose muscles are labelled on a scan of the user's."""
    painted = {"ivd", "vb3", "mm"}
    return [name for name in sorted(collection.subjects) if name not in public and name.split("_")[0] not in painted]


def draw_curve(losses: list[float], path: Path, window: int = 50) -> None:
    """Write a picture of the loss over the steps, smoothed over ``window`` of them."""
    from matplotlib.figure import Figure

    smooth = np.convolve(losses, np.ones(window) / window, mode="valid") if len(losses) >= window else np.array(losses)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axis = figure.subplots()
    axis.plot(np.arange(len(smooth)) + len(losses) - len(smooth), smooth)
    axis.set(xlabel="iteration", ylabel=f"loss (mean of {window})", yscale="log")
    figure.savefig(path, dpi=80)
