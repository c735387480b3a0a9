"""The base class of layers of one direction: reading order, states kept between batches."""

from collections.abc import Sequence
from typing import Any, Literal

import keras
from keras import ops

from zoo.layers.masks import outgoing_mask
from zoo.layers.rnn.recurrent_base import STATES, RecurrentBase
from zoo.ops.tensor_types import States, Tensor, Variable


class KeptStates:
    """The states that a stateful layer keeps from one batch to the next.

    Args:
        shape: (B, U) of every state.
        names: of the states.
        dtype: of the variables.
    """

    def __init__(self, shape: tuple[int, int], names: Sequence[str], dtype: str) -> None:
        self.shape = shape
        self.variables: list[Variable] = [
            keras.Variable("zeros", shape=shape, dtype=dtype, trainable=False, name=f"state_{name}")
            for name in names
        ]

    def read(self) -> States:
        """Return the states as tensors."""
        return tuple(ops.copy(ops.convert_to_tensor(v)) for v in self.variables)

    def write(self, states: States) -> None:
        """Keep the final states of a batch."""
        for variable, state in zip(self.variables, states, strict=True):
            variable.assign(ops.cast(state, variable.dtype))


class UnidirectionalBase(RecurrentBase):
    """Base class of the layers of one direction.

    Args:
        units: U, the width of the output.
        backward: whether the layer reads from the last position to the first; the outputs are in
            the order of positions.
        go_backwards: the same, but the outputs are in the order of reading, as in Keras.
        stateful: whether a batch starts from the final states of the batch before. The layer must
            read forward, and the batch size must be known.
        **kwargs: the other arguments of `RecurrentBase`.

    Raises:
        ValueError: both `backward` and `go_backwards`; `stateful` of a layer that reads backward.
    """

    def __init__(
        self,
        units: int,
        *,
        backward: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        name = type(self).__name__
        if backward and go_backwards:
            raise ValueError(
                f"{name}: use `backward=True` for outputs in the order of positions, or "
                "`go_backwards=True` for outputs in the order of reading, not both."
            )
        if stateful and (backward or go_backwards):
            raise ValueError(
                f"{name}: `stateful=True` needs a layer that reads forward. A layer that reads "
                "backward starts at the end of a sequence, which the next batch continues."
            )
        super().__init__(units, **kwargs)
        self.backward = backward
        self.go_backwards = go_backwards
        self.stateful = stateful
        self._kept: KeptStates | None = None

    @property
    def directions(self) -> tuple[str, ...]:
        """The one direction, "forward" or "backward"."""
        return ("backward",) if self.backward or self.go_backwards else ("forward",)

    @property
    def states(self) -> list[Variable] | None:
        """The states that a stateful layer has kept, else None."""
        return list(self._kept.variables) if self._kept else None

    @property
    def variables(self) -> list[Variable]:
        """The variables of the layer, with kept states, which are no weights."""
        return [*super().variables, *(self.states or [])]

    def keep_states(self, batch: int | None) -> None:
        """Create the states that a stateful layer keeps.

        Args:
            batch: B.
        """
        if not self.stateful or self._kept:
            return
        if batch is None:
            raise ValueError(
                f"{self.name}: `stateful=True` needs a known batch size, got `sequences` of shape "
                "(None, ...). Use an Input with `batch_shape`."
            )
        names = STATES[self.cell_kind]
        self._kept = KeptStates((batch, self.units), names, self.variable_dtype)

    def reset_state(self) -> None:
        """Set the kept states of a stateful layer to zero."""
        if self._kept:
            self._kept.write(tuple(ops.zeros(self._kept.shape) for _ in self._kept.variables))

    def reset_states(self) -> None:
        """Set the kept states to zero: the other name of `reset_state`, as in Keras."""
        self.reset_state()

    def call(
        self,
        sequences: Tensor,
        initial_state: Sequence[Tensor] | None = None,
        mask: Tensor | Literal[False] | None = None,
        training: bool = False,
    ) -> Any:
        """Run the layer; see the class."""
        if self._kept:
            batch, _ = self._kept.shape
            if sequences.shape[0] not in (None, batch):
                raise ValueError(
                    f"{self.name}: `sequences` of a stateful layer must have the batch size "
                    f"{batch} of the first batch, got shape {tuple(sequences.shape)}."
                )
            initial_state = self._kept.read() if initial_state is None else initial_state
        return super().call(sequences, initial_state, mask, training)

    def _returned(self, outputs, states):
        if self._kept:
            self._kept.write(states)
        return super()._returned(outputs, states)

    def arranged(self, outputs: Sequence[Tensor]) -> Any:
        """Return the output, in the order of reading with `go_backwards`."""
        (output,) = outputs
        return ops.flip(output, axis=1) if self.go_backwards and self.return_sequences else output

    def compute_mask(self, sequences: Tensor, mask: Tensor | Literal[False] | None = None) -> Any:
        """Return the mask of outputs with positions, in their order; None for the others."""
        mask = outgoing_mask(sequences, mask)
        if mask is not None and self.go_backwards:
            mask = ops.flip(mask, axis=1)
        return super().compute_mask(sequences, mask)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        names = ("backward", "go_backwards", "stateful")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
