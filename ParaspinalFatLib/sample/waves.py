"""Waves: smooth random texture with a closed form, the same at any resolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.sample.shapes import Plane


@dataclass(frozen=True)
class Waves:
    """A sum of plane waves with mean 0 and variance 1.

    Attributes:
        vectors: (n, 3) wave vectors in radians per mm along x, y, z.
        phases: (n,) radians.
    """

    vectors: npt.NDArray[np.float64]
    phases: npt.NDArray[np.float64]

    @classmethod
    def random(
        cls, generator: np.random.Generator, shortest_mm: float, longest_mm: float, along_mm: float, count: int = 9
    ) -> Waves:
        """Waves in every direction of the axial plane with the given range of wavelengths.

        Args:
            generator: source of directions, wavelengths and phases.
            shortest_mm, longest_mm: wavelengths within the axial plane.
            along_mm: wavelength along the spine; long for fibres and strands that run with it.
            count: number of waves; more are closer to a Gaussian field and slower.
        """
        direction = generator.uniform(0, 2 * np.pi, count)
        number = 2 * np.pi / generator.uniform(shortest_mm, longest_mm, count)
        along = 2 * np.pi / along_mm * generator.uniform(-1, 1, count)
        vectors = np.stack([number * np.cos(direction), number * np.sin(direction), along], axis=1)
        return cls(vectors, generator.uniform(0, 2 * np.pi, count))

    def __call__(self, x: Plane, y: Plane, z: float) -> Plane:
        total = np.zeros(x.shape, np.float32)
        for (kx, ky, kz), phase in zip(self.vectors, self.phases, strict=True):
            total += np.cos(np.float32(kx) * x + np.float32(ky) * y + np.float32(kz * z + phase))
        return total * np.float32(np.sqrt(2 / len(self.phases)))

    def ridges(self, x: Plane, y: Plane, z: float, width: float) -> Plane:
        """Thin winding strands, 0 to 1, where the waves cross zero; ``width`` in standard deviations of the waves."""
        return np.exp(-((self(x, y, z) / np.float32(width)) ** 2))
