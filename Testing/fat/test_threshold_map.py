import numpy as np
import pytest

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.histogram import histogram_of
from ParaspinalFatLib.fat.methods import METHODS
from ParaspinalFatLib.fat.otsu import otsu_threshold
from ParaspinalFatLib.fat.threshold_map import prepare_gmm3, prepare_kmeans2, prepare_otsu
from ParaspinalFatLib.imaging.roles import Role

SHAPE = (2, 20, 40)
FITTED = ("otsu", "gmm2", "gmm3", "kmeans2", "kmeans3")


@pytest.fixture
def lumbar(labelled):
    """Right multifidus with 20 % fat, left with 40 % and half as bright again by its coil; a lean psoas."""
    labels = labelled(SHAPE, MF_right=(0, 10), MF_left=(10, 20), PM_right=(20, 30))
    rng = np.random.default_rng(0)
    image = rng.normal(200, 15, SHAPE)
    image[:, :4, 0:10] = rng.normal(900, 30, (2, 4, 10))
    image[:, :8, 10:20] = rng.normal(900, 30, (2, 8, 10))
    image[:, :, 10:20] *= 1.5
    return {Role.ANATOMY: labels.with_array(image.astype(np.float32))}, labels


def mean_fraction(found, labels, value):
    return np.nanmean(found.fraction.array[labels.array == value])


@pytest.mark.parametrize("method", ["otsu", "gmm2", "kmeans2"])
def test_the_fat_share_of_two_clear_tissues_is_exact(lumbar, method):
    images, labels = lumbar
    found = METHODS[method].prepare(images)(labels)
    assert mean_fraction(found, labels, 1) == pytest.approx(0.2)
    assert mean_fraction(found, labels, 2) == pytest.approx(0.4)


@pytest.mark.parametrize("method", FITTED)
def test_the_map_is_binary_inside_the_muscles_and_empty_outside(lumbar, method):
    images, labels = lumbar
    fraction = METHODS[method].prepare(images)(labels).fraction.array
    assert set(np.unique(fraction[labels.array > 0])) <= {0, 1}
    assert np.isnan(fraction[labels.array == 0]).all()


def test_both_sides_of_a_muscle_share_a_threshold_unless_asked_otherwise(lumbar):
    images, labels = lumbar
    assert set(prepare_otsu(images)(labels).parameters["fits"]) == {"MF", "PM"}
    assert set(prepare_otsu(images, per_side=True)(labels).parameters["fits"]) == {"MF_right", "MF_left", "PM_right"}
    assert set(prepare_otsu(images, shared=True)(labels).parameters["fits"]) == {"all muscles"}


def test_the_recorded_threshold_is_that_of_the_voxels_it_was_fitted_on(lumbar):
    images, labels = lumbar
    fit = prepare_otsu(images)(labels).parameters["fits"]["MF"]
    inside = images[Role.ANATOMY].array[np.isin(labels.array, (1, 2))]
    assert fit["threshold"] == otsu_threshold(histogram_of(inside))
    assert fit["voxels"] == inside.size
    assert fit["fat_share"] == pytest.approx(np.mean(inside > fit["threshold"]))


def test_a_shared_threshold_finds_no_fat_in_a_lean_muscle_that_a_threshold_of_its_own_would_split(lumbar):
    images, labels = lumbar
    assert mean_fraction(prepare_otsu(images)(labels), labels, 5) > 0.3
    assert mean_fraction(prepare_otsu(images, shared=True)(labels), labels, 5) == 0


def test_shared_and_per_side_exclude_each_other(lumbar):
    with pytest.raises(MeasurementError, match="choose one of the two"):
        prepare_otsu(lumbar[0], shared=True, per_side=True)


def test_the_psoas_is_measured_and_marked_as_not_validated(lumbar):
    images, labels = lumbar
    found = prepare_otsu(images)(labels)
    assert set(found.not_validated) == {"PM", "QL", "IC"}
    assert not np.isnan(mean_fraction(found, labels, 5))


