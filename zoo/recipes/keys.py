"""Keys that many recipes share: those of the models' arguments."""

from collections.abc import Mapping
from typing import Any

from zoo.recipes.configuration import Key, Keys

STACK: Keys = {
    "cell": Key("lstm", "recurrent cell", ("lstm", "gru", "simple")),
    "units": Key(100, "units of one direction"),
    "num_layers": Key(1, "recurrent layers"),
    "direction": Key("both", "what is read", ("both", "forward", "backward")),
    "merge_mode": Key("concat", "how the directions are merged; see zoo.layers.Merge"),
    "projection_units": Key(None, "width of the merge mode that projects"),
    "dropout": Key(0.0, "dropout of the layers' inputs"),
    "recurrent_dropout": Key(0.0, "dropout of the states"),
    "between_dropout": Key(0.0, "dropout between layers"),
    "residual": Key(False, "add a layer's input to its output, from the second layer on"),
    "layer_norm": Key(False, "normalize what enters a layer, from the second layer on"),
}

ENCODER: Keys = {
    "embedding_dim": Key(100, "width of a token's vector"),
    **STACK,
    "embeddings_initializer": Key("uniform", "Keras initializer of the embeddings"),
    "embedding_dropout": Key(0.0, "dropout of the embeddings"),
    "locked_dropout": Key(False, "drop the same features at all positions of a sequence"),
}

WORD_TAGGER: Keys = {
    "word_dim": Key(100, "width of the word vectors"),
    "characters": {
        "kind": Key("cnn", "network that reads a word's characters", ("cnn",)),
        "units": Key(100, "width of the character features"),
        "embedding_dim": Key(30, "width of a character's vector"),
        "widths": Key([3, 5], "characters that a filter sees"),
        "dropout": Key(0.0, "dropout of the characters' vectors"),
    },
    "num_cases": Key(8, "kinds of casing, 8 or 0 for none"),
    "case_dim": Key(8, "width of the case vectors"),
    "stack": STACK,
    "input_dropout": Key(0.4, "dropout before the recurrent layers"),
    "output_dropout": Key(0.5, "dropout after the recurrent layers"),
    "locked_dropout": Key(True, "drop the same features at all positions of a sentence"),
    "head": Key("crf", "what scores the tags", ("crf", "softmax")),
}

TAGGER_TRAINING: Keys = {
    "words": Key(121_000, "words of the vocabulary: those of train, then the most frequent"),
    "min_count": Key(2, "rarer words keep their pretrained vectors, which are not trained"),
    "case_augmentation": Key(0.04, "part of the sentences put in lower case, and in upper case"),
    "word_dropout": Key(0.05, "part of the words that are hidden in training"),
    "batch_size": Key(10, "sentences of a batch"),
    "epochs": Key(40, "epochs at most"),
    "patience": Key(10, "epochs without a better score on dev that end the training"),
    "optimizer": Key("sgd", "optimizer", ("sgd", "adam")),
    "rate": Key(0.03, "learning rate, which falls to 0 linearly"),
}

CLASSIFIER: Keys = {
    "encoder": ENCODER,
    "pooling": Key("max", "how positions are pooled", ("final", "max", "mean", "attention")),
    "dropout": Key(0.3, "dropout of the pooled features"),
}

CLASSIFIER_TRAINING: Keys = {
    "words": Key(30_000, "words of the vocabulary, the most frequent"),
    "max_words": Key(400, "of a longer text, training reads the first and the last half of these"),
    "word_dropout": Key(0.1, "part of the words that are hidden in training"),
    "batch_tokens": Key(10_000, "tokens of a batch"),
    "epochs": Key(6, "epochs at most"),
    "rate": Key(2e-3, "learning rate, which falls to 0 linearly"),
    "matmul_dtype": Key(None, "dtype of the recurrent layers' products in training, as bfloat16"),
    "pretrain": Key(None, 'train as a language model first: {"epochs": 3, "rate": 0.002}'),
    "adversarial": Key(None, 'adversarial steps: {"size": 0.02, "weight": 1.0}'),
    "bigrams": Key(None, "add a linear model of so many hashed bigrams, as 1048576; two labels"),
}


def with_defaults(keys: Keys, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return keys with other defaults.

    Args:
        keys: a nested dict of `Key`s.
        values: nested dict of defaults, for keys that are there.

    Raises:
        KeyError: a key is not there.

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
