import numpy as np

from ParaspinalFatLib.agreement.pairs import Pairs


def test_the_difference_is_other_minus_reference():
    pairs = Pairs(np.array([10.0, 20]), np.array([11.0, 18]))
    assert pairs.difference.tolist() == [1, -2]
    assert pairs.mean.tolist() == [10.5, 19]


def test_persons_with_several_pairs_are_noticed():
    values = np.arange(3.0)
    assert not Pairs(values, values).repeated
    assert not Pairs(values, values, persons=["a", "b", "c"]).repeated
    assert Pairs(values, values, persons=["a", "b", "a"]).repeated
    assert Pairs(values, values, persons=["a", "b", "a"]).person_count == 2
