"""A volunteer's Dixon scan gives the figures that were published for it."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK as sitk
from phantoms import fat_map_of

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.measure import measure_labels


def read(path):
    """An image file; the axes of NIfTI as SimpleITK gives them, LPS to RAS."""
    image = sitk.ReadImage(str(path))
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return Image(sitk.GetArrayFromImage(image), np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine)


@pytest.fixture(scope="module")
def a_volunteer(shared_data):
    """Table of the volunteer's Dixon scan with its manual labels; FF over all voxels with signal, as its README has it."""
    folder = shared_data / "tum01_dixon"
    water, fat, labels = (read(folder / f"{name}.nii.gz") for name in ("water", "fat", "labels"))
    ours = np.array([0, 3, 1, 2, 4], np.uint8)[labels.array]
    total = fat.array.astype(float) + water.array
    known = np.where(total > 0, total, np.nan)
    fat_map = fat_map_of(labels.with_array(fat.array / known), known)
    return measure_labels({Role.WATER: water}, labels.with_array(ours), fat_map).table


@pytest.mark.parametrize(
    ("structure", "side", "voxels", "ml", "mean", "ratio"),
    [
        ("ES", "right", 48953, 203.13, 13.21, 14.57),
        ("MF", "right", 15355, 63.72, 14.91, 16.01),
        ("MF", "left", 16771, 69.59, 12.85, 13.82),
        ("ES", "left", 46041, 191.05, 12.22, 13.58),
    ],
)
def test_a_real_scan_gives_its_published_volumes_and_fat_fractions(a_volunteer, structure, side, voxels, ml, mean, ratio):
    row = a_volunteer.one(structure=structure, side=side, region="whole")
    assert row["voxels"] == voxels
    assert round(row["volume_ml"], 2) == ml
    assert round(row["ff_mean_pct"], 2) == mean
    assert round(row["ff_ratio_pct"], 2) == ratio


def test_a_real_scan_gives_its_published_areas(a_volunteer):
    expected = {
        ("ES", "right"): (1155, 1995, 1913),
        ("MF", "right"): (1048, 523, 260),
        ("MF", "left"): (955, 548, 297),
        ("ES", "left"): (974, 1856, 1842),
    }
    for (structure, side), areas in expected.items():
        rows = [a_volunteer.one(structure=structure, side=side, region="slice", slice=k) for k in (0, 14, 28)]
        assert tuple(round(row["csa_mm2"]) for row in rows) == areas
