"""The TOML file of a training: its defaults, and a sentence for everything that cannot be meant."""

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.config import TrainingConfig, read_config


@pytest.fixture
def written(tmp_path):
    """Writes a file beside a folder of own subjects."""

    def write(text):
        (tmp_path / "own").mkdir(exist_ok=True)
        (tmp_path / "train.toml").write_text(text)
        return tmp_path / "train.toml"

    return write


def test_what_is_not_said_is_as_for_the_shipped_weights_and_paths_are_relative_to_the_file(written):
    config = read_config(written('[data]\nown = "own"\nwithout = ["anna"]\n[training]\nminutes = 5\n'))
    assert (config.learning_rate, config.easy_iterations, config.minutes) == (TrainingConfig().learning_rate, 1200, 5.0)
    assert config.data.own.is_dir()
    assert config.data.without == ("anna",)


def test_shipped_weights_can_be_started_from(written):
    config = read_config(written('[data]\nown = "own"\n[training]\nstart = "shipped"\n'))
    assert config.start_path.is_file()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[training]\nepochs = 3\n", "no key epochs"),
        ("[trainig]\n", "no use for trainig"),
        ("[training\n", "cannot be read"),
        ("[training]\niterations = 0\n", "at least 1"),
        ("[training]\niterations = 1.5\n", "must be a whole number"),
        ("[training]\nprevious = true\n", "no key previous"),
        ('[training]\ndevice = "tpu"\n', "auto, cpu, cuda"),
        ("[training]\nlearning_rate = 0\n", "above 0"),
        ("", "nothing to learn from"),
        ('[data]\nown = "elsewhere"\n', "is no folder"),
        ('[data]\nimages = "own"\n', "belong together"),
        ('[data]\nown = "own"\nlabel_values = "1=heart"\n', "no VALUE=STRUCTURE"),
        ('[data]\nown = "own"\n[network]\nchannels = [10]\n', "divisible"),
        ('[data]\nown = "own"\n[training]\nstart = "none.safetensors"\n', "does not exist"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(written, text, words):
    with pytest.raises(InputError, match=words):
        read_config(written(text))
