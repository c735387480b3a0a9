"""Ablation of one direction, so that the other one answers alone."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from keras import ops

from zoo.inspect.checks import DIRECTIONS

OTHER = dict(zip(DIRECTIONS, reversed(DIRECTIONS), strict=True))


@contextmanager
def ablate_direction(layers: Iterable[Any], direction: str) -> Iterator[None]:
    """Set the states of one direction to zero in all of the layers, within the `with` block.

    The weights of the direction are set to zero and restored at the end. With zero weights, an
    LSTM, a GRU and a vanilla RNN stay in the initial state:

    ```
    g = tanh(0) = 0,  c_t = c_{t-1} / 2 + g / 2 = 0,  h_t = tanh(c_t) / 2 = 0
    ```

    Zero is the state of a direction before its first input. The mean of its states would be an
    alternative, but contains information on the other side of the word.

    Args:
        layers: recurrent layers of the zoo, such as `zoo.layers.RecurrentStack.rnns`; built.
        direction: "forward" or "backward".

    Raises:
        ValueError: `direction` is neither.

    Example:

    >>> import numpy as np
    >>> from zoo.layers import BiLSTM
    >>> layer = BiLSTM(1, return_sequences=True)
    >>> x = np.ones((1, 2, 1), "float32")
    >>> _ = layer(x)
    >>> with ablate_direction([layer], "backward"):
    ...     print(np.array(layer(x))[0, :, 1].tolist())
    [0.0, 0.0]
    """
    if direction not in DIRECTIONS:
        raise ValueError(
            f"ablate_direction: `direction` must be one of {DIRECTIONS}, got {direction!r}."
        )
    weights = [w for layer in layers for w in layer.direction_weights(direction) if w is not None]
    before = [ops.copy(ops.convert_to_tensor(w)) for w in weights]
    try:
        for weight in weights:
            weight.assign(ops.zeros(weight.shape, weight.dtype))
        yield
    finally:
        for weight, value in zip(weights, before, strict=True):
            weight.assign(value)
