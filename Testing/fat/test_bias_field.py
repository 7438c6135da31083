import numpy as np
import pytest
from phantoms import stored_as

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.bias_field import bias_field
from ParaspinalFatLib.imaging.image import Image


def shaded_trunk(slices):
    """A cylinder of two tissues, brighter towards posterior as under a spine coil, in dark air; and the true shading."""
    rows, columns = np.mgrid[:96, :96]
    radius = np.hypot(rows - 48, columns - 48)
    tissue = np.where(radius < 40, np.where(np.hypot(rows - 60, columns - 48) < 12, 180.0, 120.0), 0.0)
    shading = np.exp((rows - 48) / 80)
    noise = np.abs(np.random.default_rng(0).normal(0, 2, (slices, 96, 96)))
    image = Image((tissue * shading + noise).astype(np.float32), np.diag([-2.0, -2.0, 5.0, 1.0]))
    return image, np.broadcast_to(shading, image.array.shape), np.broadcast_to(tissue > 0, image.array.shape)


@pytest.mark.parametrize("slices", [1, 6])
def test_a_known_shading_is_found_up_to_a_factor(slices):
    image, shading, body = shaded_trunk(slices)
    field, _ = bias_field(image)
    remaining = np.log(shading[body]) - np.log(field[body])
    assert np.std(np.log(shading[body])) > 0.2
    assert np.std(remaining) < 0.06


def test_the_correction_keeps_the_size_of_the_values_and_is_reported():
    image, _, body = shaded_trunk(6)
    field, record = bias_field(image)
    inside = image.array > image.array.mean()
    assert np.exp(np.log(field[inside]).mean()) == pytest.approx(1, abs=1e-3)
    assert record["bias_field_range"] == [pytest.approx(field[inside].min()), pytest.approx(field[inside].max())]
    assert record["bias_method"].startswith("N4")
    assert body.any()


def test_the_field_is_the_same_however_the_axes_are_stored():
    image, _, _ = shaded_trunk(6)
    permutation, flips = (2, 0, 1), (True, False, True)
    field, _ = bias_field(image)
    turned, _ = bias_field(stored_as(image, permutation, flips))
    assert np.array_equal(turned, stored_as(image.with_array(field), permutation, flips).array)


def test_an_image_without_contrast_is_refused():
    with pytest.raises(MeasurementError, match="cannot be estimated"):
        bias_field(Image(np.zeros((6, 16, 16)), np.diag([1.0, 1.0, 4.0, 1.0])))
