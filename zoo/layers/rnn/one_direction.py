"""`LSTM`, `GRU`, `SimpleRNN`: layers that run a cell over time in one direction."""

from typing import Any

import keras

from zoo.layers.guards import check_choice
from zoo.layers.rnn.cell_loop import CellLoop
from zoo.layers.rnn.cells.unidirectional import GRUCell, LSTMCell, SimpleRNNCell
from zoo.layers.rnn.unidirectional_base import UnidirectionalBase
from zoo.ops.tensor_types import Shape, Variable


class UniRNN(CellLoop, UnidirectionalBase):
    """An RNN of one direction: the same cells, kernels and masks as in `BiRNN`.

    ```
    output_t = cell(x_t, output_{t-1}), t = 0 .. T-1             forward
    output_t = cell(x_t, output_{t+1}), t = T-1 .. 0             backward
    ```

    A comparison with a `BiRNN` changes the direction alone. The arguments have the names and
    meanings of `keras.layers.LSTM`, and its defaults.

    Args:
        units: U, the width of the output.
        backward: whether the layer reads from the last position to the first. The outputs are in
            the order of positions.
        go_backwards: the same, but the outputs are in the order of reading, as in Keras.
        stateful: whether a batch starts from the final states of the batch before; see
            `reset_state`. The layer must read forward, and the batch size must be known.
        return_sequences: return the outputs of all positions, (B, T, U), else the final `h`,
            (B, U).
        return_state: True to return the final states too, `h, c` for an LSTM, `h` otherwise; "h"
            for `h` always.
        zero_output_for_mask: whether outputs are zero at masked positions, as those of a `BiRNN`;
            else they repeat the output of the position that was read before, and are zero where
            none was.
        unroll: whether the loop over time is written out; T must be known.
        kernel: a name in `KERNELS`, or "auto" for the fastest that can run. All kernels give the
            same results; see `explain`.
        **kwargs: the cell's arguments (see `zoo.layers.RecurrentCell` and the cells) and Keras'
            (`name`, `dtype`, ...).

    Call arguments:
        sequences: (B, T, F), of any dtype; cast to the layer's compute dtype.
        initial_state: None, or the states to start from, in the order of `return_state`.
        mask: (B, T) boolean, True where there is a token; None for the implicit mask; False to read
            all positions although there is one.
        training: whether dropout acts.

    Returns:
        The output, or `(output, *states)`.

    Masking:
        A masked position leaves the state unchanged; for its output see `zero_output_for_mask`.
        Padding may be anywhere; a row may consist of padding only, and what it holds does not
        matter, NaN included. The implicit mask of `sequences` is used unless `mask` is passed; the
        mask goes out with outputs that have positions.

    Raises:
        ValueError: bad argument, rank, dtype, mask or state.

    Example:

    >>> import numpy as np
    >>> layer = LSTM(3, backward=True, return_sequences=True)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 3)
    """

    def __init__(self, units: int, *, zero_output_for_mask: bool = False, **kwargs: Any) -> None:
        super().__init__(units, zero_output_for_mask=zero_output_for_mask, **kwargs)

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        """Create the cell's weights and the states of a stateful layer."""
        super().build(sequences_shape)
        self.keep_states(sequences_shape[0])

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias or None); `direction` must be the layer's own."""
        check_choice("direction", direction, self.directions)
        (only,) = self.cell.directions
        return self.cell.direction_weights(only)


@keras.saving.register_keras_serializable(package="zoo")
class LSTM(UniRNN):
    """LSTM of one direction; arguments, masking and returns as in `UniRNN`.

    Example:

    >>> import numpy as np
    >>> output, *states = LSTM(3, return_state=True)(np.zeros((2, 5, 4), "float32"))
    >>> tuple(output.shape), len(states)
    ((2, 3), 2)
    """

    cell_class = LSTMCell


@keras.saving.register_keras_serializable(package="zoo")
class GRU(UniRNN):
    """GRU of one direction; arguments, masking and returns as in `UniRNN`.

    Example:

    >>> import numpy as np
    >>> tuple(GRU(3, reset_after=False)(np.zeros((2, 5, 4), "float32")).shape)
    (2, 3)
    """

    cell_class = GRUCell


@keras.saving.register_keras_serializable(package="zoo")
class SimpleRNN(UniRNN):
    """Vanilla RNN of one direction; arguments, masking and returns as in `UniRNN`.

    Example:

    >>> import numpy as np
    >>> layer = SimpleRNN(3, activation="relu", return_sequences=True)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 3)
    """

    cell_class = SimpleRNNCell


UNIDIRECTIONAL_LAYERS = {layer.cell_class.kind: layer for layer in (LSTM, GRU, SimpleRNN)}
