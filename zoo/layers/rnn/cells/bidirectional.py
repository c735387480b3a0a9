"""Cells of both directions, for `keras.layers.RNN`."""

import keras

from zoo.layers.rnn.cells.base import RecurrentCell
from zoo.layers.rnn.cells.unidirectional import GRUCell, LSTMCell, SimpleRNNCell
from zoo.ops.tensor_types import Shape

DIRECTIONS = ("forward", "backward")


class BiCell(RecurrentCell):
    """One step of both directions of a bidirectional RNN.

    At step t the cell reads the input at t for its forward half and the input at T-1-t for its
    backward half, side by side, so that

    ```
    keras.layers.RNN(BiLSTMCell(units))(concat([x, flip(x, time)], -1))
    ```

    *is* a bidirectional LSTM (its backward half in reversed time order). Its states, too, hold both
    directions side by side, so that the first one is the output, as the loops of Keras expect it.
    With a mask, flip each sequence within its own length: the mask applies to both halves at once.
    `zoo.layers.BiLSTM` takes any mask.

    Args:
        units: U, the width of one direction's state.
        **kwargs: the other arguments of `RecurrentCell`; both directions share them.

    Call arguments:
        inputs: (B, 2F), `[x_t ; x_{T-1-t}]`.
        states: `[h_forward ; h_backward]`, and `[c_forward ; c_backward]` of an LSTM, each (B, 2U).
        training: whether dropout acts.

    Returns:
        `([h_forward ; h_backward], new_states)`; the output is (B, 2U).

    Raises:
        ValueError: as `RecurrentCell`; an odd input width.

    Example:

    >>> import numpy as np
    >>> from zoo.layers import BiLSTMCell
    >>> cell = BiLSTMCell(3)
    >>> out, states = cell(np.ones((2, 8), "float32"), cell.get_initial_state(2))
    >>> tuple(out.shape), [tuple(state.shape) for state in states]
    ((2, 6), [(2, 6), (2, 6)])

    Reference: Schuster & Paliwal (1997).
    """

    directions = DIRECTIONS

    def check_width(self, input_shape: Shape) -> int:
        """Return F, after checking the shape of `inputs`."""
        width = input_shape[-1]
        if width is None or width % 2:
            raise ValueError(
                f"{type(self).__name__}: the last axis of `inputs` must be known and even, "
                f"(batch, 2 * features) = [x_t ; x_(T-1-t)], got shape {tuple(input_shape)}."
            )
        return width // 2


@keras.saving.register_keras_serializable(package="zoo")
class BiLSTMCell(BiCell, LSTMCell):
    """One step of both directions of an LSTM; see `BiCell` and `LSTMCell`.

    Example:

    >>> BiLSTMCell(3).state_size
    [6, 6]
    """


@keras.saving.register_keras_serializable(package="zoo")
class BiGRUCell(BiCell, GRUCell):
    """One step of both directions of a GRU; see `BiCell` and `GRUCell`.

    Example:

    >>> BiGRUCell(3).state_size
    [6]
    """


@keras.saving.register_keras_serializable(package="zoo")
class BiSimpleRNNCell(BiCell, SimpleRNNCell):
    """One step of both directions of a vanilla RNN; see `BiCell` and `SimpleRNNCell`.

    Example:

    >>> BiSimpleRNNCell(3).state_size
    [6]
    """
