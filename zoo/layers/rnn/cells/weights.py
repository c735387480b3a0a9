"""The arguments and the weights of a cell."""

from functools import partial
from typing import Any

import keras
from keras import ops

# A private name: `keras.layers.RNN` draws the dropout masks of a cell before its loop only if the
# cell is an instance of this class.
from keras.src.layers.rnn.dropout_rnn_cell import DropoutRNNCell

from zoo.layers.guards import check_positive_int, check_rate
from zoo.layers.initializers import Initializer, drawn
from zoo.layers.rnn.cells.arguments import (
    ROLES,
    arguments_of,
    drop_choice_of_code,
    serialized,
    understood,
    unusual_argument,
)
from zoo.ops.tensor_types import Shape, Tensor, Variable


class CellWeights(DropoutRNNCell, keras.layers.Layer):
    """What a cell holds: its arguments, and an input matrix, a recurrent matrix and a bias.

    A cell of two directions has these weights for each. `zoo.layers.RecurrentCell` documents the
    arguments.

    Attributes:
        directions: "forward", or both.
        gates: number of gates in a combined matrix.
        memories: number of states of one direction.
        kind: the name in `zoo.layers.recurrent(cell=...)`.
    """

    directions: tuple[str, ...] = ("forward",)
    gates: int
    memories: int
    kind: str

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
        drop_choice_of_code(kwargs)
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
        self.output_size = units * len(self.directions)
        self.state_size = [self.output_size] * self.memories

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
                initializer=self.initialize_bias if role == "bias" else partial(drawn, own),
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

    def read_weights(self) -> list[list[Tensor | None]]:
        """Return the weights of each direction as tensors: a loop reads the variables once."""
        return [
            [None if w is None else ops.convert_to_tensor(w) for w in self.direction_weights(d)]
            for d in self.directions
        ]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        arguments = {name: serialized(name, value) for name, value in arguments_of(self).items()}
        return {**super().get_config(), "units": self.units, **arguments}
