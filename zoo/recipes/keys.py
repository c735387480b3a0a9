"""Keys that recipes share: the arguments of the models and of their training."""

from collections.abc import Mapping
from typing import Any

from zoo.recipes.configuration import Key, Keys

STACK: Keys = {
    "cell": Key("lstm", "recurrent cell", ("lstm", "gru", "simple")),
    "units": Key(100, "units per direction"),
    "num_layers": Key(1, "number of recurrent layers"),
    "direction": Key("both", "reading direction", ("both", "forward", "backward")),
    "merge_mode": Key(
        "concat",
        "how the two directions are combined; see zoo.layers.Merge",
        ("concat", "sum", "ave", "mul", "max", "projection"),
    ),
    "projection_units": Key(None, "output dimension of the merge mode that projects"),
    "dropout": Key(0.0, "dropout rate of the inputs of each layer"),
    "recurrent_dropout": Key(0.0, "dropout rate of the recurrent state"),
    "between_dropout": Key(0.0, "dropout rate between layers"),
    "residual": Key(False, "residual connections, from the second layer on"),
    "layer_norm": Key(False, "layer normalization of the inputs, from the second layer on"),
}

ENCODER: Keys = {
    "embedding_dim": Key(100, "dimension of the token embeddings"),
    **STACK,
    "embeddings_initializer": Key("uniform", "Keras initializer of the embeddings"),
    "embedding_dropout": Key(0.0, "dropout rate of the embeddings"),
    "locked_dropout": Key(False, "use the same dropout mask at all positions of a sequence"),
}

WORD_TAGGER: Keys = {
    "word_dim": Key(100, "dimension of the word vectors"),
    "characters": {
        "kind": Key("cnn", "kind of character encoder", ("cnn",)),
        "units": Key(100, "dimension of the character features of a word"),
        "embedding_dim": Key(30, "dimension of the character embeddings"),
        "widths": Key([3, 5], "widths of the convolution filters, in characters"),
        "dropout": Key(0.0, "dropout rate of the character embeddings"),
    },
    "num_cases": Key(8, "number of casing features, 8, or 0 for none"),
    "case_dim": Key(8, "dimension of the casing embeddings"),
    "stack": STACK,
    "input_dropout": Key(0.4, "dropout rate before the recurrent layers"),
    "output_dropout": Key(0.5, "dropout rate after the recurrent layers"),
    "locked_dropout": Key(True, "use the same dropout mask at all positions of a sentence"),
    "head": Key("crf", "output layer that scores the tags", ("crf", "softmax")),
}

TAGGER_TRAINING: Keys = {
    "words": Key(121_000, "maximum vocabulary size: words of train first, then of the vectors"),
    "min_count": Key(2, "words rarer than this in train keep frozen pretrained vectors"),
    "case_augmentation": Key(0.04, "fraction of sentences lower-cased, and as many upper-cased"),
    "word_dropout": Key(0.05, "fraction of words replaced by the unknown word in training"),
    "batch_size": Key(10, "sentences per batch"),
    "epochs": Key(40, "maximum number of epochs"),
    "patience": Key(10, "stop after this many epochs without a better score on dev"),
    "optimizer": Key("sgd", "optimizer", ("sgd", "adam")),
    "rate": Key(0.03, "initial learning rate, which decays linearly to 0"),
}

SPAN_AUGMENTATION: Keys = {
    "parts": Key(0.0, "fraction of sentences cut to a part that begins with an ordinary word"),
    "short_names": Key(0.0, "fraction of sentences whose persons get names of two letters"),
    "addresses": Key(0.0, "fraction of sentences with an added URL, mail address or handle"),
}

CLASSIFIER: Keys = {
    "encoder": ENCODER,
    "pooling": Key("max", "pooling over positions", ("final", "max", "mean", "attention")),
    "dropout": Key(0.3, "dropout rate of the pooled features"),
}

CLASSIFIER_TRAINING: Keys = {
    "words": Key(30_000, "vocabulary size: the most frequent words"),
    "max_words": Key(400, "maximum words in training: the beginning and end of a longer text"),
    "word_dropout": Key(0.1, "fraction of words replaced by the unknown word in training"),
    "batch_tokens": Key(10_000, "tokens per batch"),
    "epochs": Key(6, "maximum number of epochs"),
    "rate": Key(2e-3, "initial learning rate, which decays linearly to 0"),
    "matmul_dtype": Key(None, "dtype of recurrent matrix products in training, such as bfloat16"),
    "pretrain": Key(None, 'pretraining as a language model: {"epochs": 3, "rate": 0.002}'),
    "adversarial": Key(None, 'adversarial training: {"size": 0.02, "weight": 1.0}'),
    "bigrams": Key(None, "hash buckets of an added linear bigram model; for two labels"),
}


def with_defaults(keys: Keys, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return keys with other defaults.

    Args:
        keys: nested dict of `Key`s.
        values: nested dict of the new defaults.

    Raises:
        KeyError: a key is unknown.

    Example:

    >>> with_defaults({"units": Key(100, "width")}, {"units": 200})
    {'units': Key(default=200, meaning='width', choices=())}
    """
    found = dict(keys)
    for name, value in values.items():
        key = keys[name]
        found[name] = (
            key._replace(default=value) if isinstance(key, Key) else with_defaults(key, value)
        )
    return found
