"""Random splits: how they are drawn, and what cannot be split. The trainings themselves are tested with the command."""

import dataclasses
from pathlib import Path

import pytest
from evaluation.drawn_cases import drawn_labels, write_case

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.evaluation.judging import HowToJudge
from ParaspinalFatLib.evaluation.monte_carlo import Splits, monte_carlo
from ParaspinalFatLib.training.config import read_config

NAMES = [f"subject{number}" for number in range(10)]


@pytest.mark.parametrize(("share", "count"), [(0.2, 2), (0.01, 1), (0.5, 5), (0.9, 9)])
def test_each_split_leaves_out_its_share_but_at_least_one(share, count):
    splits = Splits(4, share).held_out(NAMES, seed=0)
    assert len(splits) == 4
    assert all(len(set(names)) == count and set(names) < set(NAMES) for names in splits)


def test_splits_are_the_same_for_the_same_seed_whatever_the_order_of_names():
    drawn = Splits(5, 0.3).held_out(NAMES, seed=3)
    assert drawn == Splits(5, 0.3).held_out(NAMES[::-1], seed=3)
    assert drawn != Splits(5, 0.3).held_out(NAMES, seed=4)


def test_splits_are_drawn_anew_so_that_everybody_is_left_out_at_some_time():
    drawn = Splits(60, 0.1).held_out(NAMES, seed=0)
    assert {name for names in drawn for name in names} == set(NAMES)


@pytest.mark.parametrize(
    ("names", "share"),
    [(["anna"], 0.2), ([], 0.2), *((NAMES, share) for share in (0.0, 1.0, 0.96, -0.2, float("nan"), float("inf")))],
)
def test_a_split_that_leaves_nobody_to_learn_from_or_to_judge_is_refused(names, share):
    with pytest.raises(InputError, match="cannot be split"):
        Splits(2, share).held_out(names, seed=0)


def config(tmp_path: Path, **data):
    (tmp_path / "train.toml").write_text('[training]\niterations = 1\n[data]\nown = "."\n')
    read = read_config(tmp_path / "train.toml")
    return dataclasses.replace(read, data=dataclasses.replace(read.data, **data))


def test_without_subjects_of_ones_own_nothing_is_trained(tmp_path):
    with pytest.raises(InputError, match="subjects of your own"):
        monte_carlo(config(tmp_path, own=None, images=None, labels=None), Splits(2, 0.5), HowToJudge())


def test_a_single_subject_is_refused_before_anything_is_trained(tmp_path):
    write_case(tmp_path / "own", "anna", drawn_labels())
    with pytest.raises(InputError, match="1 subjects cannot be split"):
        monte_carlo(config(tmp_path, own=tmp_path / "own"), Splits(2, 0.5), HowToJudge())
