"""Keras models of many kinds, each small, that convert to TFLite."""

import keras
import numpy as np
from keras import layers, ops

WORDS = 50  # ids


def series(*shape, name="series", dtype="float32"):
    return keras.Input(shape or (None, 4), dtype=dtype, name=name)


def words(name="words"):
    return keras.Input((None,), dtype="int32", name=name)


def embedded(tokens, mask_zero=True):
    return layers.Embedding(WORDS, 6, mask_zero=mask_zero)(tokens)


@keras.saving.register_keras_serializable(package="tests")
class PlainCell(layers.Layer):
    """A cell of a user's own."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units))
        self.recurrent = self.add_weight(shape=(self.units, self.units))

    def call(self, x, states):
        h = ops.tanh(x @ self.kernel + states[0] @ self.recurrent)
        return h, [h]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Block(layers.Layer):
    """A layer with a recurrent layer inside and no configuration."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x):
        return self.inner(x)


class Reader(keras.Model):
    """A subclassed model."""

    def __init__(self):
        super().__init__(name="reader")
        self.embedding = layers.Embedding(WORDS, 4, mask_zero=True)
        self.rnn = layers.Bidirectional(layers.LSTM(3))

    def call(self, x):
        return self.rnn(self.embedding(x))


def kept_states():
    """Layers that keep their state between batches."""
    inputs = keras.Input(batch_shape=(1, None, 4), name="series")
    x = layers.LSTM(4, stateful=True, return_sequences=True, name="first")(inputs)
    return keras.Model(inputs, layers.GRU(3, stateful=True, name="second")(x))


def given_states():
    """States as inputs and outputs of the model."""
    x, h, c = series(), *(keras.Input((5,), name=name) for name in ("h", "c"))
    y, h_out, c_out = layers.LSTM(5, return_sequences=True, return_state=True)(
        x, initial_state=[h, c]
    )
    both = layers.Bidirectional(layers.LSTM(2, return_sequences=True, return_state=True))(y)
    return keras.Model([x, h, c], {"y": y, "states": [h_out, c_out], "both": both})


def cells():
    """Cells that have no layer of the zoo, with and without a mask."""
    x = series()
    masked = layers.Masking()(x)
    stacked = [layers.LSTMCell(4), layers.GRUCell(3)]
    outputs = [
        layers.RNN(stacked, return_sequences=True, go_backwards=True)(masked),
        layers.RNN([layers.LSTMCell(4), layers.LSTMCell(3)])(x),
        *layers.RNN(PlainCell(5), return_state=True, zero_output_for_mask=True)(masked),
        layers.Bidirectional(layers.RNN(PlainCell(3), return_sequences=True))(masked),
    ]
    return keras.Model(x, outputs)


def directions_apart():
    """Directions of different width or cell, and layers that read backward."""
    x = series()
    back = {"go_backwards": True, "return_sequences": True}
    y = layers.Bidirectional(
        layers.LSTM(4, return_sequences=True), backward_layer=layers.GRU(4, **back)
    )(x)
    y = layers.SimpleRNN(4, **back)(layers.LSTM(4, **back)(y))
    z = layers.Bidirectional(layers.LSTM(3), backward_layer=layers.LSTM(2, go_backwards=True))(y)
    return keras.Model(x, z)


def convolutional():
    """A recurrent convolution, and convolutions around a recurrent layer."""
    frames = keras.Input((5, 6, 2), name="frames")
    maps = layers.ConvLSTM1D(3, 3, padding="same", return_sequences=True)(frames)
    maps = layers.TimeDistributed(layers.Flatten())(maps)
    x = layers.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")(maps)
    return keras.Model(frames, layers.Bidirectional(layers.GRU(3))(x))


def code_of_a_user():
    """A lambda, a layer and a model without configurations, and a shared layer."""
    x, tokens = series(), words()
    shared = layers.LSTM(4, return_sequences=True)
    y = layers.Lambda(lambda x: 2 * x)(shared(x))
    y = Block(layers.Bidirectional(layers.SimpleRNN(2, return_sequences=True)))(shared(y))
    return keras.Model([x, tokens], [y[:, -1], Reader()(tokens)])


