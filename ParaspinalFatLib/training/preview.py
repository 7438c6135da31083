"""A contact sheet of synthesised samples with their label outlines: look at it before training on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.training.partial_labels import BESIDE, BESIDE_ALL, BESIDE_PSOAS, OFF_COLUMN, UNDRAWN, UNKNOWN
from ParaspinalFatLib.training.synthesis import SMALL_FIELD, TORSO, Collection


def write_contact_sheet(collection: Collection, path: Path, seed: int, rows: int = 5, columns: int = 8) -> None:
    """Write a picture of ``rows`` x ``columns`` random samples; half the rows small fields of view, half whole torsos.

    Outlines are in the structures' colours, areas tinted red are unknown, yellow undrawn,
    green beside muscles, blue beside the column.
    """
    from matplotlib import pyplot as plt

    rng = np.random.default_rng(seed)
    figure, axes = plt.subplots(rows, columns, figsize=(3 * columns, 3 * rows), squeeze=False)
    for row, line in enumerate(axes):
        view = SMALL_FIELD if row % 2 == 0 else TORSO
        for axis in line:
            draw_slice(axis, *collection.draw(rng, view))
    figure.tight_layout(pad=0.2)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=70)
    plt.close(figure)


def draw_slice(axis: object, image: np.ndarray, labels: np.ndarray) -> None:
    """Show one slice (h, w) with outlines on a matplotlib axis."""
    axis.imshow(image, cmap="gray", vmin=0, vmax=0.9)  # type: ignore[attr-defined]
    tint = np.zeros((*labels.shape, 4), np.float32)
    tint[labels == UNKNOWN] = (1, 0, 0, 0.12)
    tint[labels == UNDRAWN] = (1, 1, 0, 0.12)
    tint[np.isin(labels, (BESIDE, BESIDE_PSOAS, BESIDE_ALL))] = (0, 1, 0, 0.12)
    tint[labels == OFF_COLUMN] = (0, 0.6, 1, 0.12)
    axis.imshow(tint)  # type: ignore[attr-defined]
    for value, structure in BY_VALUE.items():
        if (labels == value).any():
            axis.contour(labels == value, [0.5], colors=[structure.colour], linewidths=0.8)  # type: ignore[attr-defined]
    axis.axis("off")  # type: ignore[attr-defined]
