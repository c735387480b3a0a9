"""What runs a cell over time: the kernels of the layers from scratch, and the choice of one."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from zoo.layers.guards import check_choice
from zoo.layers.inner import inherited
from zoo.layers.rnn.cells.arguments import (
    arguments_of,
    drop_choice_of_code,
    pop_cell_arguments,
)
from zoo.layers.rnn.recurrent_base import RecurrentBase
from zoo.ops.scan import recurrent_scan
from zoo.ops.tensor_types import Shape, States, Tensor

STEPS = 4  # time steps per iteration of the loop in inference

KERNELS = {
    "analytic": (
        "as hoisted; in training the gradient of the loop is written out, so that the gradient of "
        "a recurrent matrix is one matrix product instead of one per step"
    ),
    "hoisted": (
        "the input projection of all T positions is one matrix product, then one loop steps all "
        "directions together"
    ),
    "step": (
        "the whole step is computed at each position, as keras.layers.RNN does: no "
        "(B, T, gates * U) tensor is kept in memory, at the cost of T small matrix products"
    ),
}


def choose_kernel(
    asked: str,
    cell: str,
    backend: str,
    recurrent_dropout: float,
    unusual: str = "",
    unroll: bool = False,
) -> tuple[str, str]:
    """Return the kernel that runs and, if it is not the fastest one, the reason.

    Args:
        asked: "auto" or a name in `KERNELS`.
        cell: "lstm", "gru" or "simple_rnn".
        backend: Keras' backend.
        recurrent_dropout: the dropout rate of the recurrent product.
        unusual: what differs from the usual equations, such as "activation='relu'"; or "".
        unroll: whether the loop is written out.

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
        f"analytic supports the usual equations only, and the layer has {unusual}": bool(unusual),
        "analytic is a loop, and unroll=True writes it out": unroll,
    }
    obstacle = next((reason for reason, holds in obstacles.items() if holds), "")
    if asked == "analytic" and obstacle:
        raise ValueError(f'`kernel="analytic"` cannot run: {obstacle}. Use "auto".')
    if asked == "auto":
        return ("hoisted", obstacle) if obstacle else ("analytic", "")
    return asked, "" if asked == "analytic" else f"{asked} was requested"


class CellLoop(RecurrentBase):
    """Base class of the layers from scratch: runs a cell of the zoo over time.

    Subclasses define `cell_class`.

    Args:
        units: U, the width of one direction.
        kernel: a name in `KERNELS`, or "auto" for the fastest that can run.
        implementation: 0, 1 or 2, as in Keras; no effect, as `kernel` chooses.
        use_cudnn: "auto" or False, as in Keras; no effect, as no kernel is cuDNN.
        **kwargs: the arguments of the cell, and those of the other base class.
    """

    cell_class: type

    def __init__(self, units: int, *, kernel: str = "auto", **kwargs: Any) -> None:
        drop_choice_of_code(kwargs)
        arguments = pop_cell_arguments(kwargs)
        super().__init__(units, **kwargs)
        self.kernel = check_choice("kernel", kernel, ["auto", *KERNELS])
        self.cell = self.cell_class(units, **inherited(self), name="cell", **arguments)
        self.chosen, self.chosen_because = choose_kernel(
            kernel,
            self.cell.kind,
            keras.backend.backend(),
            self.cell.recurrent_dropout,
            self.cell.unusual,
            self.unroll,
        )

    @property
    def cell_kind(self) -> str:
        """The cell's name: "lstm", "gru" or "simple_rnn"."""
        return self.cell.kind

    @property
    def cell_arguments(self) -> dict[str, Any]:
        """The arguments of the cell, as objects, by name."""
        return arguments_of(self.cell)

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        """Create the cell's weights."""
        width = len(self.directions) * sequences_shape[-1]
        self.cell.build((sequences_shape[0], width))

    def run(
        self,
        sequences: Tensor,
        states: Sequence[Tensor] | None,
        mask: Tensor | None,
        training: bool,
    ) -> tuple[Sequence[Tensor], States]:
        """Run all directions over time by the chosen kernel."""
        if states is None:
            shape = ops.shape(sequences)[0], self.units
            states = [ops.zeros(shape, self.compute_dtype) for _ in range(self.state_count)]
        states = tuple(ops.cast(s, self.compute_dtype) for s in states)
        if training:
            self.cell.draw_dropout_masks(ops.shape(sequences)[0], sequences.shape[-1])
        run = getattr(self, f"_run_{self.chosen}")
        if self.chosen == "analytic" and not training:
            run = self._run_hoisted  # no gradient needs the saved gates
        try:
            return run(sequences, states, mask, training)
        finally:
            self.cell.forget_dropout_masks()

    def _run_analytic(self, sequences, states, mask, training):
        from zoo.ops.lstm_tensorflow import analytic_lstm

        # Transpose to time-major before the projection: the input is narrower than the gates.
        sequences = ops.transpose(sequences, (1, 0, 2))
        z = self.cell.project(self._for_each(sequences), training, time_axis=0)
        kernels = [kernel for _, kernel, _ in map(self.direction_weights, self.directions)]
        return analytic_lstm(z, kernels, states, mask, **self._loop())

    def _run_hoisted(self, sequences, states, mask, training):
        weights = self.cell.read_weights()

        def step(z, states):
            return self.cell.recur(z, states, training, weights)

        z = self.cell.project(self._for_each(sequences), training)
        steps = 1 if training else STEPS
        return recurrent_scan(
            step, z, states, mask, steps=steps, unroll=self.unroll, **self._loop()
        )

    def _run_step(self, sequences, states, mask, training):
        def step(inputs, states):
            return self.cell.recur(self.cell.project(inputs, training), states, training)

        sequences = self._for_each(sequences)
        return recurrent_scan(step, sequences, states, mask, unroll=self.unroll, **self._loop())

    def _for_each(self, sequences):
        return [sequences] * len(self.directions)

    def _loop(self):
        return {
            "backward": [direction == "backward" for direction in self.directions],
            "zero_masked": self.zero_output_for_mask,
        }

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
        return {**super().get_config(), "kernel": self.kernel}
