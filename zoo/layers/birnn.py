"""`BiLSTM`, `BiGRU`, `BiSimpleRNN`: the cells from scratch, wrapped into layers."""

import keras
from keras import ops

from zoo.layers.cells import BiGRUCell, BiLSTMCell, BiSimpleRNNCell
from zoo.layers.guards import check_choice
from zoo.layers.two_way import TwoWay
from zoo.ops.scan import bidirectional_scan

CELL_ARGUMENTS = (
    "kernel_initializer",
    "recurrent_initializer",
    "bias_initializer",
    "unit_forget_bias",
    "dropout",
    "recurrent_dropout",
    "seed",
)

IMPLEMENTATIONS = {
    "hoisted": (
        "the inputs' share of the gates is one matrix product for all T positions, then one loop "
        "steps both directions together"
    ),
    "step": (
        "the cell is called once a position, inputs and all, as keras.layers.RNN calls it: no "
        "(B, T, gates * 2U) tensor is held, at the price of T small matrix products"
    ),
}


class BiRNN(TwoWay):
    """A bidirectional RNN from scratch: aligns, masks, runs one `BiCell` over time, merges.

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
            `h_f, c_f, h_b, c_b` for an LSTM, `h_f, h_b` otherwise; "h" for `h_f, h_b` in any case.
        merge_mode: "concat", "sum", "ave", "mul", "max", "projection", or None for both apart.
        projection_units: W with `merge_mode="projection"`.
        implementation: "hoisted", "step", or "auto" (hoisted); same results, see `explain`.
        **kwargs: the cell's arguments (`CELL_ARGUMENTS`, see `zoo.layers.BiCell`) and Keras'
            (`name`, `dtype`, ...).

    Call arguments:
        sequences: (B, T, F), floating.
        initial_state: None, or the states to start from, in the order of `return_state`.
        mask: (B, T) boolean, True where there is a token, or None.
        training: whether dropout acts.

    Returns:
        The output, or `(output, *states)`; with `merge_mode=None` the output is the two
        directions' `forward, backward`.

    Masking:
        A masked position leaves both states as they are and its outputs are zero before merging.
        Padding may stand anywhere, a row may be all padding. The mask is not passed on.

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

    cell_class: type

    def __init__(self, units, *, implementation="auto", **kwargs):
        cell_arguments = {name: kwargs.pop(name) for name in CELL_ARGUMENTS if name in kwargs}
        super().__init__(units, **kwargs)
        self.implementation = check_choice(
            "implementation", implementation, ["auto", *IMPLEMENTATIONS]
        )
        self.cell = self.cell_class(units, dtype=self.dtype_policy, name="cell", **cell_arguments)

    @property
    def cell_kind(self):
        """The cell's name: "lstm", "gru" or "simple_rnn"."""
        return self.cell.kind

    def build(self, sequences_shape, initial_state_shape=None):
        """Create the cell's weights and the projection."""
        self.cell.build((sequences_shape[0], 2 * sequences_shape[-1]))
        self.merge.build((None, self.units), (None, self.units))

    def direction_weights(self, direction):
        """Return (kernel, recurrent kernel, bias) of "forward" or "backward"."""
        return self.cell.direction_weights(direction)

    def run(self, sequences, states, mask, training):
        """Scan the cell over time; see `zoo.ops.scan.bidirectional_scan`."""
        batch = ops.shape(sequences)[0]
        if states is None:
            states = self.cell.get_initial_state(batch)
        states = tuple(ops.cast(s, self.compute_dtype) for s in states)
        first = sequences[:, 0]
        self.cell.draw_dropout_masks(ops.concatenate([first, first], axis=-1), states[0])
        if self.implementation == "step":
            step, inputs = self._call_cell(training), (sequences, sequences)
        else:
            step = self._recur(training)
            inputs = self.cell.project(sequences, sequences, training)
        result = bidirectional_scan(step, inputs, states, mask)
        self.cell.forget_dropout_masks()
        return result

    def _recur(self, training):
        return lambda forward, backward, states: self.cell.recur(
            forward, backward, states, training
        )

    def _call_cell(self, training):
        def step(forward, backward, states):
            inputs = ops.concatenate([forward, backward], axis=-1)
            return tuple(self.cell(inputs, states, training=training)[1])

        return step

    def explain(self):
        """Return which kernel runs here, and why, in a sentence."""
        chosen = "hoisted" if self.implementation == "auto" else self.implementation
        return (
            f"{chosen} on {keras.backend.backend()}: {IMPLEMENTATIONS[chosen]}. Every mask, "
            "initial state and dropout is served by it. It is not cuDNN: on a GPU choose "
            'implementation="builtin" where the conditions in its own explain() hold.'
        )

    def get_config(self):
        """Return the arguments, the cell's among them."""
        cell = self.cell.get_config()
        return {
            **super().get_config(),
            "implementation": self.implementation,
            **{name: cell[name] for name in CELL_ARGUMENTS if name in cell},
        }


@keras.saving.register_keras_serializable(package="zoo")
class BiLSTM(BiRNN):
    """Bidirectional LSTM from scratch; arguments, masking and returns as in `BiRNN`.

    Example:

    >>> import numpy as np
    >>> output, *states = BiLSTM(3, return_state=True)(np.zeros((2, 5, 4), "float32"))
    >>> tuple(output.shape), len(states)
    ((2, 6), 4)
    """

    cell_class = BiLSTMCell


@keras.saving.register_keras_serializable(package="zoo")
class BiGRU(BiRNN):
    """Bidirectional GRU from scratch; arguments, masking and returns as in `BiRNN`.

    Example:

    >>> import numpy as np
    >>> tuple(BiGRU(3, merge_mode="sum")(np.zeros((2, 5, 4), "float32")).shape)
    (2, 3)
    """

    cell_class = BiGRUCell


@keras.saving.register_keras_serializable(package="zoo")
class BiSimpleRNN(BiRNN):
    """Bidirectional vanilla RNN from scratch; arguments, masking and returns as in `BiRNN`.

    Example:

    >>> import numpy as np
    >>> layer = BiSimpleRNN(3, merge_mode="projection", projection_units=7)
    >>> tuple(layer(np.zeros((2, 5, 4), "float32")).shape)
    (2, 7)
    """

    cell_class = BiSimpleRNNCell


SCRATCH = {layer.cell_class.kind: layer for layer in (BiLSTM, BiGRU, BiSimpleRNN)}
