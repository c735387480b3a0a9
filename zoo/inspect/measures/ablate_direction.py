"""One direction of a model put to silence, so that the other has to answer alone."""

from contextlib import contextmanager

from keras import ops

from zoo.inspect.checks import DIRECTIONS

OTHER = dict(zip(DIRECTIONS, reversed(DIRECTIONS), strict=True))


@contextmanager
def silenced(layers, direction):
    """Let the states of one direction be zero, in all of the layers, as long as the block lasts.

    The weights of that direction are set to zero and given back at the end. An LSTM, a GRU and a
    vanilla RNN without weights never leave the state in which they begin:

    ```
    g = tanh(0) = 0,  c_t = c_{t-1} / 2 + g / 2 = 0,  h_t = tanh(c_t) / 2 = 0
    ```

    Zero is what a direction says before it has read anything. The mean of its states, the other
    thing that could stand there, would be a rumour of what lies on the far side of the word.

    Args:
        layers: recurrent layers of the zoo, such as `zoo.layers.RecurrentStack.rnns`; built.
        direction: "forward" or "backward".

    Raises:
        ValueError: another direction.

    Example:

    >>> import numpy as np
    >>> from zoo.layers import BiLSTM
    >>> layer = BiLSTM(1, return_sequences=True)
    >>> x = np.ones((1, 2, 1), "float32")
    >>> _ = layer(x)
    >>> with silenced([layer], "backward"):
    ...     print(np.array(layer(x))[0, :, 1].tolist())
    [0.0, 0.0]
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"silenced: `direction` must be one of {DIRECTIONS}, got {direction!r}.")
    weights = [w for layer in layers for w in layer.direction_weights(direction)]
    before = [ops.copy(ops.convert_to_tensor(w)) for w in weights]
    try:
        for weight in weights:
            weight.assign(ops.zeros(weight.shape, weight.dtype))
        yield
    finally:
        for weight, value in zip(weights, before, strict=True):
            weight.assign(value)
