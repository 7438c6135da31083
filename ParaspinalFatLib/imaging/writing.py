"""Write an image to a file that appears whole or not at all."""

from __future__ import annotations

from pathlib import Path

import SimpleITK as sitk

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import sitk_from_image


def write_image(image: Image, path: Path | str) -> None:
    """Write an image, compressed, in the format that the ending of ``path`` names (.nii.gz, .nrrd, .mha).

    Raises:
        OutputError: the folder cannot be written, or the ending names no format.
    """
    with written_whole(path) as beside:
        try:
            sitk.WriteImage(sitk_from_image(image), str(beside), useCompression=True)
        except RuntimeError as error:
            raise OutputError(f"Cannot write {path}: use an ending such as .nii.gz, .nrrd or .mha.") from error
