"""Old names in shipped model folders, and the present ones."""

from __future__ import annotations

from typing import Any, cast

# Arguments of models and layers in `config.json`.
ARGUMENTS = {
    "implementation": "backend_layer",
    "pairs": "bigram_buckets",
    "spare_words": "frozen_words",
}
# Values of arguments, by the present name of the argument.
VALUES = {"backend_layer": {"scratch": "zoo", "builtin": "keras"}}

# Groups of a weight file: Keras names them by the classes of the layers.
WEIGHT_GROUPS = {
    "builtin_bi_rnn": "keras_bidirectional",
    "coded_embedding": "product_quantized_embedding",
    "one_way_rnn": "unidirectional_rnn",
    "word_pairs": "hashed_bigrams",
}


def renamed(config: dict[str, Any]) -> dict[str, Any]:
    """Return a model's configuration with the present names of arguments and values.

    Args:
        config: dict of arguments, as `config.json` holds it under "model"; dicts in it are
            converted too.

    Example:

    >>> renamed({"encoder": {"units": 3, "implementation": "scratch"}, "pairs": 8})
    {'encoder': {'units': 3, 'backend_layer': 'zoo'}, 'bigram_buckets': 8}
    """
    present: dict[str, Any] = {}
    for name, value in config.items():
        name = ARGUMENTS.get(name, name)
        if isinstance(value, dict):
            value = renamed(cast("dict[str, Any]", value))
        elif name in VALUES and isinstance(value, str):
            value = VALUES[name].get(value, value)
        present[name] = value
    if "implementation" in config and present.get("direction") in ("forward", "backward"):
        present["backend_layer"] = "keras"  # a layer of one direction was always Keras' own
    return present
