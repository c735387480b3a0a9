"""What a hostile `config.json` says is refused on load, with its file and field."""

import json
import math
from itertools import product

import pytest

import zoo
from tests.trust.folders import (
    SMALL,
    change,
    config_of,
    copy_of,
    fields_of,
    with_config,
    with_field,
)
from zoo.hub import CardError, ModelCard, ModelFileError, resolve
from zoo.hub.renames import ARGUMENTS
from zoo.tasks import task_named
from zoo.trust.folder import check_config

# Values that no field of any configuration can have.
NEVER = {
    "a nested list": [[[[]]]],
    "a nested object": {"a": {"b": {}}},
    "a negative number": -1,
    "a number beyond all": 10**30,
    "a number below all": -(10**30),
    "a fraction beyond all": 1e300,
    "a string of controls": "\x1b[31m\x00",
    "half a surrogate pair": "\ud800",
    "a long string": "x" * 10_000,
    "a list of mixed kinds": ["a", 1, None],
    "an empty object": {},
    "a class of another module": {"class_name": "system", "module": "os", "config": {}},
}
# Rows: task, field, value, and a word of the message.
ROWS = [
    ("entity-tagging", "model.vocabulary_size", 40_000_000, "words.txt"),
    ("entity-tagging", "model.characters.vocabulary_size", 85, "characters.txt"),
    ("entity-tagging", "model.temperature", 0, "temperature"),
    ("entity-tagging", "model.temperature", -1.5, "temperature"),
    ("entity-tagging", "model.temperature", True, "temperature"),
    ("entity-tagging", "model.scheme", "BIOS", "scheme"),
    ("entity-tagging", "model.head", "linear", "head"),
    ("entity-tagging", "model.labels", ["O", "O"], "each once"),
    ("entity-tagging", "model.labels", ["O", "B-PER"], "labels"),
    ("entity-tagging", "labels", ["LOC", "MISC", "ORG", "PER", "PER"], "each once"),
    ("entity-tagging", "labels", ["LOC", "MISC", "ORG", "\x1b]0;PER"], "control"),
    ("entity-tagging", "labels", [1, 2, 3, 4], "labels"),
    ("entity-tagging", "preprocessor.features", ["words"], "features"),
    ("entity-tagging", "preprocessor.features", "words", "features"),
    ("entity-tagging", "preprocessor.addresses", "no", "addresses"),
    ("entity-tagging", "model.stack.num_layers", 101, "num_layers"),
    ("entity-tagging", "model.stack.cell", "transformer", "cell"),
    ("entity-tagging", "task", "word-tagging", "labels"),
    ("token-tagging", "task", "sequence-classification", "config.json"),
    ("token-tagging", "task", ["token-tagging"], "task"),
    ("token-tagging", "labels", ["inside", "outside"], "card"),
    ("token-tagging", "model.num_labels", 3, "num_labels"),
    ("token-tagging", "model.encoder.units", 48.0, "units"),
    ("token-tagging", "model.encoder.vocabulary_size", 35, "vocabulary.txt"),
    ("token-tagging", "preprocessor.tokenizer", "bytes", "tokenizer"),
    ("token-tagging", "model.encoder.dropout", math.nan, "dropout"),
    ("sequence-classification", "model.pooling", "sum", "pooling"),
    ("sequence-classification", "model.bigram_buckets", 2**40, "bigram_buckets"),
    ("sequence-classification", "model.encoder.embeddings_initializer", "Lambda", "initializer"),
    ("sequence-classification", "model.name", "../../x", "name"),
    ("sequence-classification", "preprocessor.markup", None, "markup"),
]


def checked(task, config):
    folder = resolve(SMALL[task])
    return check_config(folder, config, task_named(task).config_rules, ModelCard.read(folder))


@pytest.mark.parametrize("name", zoo.list_models())
def test_the_configurations_of_bundled_models_are_valid(name):
    config = config_of(resolve(name))
    rules = task_named(config["task"]).config_rules
    assert check_config(resolve(name), config, rules, zoo.info(name))["labels"]


