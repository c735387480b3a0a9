"""What `config.json` may contain: a schema for each task, and what its fields must agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from zoo.hub.validation import NAME, Rule
from zoo.text.schemes import SCHEMES
from zoo.trust.schema import (
    COUNT,
    FLAG,
    PLAIN_TEXT,
    RATE,
    SCALE,
    SIZE,
    Schema,
    choice,
    items,
    nullable,
    whole,
)
from zoo.trust.stored import Config, Layer, encoder_layers, tagger_layers

INITIALIZERS = (
    *("zeros", "ones", "uniform", "normal", "glorot_uniform", "glorot_normal", "he_uniform"),
    *("he_normal", "lecun_uniform", "lecun_normal", "orthogonal", "identity"),
    *("random_uniform", "random_normal", "truncated_normal", "variance_scaling"),
)
FEATURES = ("words", "characters", "cases")


def _is_initializer(value: object) -> bool:
    """Return whether a value describes an initializer of Keras; other classes could run code."""
    if not isinstance(value, dict):
        return value in INITIALIZERS
    found = cast("dict[str, Any]", value)
    name, config = found.get("class_name"), found.get("config")
    return (
        found.keys() <= {"module", "class_name", "config", "registered_name"}
        and found.get("module") in (None, "keras.initializers")
        and found.get("registered_name") is None
        and isinstance(name, str)
        and name.lower() in {each.replace("_", "") for each in INITIALIZERS}
        and isinstance(config, dict)
        and all(
            each is None or isinstance(each, int | float | str)
            for each in cast("dict[str, Any]", config).values()
        )
    )


INITIALIZER: Rule = (_is_initializer, "an initializer of Keras")
KERAS = {"name": NAME, "trainable": FLAG, "frozen": items(PLAIN_TEXT)}
STACK = {
    "num_layers": whole(1, 100),
    "cell": choice("lstm", "gru", "simple_rnn"),
    "direction": choice("both", "forward", "backward"),
    "backend_layer": choice("zoo", "keras"),
    "merge_mode": choice("concat", "sum", "ave", "mul", "max", "projection", None),
    "projection_units": nullable(SIZE),
    **dict.fromkeys(("dropout", "recurrent_dropout", "between_dropout"), RATE),
    **dict.fromkeys(("residual", "layer_norm"), FLAG),
}
ENCODER = Schema(
    dict.fromkeys(("vocabulary_size", "embedding_dim", "units"), SIZE),
    {
        **STACK,
        **KERAS,
        "embeddings_initializer": INITIALIZER,
        "embedding_dropout": RATE,
        **dict.fromkeys(("locked_dropout", "quantized"), FLAG),
    },
)
TOKEN_TAGGER = Schema(
    {"encoder": ENCODER, "num_labels": SIZE},
    {**KERAS, "hidden_units": nullable(SIZE), "dropout": RATE},
)
CLASSIFIER = Schema(
    {"encoder": ENCODER, "num_labels": SIZE},
    {
        **KERAS,
        "pooling": choice("final", "max", "mean", "attention"),
        "dropout": RATE,
        "temperature": SCALE,
        "bigram_buckets": nullable(SIZE),
    },
)
CHARACTERS = Schema(
    {"vocabulary_size": SIZE},
    {
        "units": SIZE,
        "kind": choice("cnn", "bilstm"),
        "embedding_dim": SIZE,
        "widths": items(SIZE, distinct=True, most=30),
        "dropout": RATE,
    },
    nullable=True,
)
WORD_TAGGER = Schema(
    {
        "vocabulary_size": SIZE,
        "labels": items(PLAIN_TEXT, distinct=True),
        "stack": Schema({"units": SIZE}, STACK),
    },
    {
        **KERAS,
        **dict.fromkeys(("frozen_words", "num_cases"), COUNT),
        **dict.fromkeys(("word_dim", "case_dim"), SIZE),
        **dict.fromkeys(("input_dropout", "output_dropout"), RATE),
        **dict.fromkeys(("locked_dropout", "quantized_words"), FLAG),
        "scheme": choice(*SCHEMES, None),
        "characters": CHARACTERS,
        "head": choice("crf", "softmax"),
        "temperature": SCALE,
    },
)
TOKENIZER = choice("characters", "words")
MARKUP = {"markup": choice("blank")}


def _whole(preprocessor: Schema, model: Schema) -> Schema:
    labels = items(PLAIN_TEXT, distinct=True)
    fields = {"labels": labels, "preprocessor": preprocessor, "model": model}
    return Schema({"task": PLAIN_TEXT, **fields})


def _label_count(config: Config) -> Iterator[tuple[str, object]]:
    yield "model.num_labels", len(config["labels"])


def _two_labels(config: Config) -> Iterator[tuple[str, object]]:
    yield from _label_count(config)
    if config["model"].get("bigram_buckets"):
        yield "model.num_labels", 2


def _features(config: Config) -> Iterator[tuple[str, object]]:
    model = config["model"]
    read = {"characters": model.get("characters"), "cases": model.get("num_cases", 8)}
    yield "preprocessor.features", [n for n in FEATURES if n == "words" or read[n]]


def _word_labels(config: Config) -> Iterator[tuple[str, object]]:
    yield from _features(config)
    yield "labels", list(config["model"]["labels"])


def _span_labels(config: Config) -> Iterator[tuple[str, object]]:
    yield from _features(config)
    # A tag is "O", or a prefix of the scheme with a label: "B-PER".
    labels = {tag.partition("-")[2] for tag in config["model"]["labels"] if tag != "O"}
    yield "labels", sorted(labels)


def _encoder_vocabulary(file: str) -> Callable[[Config], dict[str, tuple[str, int]]]:
    field = "model.encoder.vocabulary_size"
    return lambda config: {file: (field, config["model"]["encoder"]["vocabulary_size"])}


def _word_vocabularies(config: Config) -> dict[str, tuple[str, int]]:
    model = config["model"]
    words = model["vocabulary_size"] + model.get("frozen_words", 0)
    found = {"words": ("model.vocabulary_size` + `model.frozen_words", words)}
    characters = model.get("characters")
    # The encoder of words reads the file of characters in any case.
    size = characters["vocabulary_size"] if characters else None
    return {**found, "characters": ("model.characters.vocabulary_size", size)}


@dataclass(frozen=True)
class ConfigRules:
    """What the `config.json` of a task must be like.

    Args:
        schema: its fields.
        relations: function from the configuration to pairs of a field and the value that follows
            from other fields.
        vocabularies: function from the configuration to a dict from the name of a vocabulary to
            the field with its size, and this size.
        layers: function from the field "model" to the layers whose sizes it sets.
    """

    schema: Schema
    relations: Callable[[Config], Iterator[tuple[str, object]]]
    vocabularies: Callable[[Config], Mapping[str, tuple[str, int | None]]]
    layers: Callable[[Config], Iterator[Layer]]


_WORDS = Schema(
    {"tokenizer": TOKENIZER, "features": items(choice(*FEATURES), distinct=True)},
    {**MARKUP, "addresses": FLAG},
)
TOKEN_TAGGING = ConfigRules(
    _whole(Schema({"tokenizer": TOKENIZER}), TOKEN_TAGGER),
    _label_count,
    _encoder_vocabulary("vocabulary"),
    encoder_layers,
)
SEQUENCE_CLASSIFICATION = ConfigRules(
    _whole(Schema({"tokenizer": TOKENIZER}, MARKUP), CLASSIFIER),
    _two_labels,
    _encoder_vocabulary("words"),
    encoder_layers,
)
WORD_TAGGING = ConfigRules(
    _whole(_WORDS, WORD_TAGGER), _word_labels, _word_vocabularies, tagger_layers
)
ENTITY_TAGGING = ConfigRules(
    _whole(_WORDS, WORD_TAGGER), _span_labels, _word_vocabularies, tagger_layers
)
