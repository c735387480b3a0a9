"""`BiLSTM`, `BiGRU`, `BiSimpleRNN`: layers that run a bidirectional cell over time."""

from typing import Any

import keras

from zoo.layers.rnn.bidirectional_base import BidirectionalBase
from zoo.layers.rnn.cell_loop import CellLoop
from zoo.layers.rnn.cells.bidirectional import BiGRUCell, BiLSTMCell, BiSimpleRNNCell
from zoo.ops.tensor_types import Shape, Variable


class BiRNN(CellLoop, BidirectionalBase):
    """A bidirectional RNN: runs one `BiCell` over time, applies the mask, merges the directions.

    ```
    forward_t  = cell(x_t, forward_{t-1}),  t = 0 .. T-1
    backward_t = cell(x_t, backward_{t+1}), t = T-1 .. 0
    output_t   = merge(forward_t, backward_t)
    ```

    Args:
        units: U, the width of one direction.
        return_sequences: return the outputs of all positions, (B, T, W), else the merged final
            `h` of both directions, (B, W).
        return_state: True to return the final states too, the forward direction's first:
            `h_f, c_f, h_b, c_b` for an LSTM, `h_f, h_b` otherwise; "h" for `h_f, h_b` always.
        merge_mode: "concat", "sum", "ave", "mul", "max", "projection", or None to return
            both directions separately.
        projection_units: W, for `merge_mode="projection"` only.
        kernel: a name in `KERNELS`, or "auto" for the fastest that can run. All kernels give the
            same results; see `explain`.
        zero_output_for_mask: whether outputs are zero at masked positions, before merging; else
            they repeat the output of the position that the direction read before, and are zero
            where it has read none.
        unroll: whether the loop over time is written out; T must be known.
        **kwargs: the cell's arguments, which both directions share (see `zoo.layers.RecurrentCell`
            and the cells), and Keras' (`name`, `dtype`, ...).

    Call arguments:
        sequences: (B, T, F), of any dtype; cast to the layer's compute dtype.
        initial_state: None, or the states to start from, in the order of `return_state`.
        mask: (B, T) boolean, True where there is a token; None for the implicit mask; False to read
            all positions although there is one.
        training: whether dropout acts.

    Returns:
        The output, or `(output, *states)`; with `merge_mode=None` the output is the two
        directions' `forward, backward`.

    Masking:
        A masked position leaves both states unchanged, and its outputs are zero before merging.
        Padding may be anywhere; a row may consist of padding only, and what it holds does not
        matter, NaN included. The implicit mask of `sequences` is used unless `mask` is passed; the
        mask goes out with outputs that have positions.

    Raises:
        ValueError: bad argument, rank, dtype, mask or state.
        CausalUseError: `causal=True`, `stateful=True`, `stream()`.

    Example:

    >>> import numpy as np
    >>> layer = BiLSTM(3, return_sequences=True)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 5, 6)

    Reference: Schuster & Paliwal (1997); Graves & Schmidhuber (2005).
    """

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        """Create the cell's weights and the projection."""
        super().build(sequences_shape)
        self.build_merge()

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias or None) of "forward" or "backward"."""
        return self.cell.direction_weights(direction)


@keras.saving.register_keras_serializable(package="zoo")
class BiLSTM(BiRNN):
    """Bidirectional LSTM; arguments, masking and returns as in `BiRNN`.

    Example:

    >>> import numpy as np
    >>> output, *states = BiLSTM(3, return_state=True)(np.zeros((2, 5, 4), "float32"))
    >>> tuple(output.shape), len(states)
    ((2, 6), 4)
    """

    cell_class = BiLSTMCell


@keras.saving.register_keras_serializable(package="zoo")
class BiGRU(BiRNN):
    """Bidirectional GRU; arguments, masking and returns as in `BiRNN`.

    Example:

    >>> import numpy as np
    >>> tuple(BiGRU(3, merge_mode="sum")(np.zeros((2, 5, 4), "float32")).shape)
    (2, 3)
    """

    cell_class = BiGRUCell


@keras.saving.register_keras_serializable(package="zoo")
class BiSimpleRNN(BiRNN):
    """Bidirectional vanilla RNN; arguments, masking and returns as in `BiRNN`.

    Example:

    >>> import numpy as np
    >>> layer = BiSimpleRNN(3, merge_mode="projection", projection_units=7)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 7)
    """

    cell_class = BiSimpleRNNCell


ZOO_LAYERS = {layer.cell_class.kind: layer for layer in (BiLSTM, BiGRU, BiSimpleRNN)}
