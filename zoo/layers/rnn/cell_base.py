"""The base classes of the cells: weights, dropout, the cell interface of Keras."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

# A private name: `keras.layers.RNN` draws the dropout masks of a cell before its loop only if the
# cell is an instance of this class.
from keras.src.layers.rnn.dropout_rnn_cell import DropoutRNNCell

from zoo.layers.guards import check_positive_int, check_rate
from zoo.layers.initializers import Initializer
from zoo.layers.rnn.cell_arguments import (
    ROLES,
    arguments_of,
    serialized,
    understood,
    unusual_argument,
)
from zoo.ops.matmul_dtype import matmul
from zoo.ops.tensor_types import Shape, States, Tensor, Variable

DIRECTIONS = ("forward", "backward")


class RecurrentCell(DropoutRNNCell, keras.layers.Layer):
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

    directions = ("forward",)
    gates: int  # number of gates in a combined matrix
    memories: int  # number of states of one direction
    kind: str  # the name in `zoo.layers.recurrent(cell=...)`

    def __init__(
        self,
        units: int,
        *,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Initializer = "glorot_uniform",
        recurrent_initializer: Initializer = "orthogonal",
        bias_initializer: Initializer = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units = check_positive_int("units", units)
        self.use_bias = use_bias
        self.activation: Any = understood("activation", activation)
        gates = self.gates
        self.kernel_initializer: Any = understood("kernel_initializer", kernel_initializer, gates)
        self.recurrent_initializer: Any = understood(
            "recurrent_initializer", recurrent_initializer, gates
        )
        self.bias_initializer: Any = understood("bias_initializer", bias_initializer)
        self.kernel_regularizer = understood("kernel_regularizer", kernel_regularizer)
        self.recurrent_regularizer = understood("recurrent_regularizer", recurrent_regularizer)
        self.bias_regularizer = understood("bias_regularizer", bias_regularizer)
        self.kernel_constraint = understood("kernel_constraint", kernel_constraint)
        self.recurrent_constraint = understood("recurrent_constraint", recurrent_constraint)
        self.bias_constraint = understood("bias_constraint", bias_constraint)
        self.dropout = check_rate("dropout", dropout)
        self.recurrent_dropout = check_rate("recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.state_size = [units] * (self.memories * len(self.directions))
        self.output_size = units * len(self.directions)

    @property
    def unusual(self) -> str:
        """The argument that differs from the equations of cuDNN and torch, or "" if none does."""
        return unusual_argument(arguments_of(self))

    @property
    def activations(self) -> dict[str, Any]:
        """The activations as arguments of the step functions; empty if all are the usual ones."""
        names = ("activation", "recurrent_activation")
        given = {name: getattr(self, name) for name in names if hasattr(self, name)}
        return given if unusual_argument(given) else {}

    def build(self, input_shape: Shape) -> None:
        """Create an input matrix, a recurrent matrix and a bias for each direction."""
        features = self.check_width(input_shape)
        for direction in self.directions:
            self._add_weights(direction, features)

    def check_width(self, input_shape: Shape) -> int:
        """Return F, after checking the shape of `inputs`."""
        if input_shape[-1] is None:
            raise ValueError(
                f"{type(self).__name__}: the last axis of `inputs`, (batch, features), must be "
                f"known, got shape {tuple(input_shape)}."
            )
        return input_shape[-1]

    def _add_weights(self, direction, features):
        width = self.gates * self.units
        shapes = ((features, width), (self.units, width), self.bias_shape())
        for (role, prefix), shape in zip(ROLES.items(), shapes, strict=True):
            if role == "bias" and not self.use_bias:
                self._set_weight(direction, role, None)
                continue
            initializer = getattr(self, f"{prefix}_initializer")
            # An initializer instance draws the same values at every call: each direction gets its
            # own copy, or both would start with the same weights.
            own = initializer.clone() if hasattr(initializer, "clone") else initializer
            variable = self.add_weight(
                shape=shape,
                initializer=self.initialize_bias if role == "bias" else own,
                regularizer=getattr(self, f"{prefix}_regularizer"),
                constraint=getattr(self, f"{prefix}_constraint"),
                name=self._attribute(direction, role),
            )
            self._set_weight(direction, role, variable)

    def _set_weight(self, direction, role, variable):
        setattr(self, self._attribute(direction, role), variable)

    def _attribute(self, direction, role):
        return role if len(self.directions) == 1 else f"{direction}_{role}"

    def bias_shape(self) -> tuple[int, ...]:
        """Return the shape of one direction's bias."""
        return (self.gates * self.units,)

    def initialize_bias(self, shape: Shape, dtype: str | None = None) -> Tensor:
        """Return one direction's initial bias."""
        return self.bias_initializer(shape, dtype=dtype)

    def direction_weights(self, direction: str) -> tuple[Variable, ...]:
        """Return the variables (kernel, recurrent kernel, bias or None) of a direction."""
        return tuple(getattr(self, self._attribute(direction, role)) for role in ROLES)

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

    def read_weights(self) -> list[list[Tensor | None]]:
        """Return the weights of each direction as tensors: a loop reads the variables once."""
        return [
            [None if w is None else ops.convert_to_tensor(w) for w in self.direction_weights(d)]
            for d in self.directions
        ]

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
        raise NotImplementedError

    def input_bias(self, bias: Tensor) -> Tensor:
        """Return the part of the bias that is added to the input projection."""
        return bias

    def call(
        self, inputs: Tensor, states: Sequence[Tensor], training: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Step all directions once; see the class."""
        each = self._split(inputs)
        states = self.recur(self.project(each, training), tuple(states), training)
        return self.joined(states[:: self.memories]), list(states)

    def get_initial_state(self, batch_size: int | Tensor | None = None) -> list[Tensor]:
        """Return zero states for `batch_size` sequences."""
        return [ops.zeros((batch_size, self.units), self.compute_dtype) for _ in self.state_size]

    def draw_dropout_masks(self, inputs: Tensor, state: Tensor) -> None:
        """Draw the dropout masks of a whole sequence, before the loop over its steps.

        Args:
            inputs: (B, F), the input of one step of one direction, for its shape.
            state: (B, U), any state, for its shape.
        """
        self.get_dropout_mask(self.joined([inputs] * len(self.directions)))
        self.get_recurrent_dropout_mask(state)

    def forget_dropout_masks(self) -> None:
        """Discard the masks of the last sequence."""
        self.reset_dropout_mask()
        self.reset_recurrent_dropout_mask()

    def get_recurrent_dropout_mask(self, step_input: Tensor) -> Tensor:
        """Return the mask of all directions, (B, directions * U), for a state (B, U)."""
        return super().get_recurrent_dropout_mask(self.joined([step_input] * len(self.directions)))

    def _masks(self, role, training):
        if not (training and getattr(self, role) > 0):
            return [None] * len(self.directions)
        return self._split(getattr(self, f"_{role}_mask"))

    def _split(self, x):
        return [x] if len(self.directions) == 1 else ops.split(x, len(self.directions), axis=-1)

    def joined(self, xs: Sequence[Tensor]) -> Tensor:
        """Return the tensors of all directions side by side."""
        return xs[0] if len(self.directions) == 1 else ops.concatenate(xs, axis=-1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        arguments = {name: serialized(name, value) for name, value in arguments_of(self).items()}
        return {**super().get_config(), "units": self.units, **arguments}


class BiCell(RecurrentCell):
    """One step of both directions of a bidirectional RNN.

    At step t the cell reads the input at t for its forward half and the input at T-1-t for its
    backward half, side by side, so that

    ```
    keras.layers.RNN(BiLSTMCell(units))(concat([x, flip(x, time)], -1))
    ```

    *is* a bidirectional LSTM (its backward half in reversed time order).

    Args:
        units: U, the width of one direction's state.
        **kwargs: the other arguments of `RecurrentCell`; both directions share them.

    Call arguments:
        inputs: (B, 2F), `[x_t ; x_{T-1-t}]`.
        states: the forward direction's states, then the backward one's, each (B, U).
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
    >>> tuple(out.shape), len(states)
    ((2, 6), 4)

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
