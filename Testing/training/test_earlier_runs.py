"""What a card repeats from the cards of earlier runs, and files that are none."""

import json

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.earlier_runs import development_run, read_facts, read_figures

FACTS = {"left_out": ["anna"], "subjects": ["ben"], "iterations": 7, "minutes": 0.1, "seed": 1, "data": []}


def written(tmp_path, content):
    path = tmp_path / "card.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_facts_and_figures_of_the_development_run_are_repeated_as_such(tmp_path):
    card = written(tmp_path, {"sha256": "ab", "training": FACTS, "metrics": [{"dice": 0.9}]})
    told, figures = development_run(card)
    assert told == {"development_run": {"sha256": "ab", **{key: FACTS[key] for key in FACTS if key != "data"}}}
    assert figures == [{"dice": 0.9, "weights": "development run, not these weights"}]
    assert development_run(None) == ({}, [])


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", {"sha256": "ab", "training": {}, "metrics": []}, {"sha256": "ab", "training": FACTS, "metrics": [1]}],
)
def test_a_file_that_is_no_card_of_a_training_is_refused(tmp_path, content):
    with pytest.raises(InputError, match="development card"):
        development_run(written(tmp_path, content))


def test_a_card_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        development_run(tmp_path / "none.json")


def test_facts_that_are_missing_are_named(tmp_path):
    with pytest.raises(InputError, match=r"comparison .* has no by_method"):
        read_facts(written(tmp_path, {"conditions": {}}), "comparison", ("conditions", "by_method"))


def test_figures_are_a_list_of_mappings(tmp_path):
    assert read_figures(written(tmp_path, [{"n": 1}])) == [{"n": 1}]
    with pytest.raises(InputError, match="no list of mappings"):
        read_figures(written(tmp_path, {"n": 1}))