@pytest.mark.parametrize(("task", "field", "value", "word"), ROWS)
def test_a_wrong_field_is_named(tmp_path, task, field, value, word):
    folder = copy_of(SMALL[task], tmp_path / "model")
    with_config(folder, with_field(config_of(folder), field.split("."), value))
    with pytest.raises(ModelFileError, match=word) as caught:
        zoo.load(f"path:{folder}")
    assert str(folder) in str(caught.value) and len(str(caught.value)) < 1_000
    str(caught.value).encode()  # no half of a surrogate pair


@pytest.mark.parametrize("task", SMALL)
def test_no_field_takes_a_value_of_another_kind(task):
    config = config_of(resolve(SMALL[task]))
    for path, value in product(fields_of(config), NEVER.values()):
        try:
            checked(task, with_field(config, path, value))
        except ModelFileError as error:
            assert ARGUMENTS.get(path[-1], path[-1]) in str(error), (path, value, error)
        else:
            pytest.fail(f"{'.'.join(path)} = {value!r:.80} is accepted")


@pytest.mark.parametrize("task", SMALL)
def test_fields_are_neither_unknown_nor_missing(task):
    config = config_of(resolve(SMALL[task]))
    for path in fields_of(config):
        outer = path[:-1]
        with pytest.raises(ModelFileError, match="unknown field"):
            checked(task, with_field(config, (*outer, "__class__"), "Lambda"))
    for path in [("labels",), ("preprocessor",), ("model",)]:
        with pytest.raises(ModelFileError, match=f"`{path[-1]}` is missing"):
            checked(task, with_field(config, path, ...))


RAW = {
    "nothing": b"",
    "a list": b"[]",
    "a number": b"1",
    "deep lists": b'{"task":' + b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "a long number": b'{"task": ' + b"9" * 10_000 + b"}",
    "not UTF-8": b'{"task": "\xff"}',
    "UTF-16": '{"task": "a"}'.encode("utf-16"),
    "a field twice": b'{"task": "token-tagging", "task": "token-tagging"}',
    "an end too early": b'{"task": "token-tagging"',
    "a zero": b"\x00",
    "too much": b" " * 11_000_000 + b"{}",
}


@pytest.mark.parametrize("file", ["config.json", "card.json"])
@pytest.mark.parametrize("content", RAW.values(), ids=RAW)
def test_a_file_that_is_no_json_object(tmp_path, content, file):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    if file == "config.json":
        change(folder, config_dot_json=content)
    else:
        (folder / file).unlink()
        (folder / file).write_bytes(content)
    with pytest.raises((ModelFileError, CardError), match=file):
        zoo.load(f"path:{folder}")


CARDS = {
    "task": "entity-tagging",
    "labels": ["inside", "outside"],
    "name": "\x1b[2J",
    "summary": "\x1b]0;title\x07",
    "files": {"config.json": {"sha256": "0" * 64, "bytes": -1}},
    "seeds": [1.5],
    "parameters": "many",
    "metrics": [{"metric": "F1", "value": math.nan, "split": "test"}],
}


@pytest.mark.parametrize("field", CARDS)
def test_a_wrong_field_of_the_card_is_named(tmp_path, field):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    (folder / "card.json").unlink()
    (folder / "card.json").write_text(json.dumps({**card, field: CARDS[field]}))
    named = "metric" if field == "metrics" else "file record" if field == "files" else field
    with pytest.raises((CardError, ModelFileError), match=named):
        zoo.load(f"path:{folder}")


FILES = ["vocabulary.txt", "config.json", "model.tflite"]


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_the_card_omits_is_not_read(tmp_path, file):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["size_bytes"] -= card["files"].pop(file)["bytes"]
    (folder / "card.json").unlink()
    (folder / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelFileError, match=f"{file}.* the card"):
        zoo.load(f"path:{folder}")
