import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ParaspinalFatLib.fat.histogram import histogram_of
from ParaspinalFatLib.fat.kmeans import kmeans_threshold, optimal_splits

cluster = pytest.importorskip("sklearn.cluster")


def inertia(values, splits):
    owner = np.searchsorted(splits, values)
    return sum(part.size * part.var() for number in np.unique(owner) for part in [values[owner == number]])


@pytest.mark.parametrize("clusters", [2, 3])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_clusters_are_those_of_scikit_learn_or_better(clusters, seed):
    rng = np.random.default_rng(seed)
    values = np.concatenate([rng.normal(mean, 40, 150) for mean in (200, 420, 800)]).round()
    reference = cluster.KMeans(clusters, n_init=20, tol=0, random_state=0).fit(values[:, None])
    highest = np.argmax(reference.cluster_centers_)
    splits = optimal_splits(histogram_of(values), clusters)
    assert inertia(values, splits) <= reference.inertia_ * (1 + 1e-9)
    if inertia(values, splits) > reference.inertia_ * (1 - 1e-9):
        assert np.array_equal(values > splits[-1], reference.labels_ == highest)


@given(st.lists(st.integers(0, 60), min_size=8, max_size=40))
def test_no_other_three_intervals_leave_less_variance(values):
    values = np.array(values, float)
    levels = np.unique(values)
    splits = optimal_splits(histogram_of(values), 3)
    if len(levels) < 3:
        assert splits is None
        return
    others = [(a, b) for n, a in enumerate(levels[:-2]) for b in levels[n + 1 : -1]]
    assert inertia(values, splits) == pytest.approx(min(inertia(values, pair) for pair in others), abs=1e-6)


def test_the_highest_of_three_clusters_is_above_the_threshold():
    assert kmeans_threshold(histogram_of(np.array([0, 1, 10, 11, 30, 31])), 3) == 11


def test_more_clusters_than_values_have_no_threshold():
    assert kmeans_threshold(histogram_of(np.array([1, 1, 2])), 3) is None
