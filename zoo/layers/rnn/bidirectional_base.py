"""The base class of bidirectional layers: states, masks, merging, argument checks."""

from collections.abc import Sequence
from typing import Any, NoReturn

import keras

from zoo.errors import refuse_causal_arguments, refuse_causal_use
from zoo.layers.guards import check_choice, check_positive_int
from zoo.layers.masks import clear_masked
from zoo.layers.merge import Merge
from zoo.layers.rnn.kernels import current_kernel, run_direction
from zoo.layers.rnn.sequence_layer import SequenceLayer
from zoo.ops.tensor_types import Shape, States, Tensor, Variable

# Final states of one direction, by cell.
STATES = {"lstm": ("h", "c"), "gru": ("h",), "simple_rnn": ("h",)}


class BidirectionalBase(SequenceLayer):
    """Base class of the bidirectional layers: runs both directions and merges their outputs.

    Subclasses define `cell_kind`, `run` and `direction_weights`.

    Args:
        units: U, the width of one direction.
        return_sequences: return the outputs of all positions, else the final `h` states.
        return_state: True to return the final states too, "h" for the `h` states only.
        merge_mode: one of `zoo.layers.MERGE_MODES` or None; see `zoo.layers.Merge`.
        projection_units: output width, for `merge_mode="projection"` only.

    Raises:
        CausalUseError: `causal=True` or `stateful=True`.
    """

    def __init__(
        self,
        units: int,
        *,
        return_sequences: bool = False,
        return_state: bool | str = False,
        merge_mode: str | None = "concat",
        projection_units: int | None = None,
        **kwargs: Any,
    ) -> None:
        refuse_causal_arguments(type(self).__name__, kwargs)
        super().__init__(**kwargs)
        self.units = check_positive_int("units", units)
        self.return_sequences = return_sequences
        self.return_state = check_choice("return_state", return_state, [False, True, "h"])
        self.merge_mode = merge_mode
        self.projection_units = projection_units
        self.merge = Merge(merge_mode, projection_units, dtype=self.dtype_policy, name="merge")
        # XLA on TensorFlow compiles a loop over time slowly, and again for every length.
        self.supports_jit = keras.backend.backend() != "tensorflow"

    def run(
        self,
        sequences: Tensor,
        states: Sequence[Tensor] | None,
        mask: Tensor | None,
        training: bool,
    ) -> tuple[Tensor, Tensor, States]:
        """Return `(forward, backward, states)`; the outputs are in the order of positions."""
        raise NotImplementedError

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return (kernel, recurrent kernel, bias) of "forward" or "backward"."""
        raise NotImplementedError

    def call(
        self,
        sequences: Tensor,
        initial_state: Sequence[Tensor] | None = None,
        mask: Tensor | None = None,
        training: bool = False,
    ) -> Tensor:
        """Run both directions; see the class."""
        sequences, mask = self.read(sequences, mask)
        if initial_state is not None:
            self._check_state([state.shape for state in initial_state])
        if kernel := current_kernel():
            forward, backward, states = self._run_by(kernel, sequences, initial_state)
        else:
            sequences = clear_masked(sequences, mask)
            forward, backward, states = self.run(sequences, initial_state, mask, training)
        if not self.return_sequences:
            forward, backward = states[0], states[len(states) // 2]
        output = self.merge(forward, backward)
        if not self.return_state:
            return output
        if self.return_state == "h":
            states = states[0], states[len(states) // 2]
        return (*(output if self.merge_mode is None else (output,)), *states)

    def _run_by(self, kernel, sequences, initial_state):
        """Run both directions by an exporter's kernel, which returns no state other than `h`."""
        if initial_state is not None or (self.return_state is True and self.state_count > 2):
            raise ValueError(
                f"{self.name}: a layer that takes `initial_state` or returns cell states cannot "
                'be exported by a fused kernel. Use neither, or return_state="h".'
            )
        (forward, h_forward), (backward, h_backward) = (
            run_direction(
                kernel,
                self.cell_kind,
                self.direction_weights(direction),
                sequences,
                backward=direction == "backward",
            )
            for direction in ("forward", "backward")
        )
        return forward, backward, (h_forward, h_backward)

    @property
    def state_count(self) -> int:
        """Number of final states; those of the forward direction come first."""
        return 2 * len(STATES[self.cell_kind])

    @property
    def output_widths(self) -> list[int]:
        """The width of each output: one, or with `merge_mode=None` one for each direction."""
        return self.merge.output_widths(self.units)

    @property
    def state_widths(self) -> list[int]:
        """The width of each returned state."""
        count = {False: 0, True: self.state_count, "h": 2}[self.return_state]
        return [self.units] * count

    def compute_output_shape(
        self, sequences_shape: Shape, initial_state_shape: Sequence[Shape] | None = None
    ) -> Any:
        """Return the shape of the output, or a tuple of shapes."""
        if initial_state_shape is not None:
            self._check_state(initial_state_shape)
        return super().compute_output_shape(sequences_shape)

    def _check_state(self, shapes):
        shapes = [tuple(shape) for shape in shapes]
        if len(shapes) != self.state_count or any(s[-1:] != (self.units,) for s in shapes):
            names = [f"{d} {s}" for d in ("forward", "backward") for s in STATES[self.cell_kind]]
            raise ValueError(
                f"{type(self).__name__}: `initial_state` must be {self.state_count} tensors of "
                f"shape (batch, {self.units}): {', '.join(names)}; got shapes {shapes}."
            )

    def stream(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise: a bidirectional layer needs the complete sequence."""
        refuse_causal_use(f"{type(self).__name__}.stream")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {
            **super().get_config(),
            "units": self.units,
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "merge_mode": self.merge_mode,
            "projection_units": self.projection_units,
        }
