"""How samples are framed: the canvas that a network sees in training, and how much of it an image fills."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

CANVAS_STEP = 16
"""Stride of the network, to which prediction pads."""


@dataclass(frozen=True)
class View:
    """How samples are framed.

    Attributes:
        canvas: (rows, columns) of network pixels; the largest, where ``smallest_canvas`` is given.
        smallest_share: how much of the canvas the field of view takes at least, of rows and of columns.
        jitter: how far the field's middle may lie from the spine, in mm.
        smallest_canvas: canvases are drawn between this and ``canvas``, in steps of :data:`CANVAS_STEP`; None: there is one.
    """

    canvas: tuple[int, int]
    smallest_share: float
    jitter: float
    smallest_canvas: tuple[int, int] | None = None

    def framed(self, rng: np.random.Generator) -> View:
        """The view with one canvas, for all samples of a batch."""
        if self.smallest_canvas is None:
            return self
        rows, columns = (
            int(rng.integers(least // CANVAS_STEP, most // CANVAS_STEP + 1)) * CANVAS_STEP
            for least, most in zip(self.smallest_canvas, self.canvas, strict=True)
        )
        return replace(self, canvas=(rows, columns), smallest_canvas=None)

    def field(self, rng: np.random.Generator) -> tuple[int, int]:
        """Rows and columns of a field of view: mostly nearly the whole canvas, as prediction pads to the network's stride
        only; seldom with a broad black rim. The network's group normalisation feels how much is black: trained on broad
        rims, it outlined muscles in small fields of view too small (docs/evaluation.md)."""
        rows, columns = (round(size * (1 - (1 - self.smallest_share) * rng.random() ** 3)) for size in self.canvas)
        return rows, columns


SMALL_FIELD = View((208, 208), 0.7, 28.0, smallest_canvas=(112, 112))
"""Spine-coil examinations: 130 to 250 mm, seldom less, the torso cut off on all sides."""

TORSO = View((240, 352), 0.7, 22.0, smallest_canvas=(144, 208))
"""Body-coil examinations: up to 420 mm across, larger bodies still cut off at the flanks."""