def attention():
    """Attention of all kinds after a recurrent layer on words with padding."""
    tokens = words()
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(embedded(tokens))
    y = layers.LSTM(8, return_sequences=True)(series(None, 8, name="other"))
    other = y._keras_history.operation.input
    outputs = [
        layers.GlobalAveragePooling1D()(layers.Attention()([x, x])),
        layers.AdditiveAttention()([x, x]),
        layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True),
        layers.MultiHeadAttention(2, 4)(y, y, use_causal_mask=True),
        layers.GroupQueryAttention(4, 2, 2)(y, y),
    ]
    return keras.Model([tokens, other], outputs)


def names():
    """Outputs in nested dicts, and names that no program can write."""
    x = keras.Input((None, 4), name="my input")
    y = layers.LSTM(3, name="l-s")(x)
    z = layers.Dense(2, name="out-put")(y)
    return keras.Model(x, {"a": {"b c": y, "d": [z, y]}, "a_b_c": layers.Dense(1)(y)})


def characters():
    """Recurrent layers on the characters of every word: two axes of any size."""
    x = keras.Input((None, None), dtype="int32", name="characters")
    y = embedded(x, mask_zero=False)
    readers = layers.Bidirectional(layers.GRU(3)), layers.RNN(PlainCell(2))
    y = layers.Concatenate()([layers.TimeDistributed(each)(y) for each in readers])
    return keras.Model(x, layers.Bidirectional(layers.LSTM(3, return_sequences=True))(y))


def preprocessing():
    """Normalization, noise and dropout, which only training uses."""
    normalize = layers.Normalization()
    normalize.adapt(np.random.default_rng(0).normal(1, 2, (20, 6, 4)))
    return keras.Sequential(
        [
            series(),
            normalize,
            layers.Rescaling(0.5, 0.1),
            layers.GaussianNoise(0.3),
            layers.BatchNormalization(),
            layers.Bidirectional(
                layers.LSTM(4, dropout=0.2, recurrent_dropout=0.1, return_sequences=True)
            ),
            layers.LayerNormalization(),
            layers.ActivityRegularization(0.1),
            layers.GRU(3, kernel_regularizer="l2"),
            layers.RepeatVector(4),
            layers.LSTM(3, return_sequences=True),
        ]
    )


def kinds_of_inputs():
    """A mask, lengths, bytes and long ids as inputs."""
    x, mask = series(), series(None, name="mask", dtype="bool")
    length = keras.Input((), dtype="int32", name="length")
    small, large = (series(None, name=dtype, dtype=dtype) for dtype in ("uint8", "int64"))
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x, mask=mask)
    last = ops.take_along_axis(y, ops.reshape(length, (-1, 1, 1)), axis=1)
    ids = [layers.GRU(3)(embedded(each)) for each in (small, large)]
    return keras.Model([x, mask, length, small, large], [y, last, *ids])


def long_and_short():
    """A thousand steps, and one."""
    x, y = series(1000, 2, name="long"), series(1, 2, name="short")
    return keras.Model([x, y], [layers.Bidirectional(layers.LSTM(2))(x), layers.GRU(2)(y)])


def sixteen_bits(dtype):
    """Layers that compute in 16 bits."""
    policy = {"dtype": dtype}
    x = series()
    y = layers.Bidirectional(layers.LSTM(4, return_sequences=True, **policy), **policy)(x)
    return keras.Model(x, layers.Dense(2, **policy)(layers.GRU(3, **policy)(y)))


def mixed_float16():
    return sixteen_bits("mixed_float16")


def float16():
    return sixteen_bits("float16")


def mixed_bfloat16():
    return sixteen_bits("mixed_bfloat16")


CONVERTIBLE = {
    function.__name__: function
    for function in (
        kept_states,
        given_states,
        cells,
        directions_apart,
        convolutional,
        code_of_a_user,
        attention,
        names,
        characters,
        preprocessing,
        kinds_of_inputs,
        long_and_short,
        mixed_float16,
        float16,
        mixed_bfloat16,
    )
}
# Largest differences from models that compute in 16 bits; files compute in 32.
ROUNDING = {"mixed_float16": 5e-3, "float16": 5e-3, "mixed_bfloat16": 5e-2}
