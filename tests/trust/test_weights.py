"""A weight file is compared with the configuration before a model of these sizes is built."""

import h5py
import numpy as np
import pytest

import zoo
from tests.trust.folders import SMALL, config_of, with_field
from zoo.hub import ModelFileError, resolve
from zoo.hub.renames import renamed
from zoo.runtime.keras_engines import WEIGHTS_FILE
from zoo.tasks import task_named
from zoo.trust.stored import check_weights

HUGE = 40_000_000
# Rows: task, field of the model, a wrong value.
SIZES = [
    ("token-tagging", "encoder.vocabulary_size", HUGE),
    ("token-tagging", "encoder.embedding_dim", 17),
    ("token-tagging", "encoder.units", HUGE),
    ("token-tagging", "encoder.num_layers", 2),
    ("token-tagging", "encoder.cell", "gru"),
    ("token-tagging", "encoder.projection_units", 7_000),
    ("token-tagging", "hidden_units", HUGE),
    ("token-tagging", "num_labels", 3),
    ("sequence-classification", "bigram_buckets", HUGE),
    ("entity-tagging", "vocabulary_size", HUGE),
    ("entity-tagging", "word_dim", HUGE),
    ("entity-tagging", "spare_words", HUGE),
    ("entity-tagging", "num_cases", 9),
    ("entity-tagging", "case_dim", HUGE),
    ("entity-tagging", "characters.vocabulary_size", HUGE),
    ("entity-tagging", "characters.embedding_dim", HUGE),
    ("entity-tagging", "characters.units", HUGE),
    ("entity-tagging", "characters.widths", [3, 4]),
    ("entity-tagging", "characters.kind", "bilstm"),
    ("entity-tagging", "stack.units", HUGE),
    ("entity-tagging", "labels", ["O"]),
]


def layers_of(config):
    return task_named(config["task"]).config_rules.layers(renamed(config["model"]))


@pytest.fixture
def weights(tmp_path):
    """A copy of the weights of the bracket tagger, to be spoilt."""
    path = tmp_path / WEIGHTS_FILE
    path.write_bytes((resolve("bilstm-brackets") / WEIGHTS_FILE).read_bytes())
    return path


def check(path):
    check_weights(path, layers_of(config_of(resolve("bilstm-brackets"))))


@pytest.mark.parametrize("name", zoo.list_models())
def test_the_weights_of_bundled_models_fit(name):
    check_weights(resolve(name) / WEIGHTS_FILE, layers_of(config_of(resolve(name))))


@pytest.mark.parametrize(("task", "field", "value"), SIZES)
def test_a_size_that_the_file_does_not_have_is_refused(task, field, value):
    folder = resolve(SMALL[task])
    config = with_field(config_of(folder), ("model", *field.split(".")), value)
    with pytest.raises(ModelFileError, match=WEIGHTS_FILE) as caught:
        check_weights(folder / WEIGHTS_FILE, layers_of(config))
    assert "config.json need" in str(caught.value)


KERNEL = "layers/dense/vars/0"


def test_weights_that_are_nan_are_refused(weights):
    with h5py.File(weights, "r+") as file:
        file[KERNEL][0, 0] = np.nan
    with pytest.raises(ModelFileError, match=f"{KERNEL}.*NaN"):
        check(weights)


@pytest.mark.parametrize("link", [h5py.SoftLink("/layers"), h5py.ExternalLink("x.h5", "/a")])
def test_links_are_refused(weights, link):
    with h5py.File(weights, "r+") as file:
        del file[KERNEL]
        file[KERNEL] = link
    with pytest.raises(ModelFileError, match="links to another place"):
        check(weights)


def test_values_in_other_files_are_refused(weights, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(4 * 96 * 32))
    with h5py.File(weights, "r+") as file:
        del file[KERNEL]
        outside = [(str(tmp_path / "secret"), 0, h5py.h5f.UNLIMITED)]
        file.create_dataset(KERNEL, (96, 32), "float32", external=outside)
    with pytest.raises(ModelFileError, match="is not in this file"):
        check(weights)


def test_an_array_larger_than_the_file_is_refused(weights):
    with h5py.File(weights, "r+") as file:
        del file[KERNEL]
        file.create_dataset(KERNEL, (96, 10**8), "float32", chunks=(96, 1000), compression="gzip")
    with pytest.raises(ModelFileError, match="is not in this file"):
        check(weights)


@pytest.mark.parametrize("size", [0, 100, 10_000, 390_000])
def test_a_file_that_was_cut_is_refused(weights, size):
    weights.write_bytes(weights.read_bytes()[:size])
    with pytest.raises(ModelFileError, match=WEIGHTS_FILE):
        check(weights)
