"""The base class of the bidirectional cells: weights, dropout, the cell interface of Keras."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

# A private name: `keras.layers.RNN` draws the dropout masks of a cell before its loop only if the
# cell is an instance of this class.
from keras.src.layers.rnn.dropout_rnn_cell import DropoutRNNCell

from zoo.layers.guards import check_positive_int, check_rate
from zoo.layers.initializers import GateNormal, Initializer
from zoo.ops.matmul_dtype import matmul
from zoo.ops.tensor_types import Shape, States, Tensor, Variable

DIRECTIONS = ("forward", "backward")


class BiCell(DropoutRNNCell, keras.layers.Layer):
    """One step of both directions of a bidirectional RNN.

    At step t the cell reads the input at t for its forward half and the input at T-1-t for its
    backward half, side by side, so that

    ```
    keras.layers.RNN(BiLSTMCell(units))(concat([x, flip(x, time)], -1))
    ```

    *is* a bidirectional LSTM (its backward half in reversed time order). A step has two parts:
    `project` is the input projection, `x W + b`, which can be computed for all positions at once;
    `recur` is the rest, which depends on the previous state.

    Args:
        units: U, the width of one direction's state.
        kernel_initializer: of the input matrices (F, gates * U); a Keras initializer or
            `"gate_normal"`, which is `zoo.layers.GateNormal`.
        recurrent_initializer: of the recurrent matrices (U, gates * U); the same choices.
        bias_initializer: of the biases.
        dropout: fraction of the input features dropped, with one mask for all steps of a sequence.
        recurrent_dropout: the same for `h` in the recurrent product (variational dropout).
        seed: of the dropout masks.

    Call arguments:
        inputs: (B, 2F), `[x_t ; x_{T-1-t}]`.
        states: the forward direction's states, then the backward one's, each (B, U).
        training: whether dropout acts.

    Returns:
        `([h_forward ; h_backward], new_states)`; the output is (B, 2U).

    Raises:
        ValueError: units below 1, a rate outside [0, 1), an odd input width.

    Example:

    >>> import numpy as np
    >>> from zoo.layers import BiLSTMCell
    >>> cell = BiLSTMCell(3)
    >>> out, states = cell(np.ones((2, 8), "float32"), cell.get_initial_state(2))
    >>> tuple(out.shape), len(states)
    ((2, 6), 4)

    Reference: Schuster & Paliwal (1997); dropout as in Gal & Ghahramani (2016).
    """

    gates: int  # number of gates in a combined matrix
    memories: int  # number of states of one direction
    kind: str  # the name in `zoo.layers.recurrent(cell=...)`

    def __init__(
        self,
        units: int,
        kernel_initializer: Initializer = "glorot_uniform",
        recurrent_initializer: Initializer = "orthogonal",
        bias_initializer: Initializer = "zeros",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = check_positive_int("units", units)
        self.kernel_initializer = self._initializer(kernel_initializer)
        self.recurrent_initializer = self._initializer(recurrent_initializer)
        self.bias_initializer: Any = keras.initializers.get(bias_initializer)
        self.dropout = check_rate("dropout", dropout)
        self.recurrent_dropout = check_rate("recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.state_size = [units] * (2 * self.memories)
        self.output_size = 2 * units

    def _initializer(self, identifier: Initializer) -> Any:
        return (
            GateNormal(self.gates)
            if identifier == "gate_normal"
            else keras.initializers.get(identifier)
        )

    def build(self, input_shape: Shape) -> None:
        """Create an input matrix, a recurrent matrix and a bias for each direction."""
        width = input_shape[-1]
        if width is None or width % 2:
            raise ValueError(
                f"{type(self).__name__}: the last axis of `inputs` must be known and even, "
                f"(batch, 2 * features) = [x_t ; x_(T-1-t)], got shape {tuple(input_shape)}."
            )
        self.forward_kernel, self.forward_recurrent_kernel, self.forward_bias = self._add_weights(
            "forward", width // 2
        )
        self.backward_kernel, self.backward_recurrent_kernel, self.backward_bias = (
            self._add_weights("backward", width // 2)
        )

    def _add_weights(self, direction, features):
        shapes = {
            "kernel": (features, self.gates * self.units),
            "recurrent_kernel": (self.units, self.gates * self.units),
            "bias": self.bias_shape(),
        }
        # An initializer instance draws the same values at every call: each direction gets its own
        # copy, or both would start with the same weights.
        initializers = {
            "kernel": self.kernel_initializer.clone(),
            "recurrent_kernel": self.recurrent_initializer.clone(),
            "bias": self.initialize_bias,
        }
        return tuple(
            self.add_weight(
                shape=shapes[role], initializer=initializers[role], name=f"{direction}_{role}"
            )
            for role in shapes
        )

    def bias_shape(self) -> tuple[int, ...]:
        """Return the shape of one direction's bias."""
        return (self.gates * self.units,)

    def initialize_bias(self, shape: Shape, dtype: str | None = None) -> Tensor:
        """Return one direction's initial bias."""
        return self.bias_initializer(shape, dtype=dtype)

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return the variables (kernel, recurrent kernel, bias) of "forward" or "backward"."""
        return tuple(
            getattr(self, f"{direction}_{role}") for role in ("kernel", "recurrent_kernel", "bias")
        )

    def project(
        self, forward: Tensor, backward: Tensor, training: bool = False, time_axis: int = 1
    ) -> tuple[Tensor, Tensor]:
        """Return the input projection of both directions' gates, `x W + b`.

        Args:
            forward: (..., F), the input of the forward direction: one step or a whole sequence.
            backward: (..., F), the input of the backward direction.
            training: whether input dropout acts.
            time_axis: the time axis of a whole sequence.

        Returns:
            A pair of (..., gates * U) tensors.
        """
        z = []
        masks = _halves(self._mask("dropout", training))
        for direction, x, mask in zip(DIRECTIONS, (forward, backward), masks, strict=True):
            kernel, _, bias = self.direction_weights(direction)
            if mask is not None:
                x = x * (mask if len(x.shape) == 2 else ops.expand_dims(mask, time_axis))
            z.append(matmul(x, kernel) + self.input_bias(bias))
        return tuple(z)

    def read_weights(self) -> list[list[Tensor]]:
        """Return both directions' weights as tensors, so that a loop reads the variables once."""
        return [[ops.convert_to_tensor(w) for w in self.direction_weights(d)] for d in DIRECTIONS]

    def recur(
        self,
        z_forward: Tensor,
        z_backward: Tensor,
        states: States,
        training: bool = False,
        weights: Sequence[Sequence[Tensor]] | None = None,
    ) -> States:
        """Return the new states, given the input projection of one step.

        Args:
            z_forward: (B, gates * U), from `project`.
            z_backward: (B, gates * U), from `project`.
            states: the forward direction's states, then the backward one's, each (B, U).
            training: whether recurrent dropout acts.
            weights: the result of `read_weights`, or None to call it.

        Returns:
            The tuple of new states in the same order.
        """
        forward, backward = weights or self.read_weights()
        masks = _halves(self._mask("recurrent_dropout", training))
        return (
            *self.step(z_forward, states[: self.memories], forward, masks[0]),
            *self.step(z_backward, states[self.memories :], backward, masks[1]),
        )

    def step(
        self, z: Tensor, states: States, weights: Sequence[Tensor], recurrent_mask: Tensor | None
    ) -> States:
        """Return one direction's new states."""
        raise NotImplementedError

    def input_bias(self, bias: Tensor) -> Tensor:
        """Return the part of the bias that is added to the input projection."""
        return bias

    def call(
        self, inputs: Tensor, states: Sequence[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Step both directions once; see the class."""
        forward, backward = ops.split(inputs, 2, axis=-1)
        z = self.project(forward, backward, training)
        states = self.recur(*z, tuple(states), training)
        outputs = ops.concatenate([states[0], states[self.memories]], axis=-1)
        return outputs, list(states)

    def compute_output_shape(
        self, inputs_shape: Shape, states_shape: Sequence[Shape] | None = None
    ) -> tuple[Shape, list[Shape]]:
        """Return the shapes of the output and of the states."""
        batch = inputs_shape[0]
        return (batch, self.output_size), [(batch, size) for size in self.state_size]

    def get_initial_state(self, batch_size: int | Tensor | None = None) -> list[Tensor]:
        """Return zero states for `batch_size` sequences."""
        return [ops.zeros((batch_size, self.units), self.compute_dtype) for _ in self.state_size]

    def draw_dropout_masks(self, inputs: Tensor, state: Tensor) -> None:
        """Draw the dropout masks of a whole sequence, before the loop over its steps.

        Args:
            inputs: (B, 2F), the input of one step, for its shape.
            state: (B, U), any state, for its shape.
        """
        self.get_dropout_mask(inputs)
        self.get_recurrent_dropout_mask(state)

    def forget_dropout_masks(self) -> None:
        """Discard the masks of the last sequence."""
        self.reset_dropout_mask()
        self.reset_recurrent_dropout_mask()

    def get_recurrent_dropout_mask(self, step_input: Tensor) -> Tensor:
        """Return the mask of both directions, (B, 2U), for a state (B, U)."""
        both = ops.concatenate([step_input, step_input], axis=-1)
        return super().get_recurrent_dropout_mask(both)

    def _mask(self, role, training):
        rate = getattr(self, role)
        return getattr(self, f"_{role}_mask") if training and rate > 0 else None

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        serialize = keras.initializers.serialize
        return {
            **super().get_config(),
            "units": self.units,
            "kernel_initializer": serialize(self.kernel_initializer),
            "recurrent_initializer": serialize(self.recurrent_initializer),
            "bias_initializer": serialize(self.bias_initializer),
            "dropout": self.dropout,
            "recurrent_dropout": self.recurrent_dropout,
            "seed": self.seed,
        }


def _halves(mask):
    return (None, None) if mask is None else ops.split(mask, 2, axis=-1)
