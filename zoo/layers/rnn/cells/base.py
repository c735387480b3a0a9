"""The base class of the cells: one step in two parts, dropout, the cell interface of Keras."""

from collections.abc import Callable, Sequence

from keras import ops

from zoo.layers.rnn.cells.weights import CellWeights
from zoo.ops.matmul_dtype import matmul
from zoo.ops.tensor_types import Shape, States, Tensor


class RecurrentCell(CellWeights):
    """One step of a recurrent network; the base class of `LSTMCell`, `GRUCell`, `SimpleRNNCell`.

    A step has two parts: `project` is the input projection, `x W + b`, which can be computed for
    all positions at once; `recur` is the rest, which depends on the previous state. The arguments
    have the names, defaults and meanings of the cells of Keras.

    Args:
        units: U, the width of a state.
        activation: of the candidate state; a Keras activation, its name or None for none.
        use_bias: whether there is a bias.
        kernel_initializer: of the input matrix (F, gates * U); a Keras initializer or
            `"gate_normal"`, which is `zoo.layers.GateNormal`.
        recurrent_initializer: of the recurrent matrix (U, gates * U); the same choices.
        bias_initializer: of the bias.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: Keras regularizers, or None.
        kernel_constraint, recurrent_constraint, bias_constraint: Keras constraints, or None.
        dropout: fraction of the input features dropped, with one mask for all steps of a sequence.
        recurrent_dropout: the same for `h` in the recurrent product (variational dropout).
        seed: of the dropout masks.
        implementation: 0, 1 or 2, as in Keras, where it chooses the code of a step; no effect.

    Call arguments:
        inputs: (B, F), `x_t`.
        states: list of (B, U).
        training: whether dropout acts.

    Returns:
        `(h, new_states)`; the output is (B, U).

    Raises:
        ValueError: units below 1, a rate outside [0, 1), an unknown name.

    Example:

    >>> import numpy as np
    >>> from zoo.layers import LSTMCell
    >>> cell = LSTMCell(3)
    >>> out, states = cell(np.ones((2, 4), "float32"), cell.get_initial_state(2))
    >>> tuple(out.shape), len(states)
    ((2, 3), 2)

    Reference: dropout as in Gal & Ghahramani (2016).
    """

    equations: Callable[..., States]  # `(z, states, recurrent_kernel, recurrent_mask) -> states`

    def project(
        self, inputs: Sequence[Tensor], training: bool = False, time_axis: int = 1
    ) -> tuple[Tensor, ...]:
        """Return the input projection of the gates of each direction, `x W + b`.

        Args:
            inputs: for each direction (..., F): one step or a whole sequence.
            training: whether input dropout acts.
            time_axis: the time axis of a whole sequence.

        Returns:
            A (..., gates * U) tensor for each direction.
        """
        z = []
        masks = self._masks("dropout", training)
        for direction, x, mask in zip(self.directions, inputs, masks, strict=True):
            kernel, _, bias = self.direction_weights(direction)
            if mask is not None:
                x = x * (mask if len(x.shape) == 2 else ops.expand_dims(mask, time_axis))
            product = matmul(x, kernel)
            z.append(product if bias is None else product + self.input_bias(bias))
        return tuple(z)

    def recur(
        self,
        z: Sequence[Tensor],
        states: States,
        training: bool = False,
        weights: Sequence[Sequence[Tensor | None]] | None = None,
    ) -> States:
        """Return the new states, given the input projection of one step.

        Args:
            z: for each direction (B, gates * U), from `project`.
            states: the states of each direction in turn, each (B, U).
            training: whether recurrent dropout acts.
            weights: the result of `read_weights`, or None to call it.

        Returns:
            The tuple of new states in the same order.
        """
        masks = self._masks("recurrent_dropout", training)
        new = []
        for index, (each, own) in enumerate(zip(z, weights or self.read_weights(), strict=True)):
            before = states[index * self.memories : (index + 1) * self.memories]
            new += self.step(each, before, own, masks[index])
        return tuple(new)

    def step(
        self,
        z: Tensor,
        states: States,
        weights: Sequence[Tensor | None],
        recurrent_mask: Tensor | None,
    ) -> States:
        """Return one direction's new states."""
        _, recurrent_kernel, _ = weights
        return self.equations(z, states, recurrent_kernel, recurrent_mask, **self.activations)

    def input_bias(self, bias: Tensor) -> Tensor:
        """Return the part of the bias that is added to the input projection."""
        return bias

    def call(
        self, inputs: Tensor, states: Sequence[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Step all directions once; see the class."""
        self._check_states(states)
        before = [state for own in zip(*map(self._split, states), strict=True) for state in own]
        after = self.recur(self.project(self._split(inputs), training), tuple(before), training)
        states = [self._joined(after[memory :: self.memories]) for memory in range(self.memories)]
        return states[0], states

    def _check_states(self, states):
        shapes = [tuple(state.shape) for state in states]
        if [shape[1:] for shape in shapes] != [(size,) for size in self.state_size]:
            raise ValueError(
                f"{type(self).__name__}: `states` must have the widths {self.state_size} (both "
                f"directions side by side, if there are two), got shapes {shapes}."
            )

    def compute_output_shape(
        self, inputs_shape: Shape, states_shape: Sequence[Shape] | None = None
    ) -> tuple[Shape, list[Shape]]:
        """Return the shapes of the output and of the states."""
        batch = inputs_shape[0]
        return (batch, self.output_size), [(batch, size) for size in self.state_size]

    def get_initial_state(self, batch_size: int | Tensor | None = None) -> list[Tensor]:
        """Return zero states for `batch_size` sequences."""
        return [ops.zeros((batch_size, size), self.compute_dtype) for size in self.state_size]

    def draw_dropout_masks(self, batch: int | Tensor, width: int) -> None:
        """Draw the dropout masks of a whole sequence, before the loop over its steps.

        Args:
            batch: B.
            width: F, the width of the input of one step of one direction.
        """
        width *= len(self.directions)
        self.get_dropout_mask(ops.zeros((batch, width), self.compute_dtype))
        self.get_recurrent_dropout_mask(ops.zeros((batch, self.output_size), self.compute_dtype))

    def forget_dropout_masks(self) -> None:
        """Discard the masks of the last sequence."""
        self.reset_dropout_mask()
        self.reset_recurrent_dropout_mask()

    def _masks(self, role, training):
        if not (training and getattr(self, role) > 0):
            return [None] * len(self.directions)
        return self._split(getattr(self, f"_{role}_mask"))

    def _split(self, x):
        return [x] if len(self.directions) == 1 else ops.split(x, len(self.directions), axis=-1)

    def _joined(self, xs):
        return xs[0] if len(self.directions) == 1 else ops.concatenate(xs, axis=-1)
