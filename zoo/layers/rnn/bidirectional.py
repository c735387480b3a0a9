"""`BiLSTM`, `BiGRU`, `BiSimpleRNN`: layers that run a bidirectional cell over time."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_choice
from zoo.layers.rnn.bidirectional_base import BidirectionalBase
from zoo.layers.rnn.cell_base import DIRECTIONS
from zoo.layers.rnn.cells import BiGRUCell, BiLSTMCell, BiSimpleRNNCell
from zoo.ops.scan import bidirectional_scan
from zoo.ops.tensor_types import Shape, States, Tensor, Variable

CELL_ARGUMENTS = (
    "kernel_initializer",
    "recurrent_initializer",
    "bias_initializer",
    "unit_forget_bias",
    "dropout",
    "recurrent_dropout",
    "seed",
)

UNROLL = 4  # time steps per iteration of the loop in inference

KERNELS = {
    "analytic": (
        "as hoisted; in training the gradient of the loop is written out, so that the gradient of "
        "a recurrent matrix is one matrix product instead of one per step"
    ),
    "hoisted": (
        "the input projection of all T positions is one matrix product, then one loop steps both "
        "directions together"
    ),
    "step": (
        "the whole cell is called at each position, as keras.layers.RNN calls it: no "
        "(B, T, gates * 2U) tensor is kept in memory, at the cost of T small matrix products"
    ),
}


def choose_kernel(asked: str, cell: str, backend: str, recurrent_dropout: float) -> tuple[str, str]:
    """Return the kernel that runs and, if it is not the fastest one, the reason.

    Args:
        asked: "auto" or a name in `KERNELS`.
        cell: "lstm", "gru" or "simple_rnn".
        backend: Keras' backend.
        recurrent_dropout: the dropout rate of the recurrent product.

    Returns:
        The pair `(name, reason)`; the reason is empty if the fastest kernel runs.

    Raises:
        ValueError: "analytic" was requested and cannot run.

    Example:

    >>> choose_kernel("auto", "lstm", "tensorflow", 0.0)
    ('analytic', '')
    >>> choose_kernel("auto", "gru", "tensorflow", 0.0)
    ('hoisted', 'analytic supports the LSTM only, and the cell is gru')
    """
    obstacles = {
        f"analytic is a TensorFlow loop, and the backend is {backend}": backend != "tensorflow",
        f"analytic supports the LSTM only, and the cell is {cell}": cell != "lstm",
        f"analytic supports no recurrent dropout, and the rate is {recurrent_dropout}": (
            recurrent_dropout > 0
        ),
    }
    obstacle = next((reason for reason, holds in obstacles.items() if holds), "")
    if asked == "analytic" and obstacle:
        raise ValueError(f'`kernel="analytic"` cannot run: {obstacle}. Use "auto".')
    if asked == "auto":
        return ("hoisted", obstacle) if obstacle else ("analytic", "")
    return asked, "" if asked == "analytic" else f"{asked} was requested"


class BiRNN(BidirectionalBase):
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
        A masked position leaves both states unchanged, and its outputs are zero before merging.
        Padding may be anywhere; a row may consist of padding only. The mask is not propagated.

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

    def __init__(self, units: int, *, kernel: str = "auto", **kwargs: Any) -> None:
        cell_arguments = {name: kwargs.pop(name) for name in CELL_ARGUMENTS if name in kwargs}
        super().__init__(units, **kwargs)
        self.kernel = check_choice("kernel", kernel, ["auto", *KERNELS])
        self.cell = self.cell_class(units, dtype=self.dtype_policy, name="cell", **cell_arguments)
        self.chosen, self.chosen_because = choose_kernel(
            kernel, self.cell.kind, keras.backend.backend(), self.cell.recurrent_dropout
        )

    @property
    def cell_kind(self) -> str:
        """The cell's name: "lstm", "gru" or "simple_rnn"."""
        return self.cell.kind

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        """Create the cell's weights and the projection."""
        self.cell.build((sequences_shape[0], 2 * sequences_shape[-1]))
        self.merge.build((None, self.units), (None, self.units))

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias) of "forward" or "backward"."""
        return self.cell.direction_weights(direction)

    def run(
        self,
        sequences: Tensor,
        states: Sequence[Tensor] | None,
        mask: Tensor | None,
        training: bool,
    ) -> tuple[Tensor, Tensor, States]:
        """Run both directions over time by the chosen kernel."""
        batch = ops.shape(sequences)[0]
        if states is None:
            states = self.cell.get_initial_state(batch)
        states = tuple(ops.cast(s, self.compute_dtype) for s in states)
        if training:
            first = sequences[:, 0]
            self.cell.draw_dropout_masks(ops.concatenate([first, first], axis=-1), states[0])
        run = getattr(self, f"_run_{self.chosen}")
        if self.chosen == "analytic" and not training:
            run = self._run_hoisted  # no gradient needs the saved gates
        try:
            return run(sequences, states, mask, training)
        finally:
            self.cell.forget_dropout_masks()

    def _run_analytic(self, sequences, states, mask, training):
        from zoo.ops.lstm_tensorflow import bidirectional_lstm

        # Transpose to time-major before the projection: the input is narrower than the gates.
        sequences = ops.transpose(sequences, (1, 0, 2))
        z = self.cell.project(sequences, sequences, training, time_axis=0)
        kernels = [self.direction_weights(direction)[1] for direction in DIRECTIONS]
        return bidirectional_lstm(z, kernels, states, mask)

    def _run_hoisted(self, sequences, states, mask, training):
        weights = self.cell.read_weights()

        def step(forward, backward, states):
            return self.cell.recur(forward, backward, states, training, weights)

        z = self.cell.project(sequences, sequences, training)
        return bidirectional_scan(step, z, states, mask, unroll=1 if training else UNROLL)

    def _run_step(self, sequences, states, mask, training):
        def step(forward, backward, states):
            inputs = ops.concatenate([forward, backward], axis=-1)
            return tuple(self.cell(inputs, states, training=training)[1])

        return bidirectional_scan(step, (sequences, sequences), states, mask)

    def explain(self) -> str:
        """Return a sentence that says which kernel runs on this machine, and why."""
        because = f" ({self.chosen_because})" if self.chosen_because else ""
        return (
            f"{self.chosen} on {keras.backend.backend()}{because}: "
            f"{KERNELS[self.chosen]}. It supports any mask and initial state. It is not cuDNN: on "
            'a GPU use `zoo.layers.recurrent(backend_layer="keras")` if the conditions in its own '
            "explain() hold."
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, including those of the cell."""
        cell = self.cell.get_config()
        return {
            **super().get_config(),
            "kernel": self.kernel,
            **{name: cell[name] for name in CELL_ARGUMENTS if name in cell},
        }


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
