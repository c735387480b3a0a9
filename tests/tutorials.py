"""Keras models with recurrent layers, written the way tutorials write them."""

import os
import tempfile

import keras
import numpy as np
from keras import layers

WORDS = 200  # ids


def text_classification():
    """Two bidirectional LSTMs on masked embeddings."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(WORDS, 16, mask_zero=True),
            layers.Bidirectional(layers.LSTM(8, return_sequences=True)),
            layers.Bidirectional(layers.LSTM(6)),
            layers.Dense(8, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def cnn_bilstm():
    """A convolution and pooling before the recurrent layer."""
    return keras.Sequential(
        [
            keras.Input((None,)),
            layers.Embedding(WORDS, 16),
            layers.Conv1D(12, 3, activation="relu"),
            layers.MaxPooling1D(2),
            layers.Bidirectional(layers.LSTM(8, dropout=0.2, recurrent_dropout=0.2)),
            layers.Dense(3, activation="softmax"),
        ]
    )


def time_series():
    """A forecast of the next value from a window of fixed length: many to one."""
    return keras.Sequential(
        [
            keras.Input((30, 3)),
            layers.Bidirectional(layers.LSTM(8, return_sequences=True)),
            layers.BatchNormalization(),
            layers.LSTM(8, activation="relu"),
            layers.Dense(1),
        ]
    )


def many_to_many():
    """A label for every word."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(WORDS, 16, mask_zero=True),
            layers.SpatialDropout1D(0.1),
            layers.Bidirectional(layers.LSTM(8, return_sequences=True)),
            layers.TimeDistributed(layers.Dense(5, activation="softmax")),
        ]
    )


def additive_attention():
    """Weights of positions by a dense layer, then a weighted sum."""
    inputs = keras.Input((None,), name="tokens")
    x = layers.Embedding(WORDS, 16)(inputs)
    x = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(x)
    weights = layers.Softmax(axis=1)(layers.Dense(1, activation="tanh")(x))
    context = layers.Dot(axes=1)([weights, x])
    return keras.Model(inputs, layers.Dense(2, activation="softmax")(layers.Flatten()(context)))


def multi_head_attention():
    """Attention of all positions to all, masked, after the recurrent layer."""
    inputs = keras.Input((None,), dtype="int32", name="tokens")
    x = layers.Embedding(WORDS, 16, mask_zero=True)(inputs)
    x = layers.Bidirectional(layers.GRU(8, return_sequences=True))(x)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 8)(x, x))
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))


def merge_modes():
    """All ways to merge the directions."""
    inputs = keras.Input((None, 4), name="series")
    x = layers.Masking()(inputs)
    merged = [
        layers.Bidirectional(layers.GRU(5), merge_mode=mode)(x)
        for mode in ("concat", "sum", "mul", "ave")
    ]
    both = layers.Bidirectional(layers.GRU(5), merge_mode=None)(x)
    return keras.Model(inputs, [*merged, *both])


def gru():
    """GRUs of both kinds, and one that reads backward."""
    return keras.Sequential(
        [
            keras.Input((None, 4)),
            layers.Bidirectional(layers.GRU(6, return_sequences=True, reset_after=False)),
            layers.GRU(6, return_sequences=True, go_backwards=True),
            layers.GRU(5, use_bias=False),
            layers.Dense(2),
        ]
    )


def simple_rnn():
    """Directions that are summed, with other activations."""
    return keras.Sequential(
        [
            keras.Input((None, 4)),
            layers.Bidirectional(
                layers.SimpleRNN(6, return_sequences=True, activation="relu"), merge_mode="sum"
            ),
            layers.LSTM(6, recurrent_activation="hard_sigmoid"),
            layers.Dense(2),
        ]
    )


def two_inputs():
    """A text and numbers that belong to it; two answers."""
    text = keras.Input((None,), dtype="int32", name="text")
    numbers = keras.Input((3,), name="numbers")
    x = layers.Embedding(WORDS, 16, mask_zero=True)(text)
    x = layers.Bidirectional(layers.LSTM(8))(x)
    x = layers.Concatenate()([x, numbers])
    outputs = {
        "priority": layers.Dense(1, activation="sigmoid", name="priority")(x),
        "department": layers.Dense(4, activation="softmax", name="department")(x),
    }
    return keras.Model({"text": text, "numbers": numbers}, outputs)


def encoder_decoder():
    """The states of an encoder are the first states of a decoder."""
    source = keras.Input((None,), dtype="int32", name="source")
    target = keras.Input((None,), dtype="int32", name="target")
    x = layers.Embedding(WORDS, 12, mask_zero=True)(source)
    _, *states = layers.LSTM(8, return_state=True)(x)
    y = layers.Embedding(WORDS, 12, mask_zero=True)(target)
    y = layers.LSTM(8, return_sequences=True)(y, initial_state=states)
    return keras.Model([source, target], layers.Dense(WORDS, activation="softmax")(y))


def shared_encoder():
    """One nested model reads two texts."""
    encoder = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(WORDS, 16, mask_zero=True),
            layers.Bidirectional(layers.LSTM(8)),
        ],
        name="encoder",
    )
    first, second = (keras.Input((None,), dtype="int32", name=n) for n in ("first", "second"))
    return keras.Model(
        [first, second], layers.Dot(1, normalize=True)([encoder(first), encoder(second)])
    )


def loaded():
    """A Sequential model from a `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.keras")
        text_classification().save(path)
        return keras.saving.load_model(path)


TUTORIALS = {
    function.__name__: function
    for function in (
        text_classification,
        cnn_bilstm,
        time_series,
        many_to_many,
        additive_attention,
        multi_head_attention,
        merge_modes,
        gru,
        simple_rnn,
        two_inputs,
        encoder_decoder,
        shared_encoder,
        loaded,
    )
}


def draw(model, length, padded):
    """Return random ids and numbers for all inputs of a model, by the inputs' order."""
    random = np.random.default_rng(length)
    inputs = []
    for each in model.inputs:
        shape = [3, *(length if size is None else size for size in each.shape[1:])]
        ids = len(shape) == 2 and each.shape[1] is None
        x = random.integers(1, 200, shape) if ids else random.normal(size=shape)
        if padded and ids:
            x[1, length // 2 :], x[2, : length // 3] = 0, 0
        inputs.append(x.astype(each.dtype))
    named = {each.name: x for each, x in zip(model.inputs, inputs, strict=True)}
    as_dict = not isinstance(model, keras.Sequential) and isinstance(model.input, dict)
    return named if as_dict else inputs if len(inputs) > 1 else inputs[0]
