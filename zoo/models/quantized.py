"""A trained word tagger made small: fewer words, eight bits a number of their vectors."""

import keras
import numpy as np

from zoo.models.word_tagger import WordTagger

TABLES = ("word_vectors", "spare_vectors")


def quantize_words(tagger, ids):
    """Return a tagger that knows some of the words of another, with all of its other weights.

    A vector v becomes integers q and a scale s, `s = 127 / max |v|, q = round(s v)`, and is read
    as `q / s`.

    Args:
        tagger: a `zoo.models.WordTagger`.
        ids: (N,) integers: which of its words, in the order of their new ids; those of padding
            and of unknown words, 0 and 1, come first.

    Returns:
        A `zoo.models.WordTagger` with `quantized_words`.

    Raises:
        ValueError: other first ids, or one that the tagger does not have.

    Example:

    >>> tagger = WordTagger(9, ["O", "B-X", "I-X"], word_dim=4, stack={"units": 2}, num_cases=0)
    >>> quantize_words(tagger, [0, 1, 5]).config["vocabulary_size"]
    3
    """
    ids = np.asarray(ids)
    known = tagger.input_sizes["words"]
    if ids[:2].tolist() != [0, 1] or not ((ids >= 0) & (ids < known)).all():
        raise ValueError(f"`ids` must begin with 0, 1 and lie below {known}, got {ids}.")
    layers = {layer.name: layer for layer in tagger.layers if layer.weights}
    tables = [np.asarray(layers.pop(name).embeddings) for name in TABLES if name in layers]
    changes = {"vocabulary_size": len(ids), "spare_words": 0, "quantized_words": True}
    small = WordTagger(**{**tagger.get_config(), **changes})
    vectors = np.concatenate(tables)[ids]
    values, scale = keras.quantizers.abs_max_quantize(vectors, axis=-1, to_numpy=True)
    small.get_layer("word_vectors").set_weights([values, scale[:, 0]])
    for name, layer in layers.items():
        small.get_layer(name).set_weights(layer.get_weights())
    return small