def test_two_clusters_are_marked_everywhere_since_they_agreed_poorly_with_dixon(lumbar):
    assert "ICC at most 0.38" in prepare_kmeans2(lumbar[0])(lumbar[1]).not_validated["MF"]


def test_a_mixture_is_recorded_with_its_components(lumbar):
    fit = prepare_gmm3(lumbar[0])(lumbar[1]).parameters["fits"]["MF"]
    assert len(fit["weights"]) == len(fit["means"]) == len(fit["deviations"]) == 3
    assert sum(fit["weights"]) == pytest.approx(1)


def test_a_muscle_of_one_value_has_no_fat_fraction_and_no_threshold(labelled):
    labels = labelled((1, 4, 4), MF_right=(0, 2), MF_left=(2, 4))
    found = prepare_otsu({Role.ANATOMY: labels.with_array(np.full((1, 4, 4), 7.0))})(labels)
    assert np.isnan(found.fraction.array).all()
    assert found.parameters["fits"]["MF"]["threshold"] is None


def test_voxels_that_are_no_numbers_are_left_out_of_fit_and_map(lumbar):
    images, labels = lumbar
    array = images[Role.ANATOMY].array.copy()
    array[0, 19, :5] = np.nan
    found = prepare_otsu({Role.ANATOMY: labels.with_array(array)})(labels)
    assert np.isnan(found.fraction.array[0, 19, :5]).all()
    assert found.parameters["fits"]["MF"]["voxels"] == 795


@pytest.mark.parametrize("method", FITTED)
def test_half_a_muscle_masked_with_zeros_leaves_the_figures_of_the_other_half(lumbar, method):
    images, labels = lumbar
    array = images[Role.ANATOMY].array.copy()
    array[:, :, :5] = 0
    outside = labels.with_array(np.where(array == 0, 0, labels.array).astype(np.uint8))
    masked = METHODS[method].prepare({Role.ANATOMY: labels.with_array(array)})
    found, expected = masked(labels), masked(outside)
    assert np.isnan(found.fraction.array[:, :, :5]).all()
    assert found.parameters["fits"] == expected.parameters["fits"]
    assert mean_fraction(found, labels, 1) == mean_fraction(expected, outside, 1)


def test_bias_correction_is_done_once_and_reported(lumbar):
    images, labels = lumbar
    found = prepare_otsu(images, bias_correction=True)(labels)
    assert found.parameters["bias_correction"] is True
    assert found.parameters["bias_method"].startswith("N4")


@pytest.mark.parametrize("method", FITTED)
def test_the_fit_is_the_same_however_the_axes_are_stored(lumbar, method):
    images, labels = lumbar
    prepare = METHODS[method].prepare
    reversed_image = {Role.ANATOMY: labels.with_array(images[Role.ANATOMY].array[:, ::-1, ::-1])}
    reversed_labels = labels.with_array(labels.array[:, ::-1, ::-1])
    here, there = prepare(images)(labels), prepare(reversed_image)(reversed_labels)
    assert here.parameters == there.parameters
    assert np.array_equal(here.fraction.array[:, ::-1, ::-1], there.fraction.array, equal_nan=True)


@pytest.mark.parametrize("options", [{}, {"per_side": True}, {"shared": True}])
def test_after_an_edit_only_the_fits_it_touches_are_made_again_and_the_map_is_that_of_a_new_start(lumbar, options):
    images, labels = lumbar
    mapper = prepare_otsu(images, **options)
    before = mapper(labels).parameters["fits"]
    array = labels.array.copy()
    places = np.argwhere(array == 1)
    array[tuple(places[: len(places) // 2].T)] = 0
    edited = labels.with_array(array)
    after, fresh = mapper(edited), prepare_otsu(images, **options)(edited)
    assert np.array_equal(after.fraction.array, fresh.fraction.array, equal_nan=True)
    assert after.parameters == fresh.parameters
    touched = {"all muscles", "MF", "MF_right"}
    assert {name for name, fit in after.parameters["fits"].items() if fit is not before[name]} == touched & before.keys()
