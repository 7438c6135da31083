"""The imaging protocol of the sample scan: its grid in the body and in the scanner, its coil and its noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Protocol:
    """How the body is scanned.

    The body's frame is mm to the patient's left, to posterior and to superior, the last one perpendicular to the slices.

    Attributes:
        columns, rows, slices: size of the image.
        pixel_mm, spacing_mm: voxel size in the plane, and distance between the contiguous slices.
        left_mm, back_mm, bottom_mm: body position of the first voxel's centre: the most right column, the most anterior row
            and the most caudal slice.
        tilt_degrees: rotation of the slices about the left-right axis, front down.
        isocentre_mm: body position that lies at the scanner's origin.
        muscle_signal: stored value of lean muscle where the coil's sensitivity is 1.
        noise: standard deviation of the noise in each channel, in stored values.
    """

    columns: int = 288
    rows: int = 186
    slices: int = 24
    pixel_mm: float = 1.25
    spacing_mm: float = 5.0
    left_mm: float = -179.375
    back_mm: float = -128.0
    bottom_mm: float = -12.0
    tilt_degrees: float = 6.0
    isocentre_mm: tuple[float, float, float] = (5.0, -12.0, 60.0)
    muscle_signal: float = 160.0
    noise: float = 1.3

    def affine(self) -> npt.NDArray[np.float64]:
        """4x4, voxel (i, j, k, 1) in axial order to RAS mm."""
        affine = np.eye(4)
        affine[:3, :3] = self._rotation() * (self.pixel_mm, self.pixel_mm, self.spacing_mm)
        affine[:3, 3] = self.ras((self.left_mm, self.back_mm, self.bottom_mm))
        return affine

    def ras(self, position: tuple[float, float, float]) -> npt.NDArray[np.float64]:
        """RAS mm of a position in the body (left, back, up)."""
        return self._rotation() @ (np.array(position) - self.isocentre_mm)

    def _rotation(self) -> npt.NDArray[np.float64]:
        """3x3, columns: RAS directions of the body's axes left, back, up."""
        angle = np.radians(self.tilt_degrees)
        return np.array(
            [[-1, 0, 0], [0, -np.cos(angle), np.sin(angle)], [0, np.sin(angle), np.cos(angle)]],
        )


def coil_sensitivity(protocol: Protocol, k: int) -> npt.NDArray[np.float32]:
    """(rows, columns): a coil behind the patient, brighter near it, weaker caudally; a saturation band over the belly."""
    x = protocol.left_mm + protocol.pixel_mm * np.arange(protocol.columns)
    y = protocol.back_mm + protocol.pixel_mm * np.arange(protocol.rows)
    z = protocol.bottom_mm + k * protocol.spacing_mm
    near_back = 0.5 + 0.95 * np.exp((y - 80.0) / 70.0)
    belly_band = 1 - 0.6 / (1 + np.exp((y + 88.0) / 6.0))
    sides = (1 + 0.0004 * x) * (1 - 0.18 * (x / 170.0) ** 2)
    along = 0.82 + 0.22 * np.clip((z + 15.0) / 80.0, 0, 1)
    return (along * np.outer(near_back * belly_band, sides)).astype(np.float32)


def magnitude(signal: npt.NDArray[np.float32], noise: float, generator: np.random.Generator) -> npt.NDArray[np.int16]:
    """A signal as a scanner stores it: magnitude of the signal plus complex Gaussian noise (Rician), rounded."""
    real = signal + generator.normal(0, noise, signal.shape)
    imaginary = generator.normal(0, noise, signal.shape)
    return np.rint(np.hypot(real, imaginary)).astype(np.int16)
