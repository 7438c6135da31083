"""How a network is trained, from a TOML file: every key with its default, and a sentence for what cannot be meant."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.output_folder import require_usable
from ParaspinalFatLib.training.earlier_runs import development_run
from ParaspinalFatLib.training.toml_table import read_table, read_toml

SHIPPED = "shipped"
"""As ``start``: the weights that come with the program."""

CHANNELS, CONVOLUTIONS = (16, 32, 64, 128, 224), (1, 2, 2, 2, 2)
"""Of the default network, from full resolution down."""


@dataclass(frozen=True)
class DataConfig:
    """The table ``[data]``.

    Attributes:
        public: folder of the public data sets named in ``sources.CITATIONS``; those present are used.
        own: folder of own subjects: a folder each with ``labels`` and ``image``, or ``water`` and ``fat``; exported cases.
        images, labels: instead of ``own``: folders of images and of label maps, flat or BIDS (:mod:`labelled_cases`).
        label_values: what the values of ``labels`` mean, ``1=ES_right,2=MF_right``; empty: this program's own values.
        background: of ``own`` and ``labels``: ``unknown`` (a voxel without label may be a structure that nobody drew where
            one is missing) or ``known``.
        without: names of subjects, of their cases or images, or of public data sets to leave out, to test on.
    """

    public: Path | None = None
    own: Path | None = None
    images: Path | None = None
    labels: Path | None = None
    label_values: str = ""
    background: str = "unknown"
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class NetworkConfig:
    """The table ``[network]``; another network than the default one cannot start from shipped weights.

    Attributes:
        channels: from full resolution down, each divisible by ``groups``; empty: :data:`CHANNELS`.
        convolutions: of each resolution; empty: two, of the default channels :data:`CONVOLUTIONS`.
        groups: of each normalisation.
    """

    channels: tuple[int, ...] = ()
    convolutions: tuple[int, ...] = ()
    groups: int = 8

    @property
    def layers(self) -> dict[str, object]:
        """What :func:`~ParaspinalFatLib.segmentation.unet.build_unet` needs to know beside the outputs."""
        channels = self.channels or CHANNELS
        convolutions = self.convolutions or ((2,) * len(self.channels) if self.channels else CONVOLUTIONS)
        stride = 2 ** (len(channels) - 1)
        return {
            "channels": list(channels), "convolutions": list(convolutions), "groups": self.groups, "stride": stride,
        }  # fmt: skip


@dataclass(frozen=True)
class TrainingConfig:
    """The table ``[training]``, and the other two.

    Attributes:
        output: folder for checkpoint, fitted shapes, curve, previews and weights.
        iterations: end the schedule after so many steps.
        minutes: end the schedule after this time, if that comes first; 0: no limit.
        learning_rate: peak.
        weight_decay: of AdamW.
        easy_iterations: steps over which samples become difficult.
        averaging: decay of the moving average of the weights.
        precision: ``float32``, ``bfloat16`` or ``auto``.
        seed: of the first weights and of every sample.
        save_every: steps between checkpoints.
        threads: of the network's arithmetic.
        workers: processes that make samples; 0: the trainer itself.
        device: ``auto`` (the GPU if there is one), ``cpu`` or ``cuda``.
        start: ``""`` from random weights, ``shipped``, or a .safetensors file.
        previews: write samples.png before training.
        name, version: of the weights.
        development_card: card of a run with subjects left out, whose figures the new card repeats as such.
        data, network: the other tables.
    """

    output: Path = Path("training")
    iterations: int = 20_000
    minutes: float = 0.0
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4
    easy_iterations: int = 1200
    averaging: float = 0.996
    precision: str = "auto"
    seed: int = 1
    save_every: int = 200
    threads: int = 1
    workers: int = 1
    device: str = "auto"
    start: str = ""
    previews: bool = True
    name: str = "paraspinal-axial"
    version: str = "0.1.0"
    development_card: Path | None = None
    data: DataConfig = field(default_factory=DataConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)

    @property
    def start_path(self) -> Path | None:
        """File of the weights to begin with.

        Raises:
            WeightsError: there are no shipped weights.
        """
        if self.start == SHIPPED:
            from ParaspinalFatLib.resources import weights_card_path

            return weights_card_path().with_suffix(".safetensors")
        return Path(self.start) if self.start else None


def read_config(path: Path) -> TrainingConfig:
    """Read a TOML file; paths in it are relative to its folder.

    Raises:
        InputError: it cannot be read, has a key that does not exist, or a value that cannot be meant.
        OutputError: nothing can be written to the output folder.
        MissingPackageError: Python 3.10 without the package tomli.
    """
    try:
        content = read_toml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError(f"The configuration {path} cannot be read ({error}). Give a TOML file.") from error
    unknown = sorted(content.keys() - {"training", "data", "network"})
    if unknown:
        raise InputError(f"{path} has no use for {', '.join(unknown)}. Its tables are [training], [data] and [network].")
    tables = [
        read_table(path, name, content.get(name, {}), kind)
        for name, kind in (("training", TrainingConfig), ("data", DataConfig), ("network", NetworkConfig))
    ]
    config = replace(tables[0], data=tables[1], network=tables[2])
    if config.start and "easy_iterations" not in content.get("training", {}):
        config = replace(config, easy_iterations=0)  # trained weights need no easy beginning
    if config.start not in ("", SHIPPED):
        config = replace(config, start=str(path.parent / config.start))
    require_usable_config(config, path)
    return config


def require_usable_config(config: TrainingConfig, path: Path | str = "The configuration") -> None:
    """Raise InputError, or OutputError, for what would only fail after the data were read."""
    _require_data(config.data, path)
    _require_network(config.network, path)
    start = config.start_path
    if start is not None and not start.is_file():
        raise InputError(f"{path}: start = {start} does not exist. Give a .safetensors file, or {SHIPPED!r}.")
    if not config.name or Path(config.name).name != config.name:
        raise InputError(f"{path}: name = {config.name!r} is no file name. The folder is given as output.")
    development_run(config.development_card)
    require_usable(config.output, overwrite=True)


def _require_data(data: DataConfig, path: Path | str) -> None:
    if (data.images is None) != (data.labels is None):
        raise InputError(f"{path}: [data] images and labels belong together. Give both, or own.")
    if data.public is None and data.own is None and data.images is None:
        raise InputError(f"{path}: there is nothing to learn from. Give [data] own, or images and labels, or public.")
    for name in ("public", "own", "images", "labels"):
        folder = getattr(data, name)
        if folder is not None and not folder.is_dir():
            raise InputError(f"{path}: [data] {name} = {folder} is no folder.")
    Labelling.read(data.label_values)


def _require_network(network: NetworkConfig, path: Path | str) -> None:
    channels = network.channels or CHANNELS
    if any(number % network.groups for number in channels):
        raise InputError(
            f"{path}: [network] channels {', '.join(map(str, channels))} must be divisible by groups = {network.groups}."
        )
    if network.convolutions and len(network.convolutions) != len(channels):
        raise InputError(f"{path}: [network] convolutions needs one number for each of the {len(channels)} channels.")
    if len(channels) > len(CHANNELS):
        raise InputError(
            f"{path}: [network] channels has {len(channels)} numbers. Samples are made for at most {len(CHANNELS)}."
        )
