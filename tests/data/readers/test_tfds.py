"""A damaged data set of TensorFlow Datasets is refused, or it is read as it was written."""

import shutil

import pytest

from zoo.data import CorpusError, load_conll2003, load_imdb

pytestmark = pytest.mark.slow("loads TensorFlow Datasets")

TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"]
TEXTS = [{"text": f"text {i} " + "long " * 200, "label": i % 2} for i in range(8)]
SENTENCES = [
    {"tokens": ["Ada", "ran"] * 50, "ner": [1, 0] * 50, "pos": [0] * 100, "chunks": [0] * 100}
] * 8


def conll_features(tfds):
    names = {"ner": TAGS, "pos": ["NN"], "chunks": ["O"]}
    labels = {
        name: tfds.features.Sequence(tfds.features.ClassLabel(names=each))
        for name, each in names.items()
    }
    return {"tokens": tfds.features.Sequence(tfds.features.Text()), **labels}


def imdb_features(tfds):
    label = tfds.features.ClassLabel(names=["neg", "pos"])
    return {"text": tfds.features.Text(), "label": label}


# Name, configuration, splits, features, examples and loader.
DATA = {
    "conll2003": (
        ("train", "dev", "test"), conll_features, SENTENCES, load_conll2003, "conll2003"),
    "imdb_reviews": (
        ("train", "test", "unsupervised"), imdb_features, TEXTS, load_imdb, "plain_text"),
}  # fmt: skip


@pytest.fixture(scope="module", params=DATA)
def prepared(request, tmp_path_factory):
    """Write a small data set; return its folder, its name and its loader."""
    tfds = pytest.importorskip("tensorflow_datasets")
    import tensorflow as tf

    splits, features, examples, load, config = DATA[request.param]
    folder = tmp_path_factory.mktemp("tfds")
    features = tfds.features.FeaturesDict(features(tfds))
    columns = {name: [each[name] for each in examples] for name in examples[0]}
    tfds.dataset_builders.store_as_tfds_dataset(
        request.param,
        version="1.0.0",
        features=features,
        split_datasets={name: tf.data.Dataset.from_tensor_slices(columns) for name in splits},
        config=config,
        data_dir=folder,
        disable_shuffling=True,
    )
    return folder, request.param, load


def truncated(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path):
    path.write_bytes(b"")


def deleted(path):
    path.unlink()


def overwritten(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3 : len(content) // 2] = b"\xff" * (
        len(content) // 2 - len(content) // 3
    )
    path.write_bytes(content)


def replaced_by_a_folder(path):
    path.unlink()
    path.mkdir()


DAMAGES = [truncated, emptied, deleted, overwritten, replaced_by_a_folder]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_data_set_is_refused_or_whole(prepared, tmp_path, damage):
    folder, name, load = prepared
    whole = load(folder)
    assert {len(split) for split in whole.values()} == {8}
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) > 4
    for number, file in enumerate(files):
        copy = shutil.copytree(folder, tmp_path / str(number))
        damage(copy / file)
        try:
            assert load(copy) == whole, f"{file} is read as another"
        except (CorpusError, FileNotFoundError) as error:
            assert name in str(error), file
