"""The smooth field by which coils brighten and darken an image, estimated by N4 on a shrunk copy.

Source: Tustison 2010, IEEE Trans Med Imaging 29:1310, as implemented in SimpleITK.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image

SHRUNK_SIZE = 64
"""Pixels along a slice's longer side in the copy: the field varies over centimetres, so pixels of 4 to 7 mm show it all."""

ITERATIONS = (40, 40, 40)
"""Iterations at each of the three resolutions of the field; it settles earlier."""

FEWEST_SLICES = 4
"""With fewer slices the field cannot be followed across them, so every slice is corrected by itself."""

NO_CONTRAST = "The bias field of this image cannot be estimated. Measure without bias correction."


def bias_field(image: Image) -> tuple[npt.NDArray[np.float32], Mapping[str, object]]:
    """Field to divide an image by, and how it was found.

    The estimate runs in axial order, so it is the same however the file stores its axes. The field's geometric mean over the
    body is 1: corrected values keep the size of the original ones.

    Returns:
        float32 (k, j, i) on the image's own grid, above 0; and a record of the settings and the field's range in the body.

    Raises:
        MeasurementError: the image has no contrast to estimate a field from.
    """
    view = axial_view(image)
    array = np.nan_to_num(view.image.array.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    body = array > array.mean()
    if not body.any():
        raise MeasurementError(NO_CONTRAST)
    volume = sitk.GetImageFromArray(array)
    volume.SetSpacing(view.image.spacing)
    try:
        if array.shape[0] < FEWEST_SLICES:
            logarithm = np.stack([_log_field(volume[:, :, k]) for k in range(array.shape[0])])
        else:
            logarithm = _log_field(volume)
    except RuntimeError as error:
        raise MeasurementError(NO_CONTRAST) from error
    logarithm -= logarithm[body].mean()
    field = np.exp(logarithm, dtype=np.float32)
    record = {
        "bias_method": f"N4, SimpleITK {sitk.Version_VersionString()}",
        "bias_iterations": list(ITERATIONS),
        "bias_field_range": [float(field[body].min()), float(field[body].max())],
    }
    return view.restore(field), record


def _log_field(volume: sitk.Image) -> npt.NDArray[np.float32]:
    """``volume``: 2D or 3D; the last axis of three is not shrunk."""
    factor = max(1, -(-max(volume.GetSize()[:2]) // SHRUNK_SIZE))
    shrunk = sitk.Shrink(volume, [factor, factor, 1][: volume.GetDimension()])
    body = sitk.And(sitk.OtsuThreshold(shrunk, 0, 1), sitk.Greater(shrunk, 0.0))
    n4 = sitk.N4BiasFieldCorrectionImageFilter()
    n4.SetMaximumNumberOfIterations(list(ITERATIONS))
    n4.Execute(shrunk, body)
    return sitk.GetArrayFromImage(n4.GetLogBiasFieldAsImage(volume)).astype(np.float32)
