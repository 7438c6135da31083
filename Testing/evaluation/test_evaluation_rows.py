"""The script that prints the table of docs/evaluation.md from the files of an evaluation."""

import importlib.util
from pathlib import Path

import pytest
from evaluation.test_result_files import judged

from ParaspinalFatLib.evaluation.result_files import write_evaluation


@pytest.fixture(scope="module")
def script():
    path = Path(__file__).parents[1] / "benchmarks" / "evaluation_rows.py"
    spec = importlib.util.spec_from_file_location("evaluation_rows", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_figures_are_those_of_the_results(script, tmp_path, capsys):
    write_evaluation(tmp_path, judged())
    script.main([str(tmp_path)])
    printed = capsys.readouterr().out
    assert "| Dice right / left | T2w |" in printed
    assert "| MF | 0.900 / – |" in printed
    assert printed.endswith("network, n = 1\n")


def test_small_errors_of_areas_are_given_more_exactly(script):
    assert [script.written(value, "") for value in (4.94, 9.96, 24.2)] == ["4.9", "10", "24"]
    assert script.written(-0.04, ".1f") == "0.0"


@pytest.mark.parametrize(
    ("arguments", "words"), [([], "holds no results"), (["--contrasts", "T1w"], "no figures of network for T1w")]
)
def test_what_is_not_there_is_refused_in_words(script, tmp_path, arguments, words):
    if arguments:
        write_evaluation(tmp_path, judged())
    with pytest.raises(SystemExit, match=words):
        script.main([str(tmp_path), *arguments])
