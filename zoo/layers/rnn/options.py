"""The options of a stack of recurrent layers, as one dataclass."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from zoo.layers.guards import check_choice, check_positive_int, check_rate
from zoo.layers.rnn.factory import DIRECTION_CHOICES


@dataclass(frozen=True)
class StackOptions:
    """The options of a `zoo.layers.RecurrentStack`.

    Args:
        units: U, the width of one direction of every layer.
        num_layers: number of layers.
        cell, direction, backend_layer: of every layer, as in `zoo.layers.recurrent`.
        merge_mode, projection_units: of every layer, as in `zoo.layers.BiRNN`; only
            bidirectional layers use them.
        dropout, recurrent_dropout: of every layer, as in `zoo.layers.BiCell`.
        residual: whether the input of every layer from the second on is added to its output.
        layer_norm: whether the input of every layer from the second on is normalized.
        between_dropout: fraction of the features of that input that is dropped.

    Raises:
        ValueError: `num_layers` below 1, an unknown `direction`, a rate outside [0, 1), or
            `merge_mode=None` for bidirectional layers.

    Example:

    >>> StackOptions(units=3, direction="backward").bidirectional
    False
    """

    units: int
    num_layers: int = 1
    cell: str = "lstm"
    direction: str = "both"
    backend_layer: str = "zoo"
    merge_mode: str | None = "concat"
    projection_units: int | None = None
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    residual: bool = False
    layer_norm: bool = False
    between_dropout: float = 0.0

    def __post_init__(self) -> None:
        """Check the options that the layers do not check."""
        check_positive_int("num_layers", self.num_layers)
        check_choice("direction", self.direction, DIRECTION_CHOICES)
        check_rate("between_dropout", self.between_dropout)
        if self.bidirectional and self.merge_mode is None:
            raise ValueError(
                "`merge_mode` of a stack must merge the directions into one tensor, which the next "
                "layer reads; got None."
            )

    @classmethod
    def pop_from(cls, arguments: dict[str, Any]) -> StackOptions:
        """Remove the options from a dict of keyword arguments and return them.

        Args:
            arguments: names and values; `units` is among them.

        Example:

        >>> arguments = {"units": 3, "name": "stack"}
        >>> StackOptions.pop_from(arguments).units, arguments
        (3, {'name': 'stack'})
        """
        names = [each.name for each in fields(cls)]
        return cls(**{name: arguments.pop(name) for name in names if name in arguments})

    @property
    def bidirectional(self) -> bool:
        """Whether the layers read in both directions."""
        return self.direction == "both"

    def layer_arguments(self) -> dict[str, Any]:
        """Return the arguments of `zoo.layers.recurrent` that all layers share."""
        names = ["units", "cell", "direction", "backend_layer", "dropout", "recurrent_dropout"]
        if self.bidirectional:
            names += ["merge_mode", "projection_units"]
        return {name: getattr(self, name) for name in names}

    def to_config(self) -> dict[str, Any]:
        """Return a dict of plain values; `StackOptions(**config)` is equal to this."""
        return asdict(self)
