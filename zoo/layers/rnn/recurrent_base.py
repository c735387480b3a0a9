"""The base class of all recurrent layers: states, masks, argument checks, exporters' kernels."""

from collections.abc import Sequence
from typing import Any, Literal

import keras

from zoo.layers.guards import check_choice, check_positive_int
from zoo.layers.masks import clear_masked, zero_before_tokens
from zoo.layers.rnn.cells.arguments import CELL_ARGUMENTS, serialized, unusual_argument
from zoo.layers.rnn.kernels import current_kernel, run_direction
from zoo.layers.rnn.sequence_layer import SequenceLayer
from zoo.ops.tensor_types import Shape, States, Tensor, Variable

# States of one direction, by cell.
STATES = {"lstm": ("h", "c"), "gru": ("h",), "simple_rnn": ("h",)}


class RecurrentBase(SequenceLayer):
    """Base class of the recurrent layers, of one or of two directions.

    Subclasses define `directions`, `cell_kind`, `cell_arguments`, `run`, `arranged` and
    `direction_weights`. The arguments of the cell are attributes of the layer too, as in Keras.

    Args:
        units: U, the width of one direction.
        return_sequences: return the outputs of all positions, else the final `h` states.
        return_state: True to return the final states too, "h" for the `h` states only.
        zero_output_for_mask: whether outputs are zero at masked positions; else they repeat the
            output of the position that the direction read before, and are zero where it has read
            none.
        unroll: whether the loop over time is written out; T must be known.
    """

    def __init__(
        self,
        units: int,
        *,
        return_sequences: bool = False,
        return_state: bool | str = False,
        zero_output_for_mask: bool = True,
        unroll: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = check_positive_int("units", units)
        self.return_sequences = return_sequences
        self.return_state = check_choice("return_state", return_state, [False, True, "h"])
        self.zero_output_for_mask = zero_output_for_mask
        self.unroll = unroll
        # XLA on TensorFlow compiles a loop over time slowly, and again for every length.
        self.supports_jit = keras.backend.backend() != "tensorflow"

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions, "forward" or "backward" or both."""
        raise NotImplementedError

    @property
    def cell_kind(self) -> str:
        """The cell's name: "lstm", "gru" or "simple_rnn"."""
        raise NotImplementedError

    @property
    def cell_arguments(self) -> dict[str, Any]:
        """The arguments of the cell, as objects, by name."""
        raise NotImplementedError

    @property
    def unusual(self) -> str:
        """The argument that differs from the equations of cuDNN and torch, or "" if none does."""
        return unusual_argument(self.cell_arguments)

    def run(
        self,
        sequences: Tensor,
        states: Sequence[Tensor] | None,
        mask: Tensor | None,
        training: bool,
    ) -> tuple[Sequence[Tensor], States]:
        """Return `(outputs, states)`: the outputs of each direction in the order of positions."""
        raise NotImplementedError

    def arranged(self, outputs: Sequence[Tensor]) -> Any:
        """Return the layer's output, given the outputs or final `h` states of each direction."""
        raise NotImplementedError

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias or None) of one of `directions`."""
        raise NotImplementedError

    def call(
        self,
        sequences: Tensor,
        initial_state: Sequence[Tensor] | Tensor | None = None,
        mask: Tensor | Literal[False] | None = None,
        training: bool = False,
    ) -> Any:
        """Run the layer; see the class."""
        sequences, mask = self.read(sequences, mask)
        self._check_unroll(sequences.shape)
        if initial_state is not None:
            given: Any = initial_state
            initial_state = tuple(given) if isinstance(given, list | tuple) else (given,)
            self._check_states([state.shape for state in initial_state])
        kernel = current_kernel()
        if kernel and not self.unusual:
            outputs, states = self._run_by(kernel, sequences, initial_state)
        else:
            sequences = clear_masked(sequences, mask)
            outputs, states = self.run(sequences, initial_state, mask, training)
            if initial_state is not None and mask is not None and not self.zero_output_for_mask:
                outputs = [
                    zero_before_tokens(output, mask, direction == "backward")
                    for output, direction in zip(outputs, self.directions, strict=True)
                ]
        return self._returned(outputs, states)

    def _returned(self, outputs, states):
        """Return what `return_sequences` and `return_state` ask for."""
        final = states[:: len(states) // len(self.directions)]
        output = self.arranged(outputs if self.return_sequences else final)
        if not self.return_state:
            return output
        output = output if isinstance(output, tuple) else (output,)
        return (*output, *(final if self.return_state == "h" else states))

    def _run_by(self, kernel, sequences, initial_state):
        """Run all directions by an exporter's kernel, which returns no state other than `h`."""
        memories = len(STATES[self.cell_kind])
        if initial_state is not None or (self.return_state is True and memories > 1):
            raise ValueError(
                f"{self.name}: a layer that takes `initial_state` or returns cell states cannot "
                'be exported by a fused kernel. Use neither, or return_state="h".'
            )
        found = [
            run_direction(
                kernel,
                self.cell_kind,
                self.direction_weights(direction),
                sequences,
                backward=direction == "backward",
            )
            for direction in self.directions
        ]
        outputs, finals = zip(*found, strict=True)
        return outputs, finals

    @property
    def state_count(self) -> int:
        """Number of final states; those of the forward direction come first."""
        return len(self.directions) * len(STATES[self.cell_kind])

    @property
    def output_widths(self) -> list[int]:
        """The width of each output."""
        return [self.units]

    @property
    def state_widths(self) -> list[int]:
        """The width of each returned state."""
        count = {False: 0, True: self.state_count, "h": len(self.directions)}[self.return_state]
        return [self.units] * count

    def compute_output_shape(
        self, sequences_shape: Shape, initial_state_shape: Sequence[Shape] | Shape | None = None
    ) -> Any:
        """Return the shape of the output, or a tuple of shapes."""
        if initial_state_shape is not None:
            several = isinstance(initial_state_shape[0], list | tuple)
            self._check_states(initial_state_shape if several else [initial_state_shape])
        shapes = super().compute_output_shape(sequences_shape)
        self._check_unroll(sequences_shape)
        return shapes

    def _check_states(self, shapes):
        shapes = [tuple(shape) for shape in shapes]
        if len(shapes) != self.state_count or any(s[-1:] != (self.units,) for s in shapes):
            names = [f"{d} {s}" for d in self.directions for s in STATES[self.cell_kind]]
            raise ValueError(
                f"{type(self).__name__}: `initial_state` must be {self.state_count} tensors of "
                f"shape (batch, {self.units}): {', '.join(names)}; got shapes {shapes}."
            )

    def _check_unroll(self, shape):
        if self.unroll and shape[1] is None:
            raise ValueError(
                f"{type(self).__name__}: `unroll=True` needs a known number of time steps, got "
                f"`sequences` of shape {tuple(shape)}. Use unroll=False, or an Input of "
                "known length."
            )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments, including those of the cell."""
        names = ("units", "return_sequences", "return_state", "zero_output_for_mask", "unroll")
        arguments = {name: serialized(name, value) for name, value in self.cell_arguments.items()}
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in names},
            **arguments,
        }


def _attribute(name):
    def read(self):
        if name in self.cell_arguments:
            return self.cell_arguments[name]
        raise AttributeError(f"A {self.cell_kind} has no {name}.")

    return property(read, doc=f"The argument `{name}` of the cell.")


for _name in CELL_ARGUMENTS:
    setattr(RecurrentBase, _name, _attribute(_name))
