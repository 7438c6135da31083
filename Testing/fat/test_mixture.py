import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ParaspinalFatLib.fat.histogram import histogram_of
from ParaspinalFatLib.fat.mixture import fit_mixture, mixture_threshold

mixture = pytest.importorskip("sklearn.mixture")


def drawn(seed, parts=((0.7, 200, 50), (0.3, 600, 90)), count=4000):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(mean, deviation, round(share * count)) for share, mean, deviation in parts]).round()


@pytest.mark.parametrize("components", [2, 3])
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_fit_is_at_least_as_likely_as_that_of_scikit_learn(components, seed):
    values = drawn(seed, ((0.6, 200, 50), (0.2, 420, 40), (0.2, 700, 60)))
    reference = mixture.GaussianMixture(components, tol=1e-7, max_iter=3000, random_state=0).fit(values[:, None])
    ours = fit_mixture(histogram_of(values), components)
    likelihood = np.logaddexp.reduce(ours.log_densities(values), axis=0).mean()
    assert ours.converged
    assert likelihood >= reference.lower_bound_ - 1e-4
    if likelihood < reference.lower_bound_ + 1e-4:  # the same maximum, not a better one
        assert ours.means == pytest.approx(np.sort(reference.means_.ravel()), abs=5)


@pytest.mark.parametrize(
    ("components", "parts"),
    [(2, ((0.7, 200, 50), (0.3, 500, 90))), (3, ((0.6, 200, 50), (0.2, 420, 40), (0.2, 700, 60)))],
)
def test_the_fat_voxels_are_those_of_scikit_learns_highest_component(components, parts):
    values = drawn(3, parts)
    reference = mixture.GaussianMixture(components, tol=1e-7, max_iter=3000, random_state=0).fit(values[:, None])
    highest = np.argmax(reference.means_)
    threshold, record = mixture_threshold(histogram_of(values), components)
    expected = (reference.predict(values[:, None]) == highest) & (values > np.sort(reference.means_.ravel())[-2])
    assert np.mean((values > threshold) != expected) < 0.002
    assert record["converged"]


def test_the_components_that_made_the_values_are_found():
    found = fit_mixture(histogram_of(drawn(0, count=100_000)), 2)
    assert found.weights == pytest.approx([0.7, 0.3], abs=0.01)
    assert found.means == pytest.approx([200, 600], abs=3)
    assert found.deviations == pytest.approx([50, 90], abs=3)


def test_a_muscle_component_wider_than_fat_cannot_claim_the_brightest_voxels():
    values = drawn(1, ((0.7, 200, 120), (0.3, 600, 20)))
    threshold, _ = mixture_threshold(histogram_of(np.append(values, 900.0)), 2)
    assert threshold < 600 < 900
    assert histogram_of(np.append(values, 900.0)).share_above(threshold) == pytest.approx(0.3, abs=0.02)


def test_fat_begins_above_the_middle_component_even_if_a_wide_fat_component_is_likelier_below_it():
    values = drawn(4, ((0.5, 200, 10), (0.3, 400, 10), (0.2, 500, 120)), count=20_000)
    assert 400 < mixture_threshold(histogram_of(values), 3)[0] < 450


def test_many_equal_values_do_not_break_the_fit():
    values = np.append(np.zeros(500), drawn(2, count=500))
    threshold, record = mixture_threshold(histogram_of(values), 3)
    assert 300 < threshold < 500
    assert np.isfinite(record["means"]).all()


def test_more_components_than_values_have_no_threshold():
    assert mixture_threshold(histogram_of(np.array([1, 1, 2])), 3) == (None, {})
