"""The base class of bidirectional layers: merging, views of the directions."""

from collections.abc import Sequence
from typing import Any, NoReturn, Self

from zoo.errors import refuse_causal_arguments, refuse_causal_use
from zoo.layers.inner import freeze_parts, frozen_parts, inherited
from zoo.layers.merge import Merge
from zoo.layers.rnn.cells.bidirectional import DIRECTIONS
from zoo.layers.rnn.direction_view import DirectionView
from zoo.layers.rnn.recurrent_base import RecurrentBase
from zoo.ops.tensor_types import Tensor


class BidirectionalBase(RecurrentBase):
    """Base class of the bidirectional layers: runs both directions and merges their outputs.

    Args:
        units: U, the width of one direction.
        merge_mode: one of `zoo.layers.MERGE_MODES` or None; see `zoo.layers.Merge`.
        projection_units: output width, for `merge_mode="projection"` only.
        **kwargs: the other arguments of `RecurrentBase`.

    Raises:
        CausalUseError: `causal=True` or `stateful=True`.
    """

    def __init__(
        self,
        units: int,
        *,
        merge_mode: str | None = "concat",
        projection_units: int | None = None,
        **kwargs: Any,
    ) -> None:
        refuse_causal_arguments(type(self).__name__, kwargs)
        super().__init__(units, **kwargs)
        self.merge_mode = merge_mode
        self.projection_units = projection_units
        self.merge = Merge(merge_mode, projection_units, **inherited(self), name="merge")
        self.frozen_at_build: set[str] = set()  # directions

    def build_merge(self) -> None:
        """Create the projection; call it after the other weights, which may be frozen."""
        self.merge.build((None, self.units), (None, self.units))
        for direction in self.frozen_at_build:
            for weight in self.direction_weights(direction):
                if weight is not None:
                    weight.trainable = False

    @property
    def directions(self) -> tuple[str, ...]:
        """Both directions."""
        return DIRECTIONS

    @property
    def forward_layer(self) -> DirectionView:
        """The forward direction: its weights, which can be read, set and frozen."""
        return DirectionView(self, "forward")

    @property
    def backward_layer(self) -> DirectionView:
        """The backward direction: its weights, which can be read, set and frozen."""
        return DirectionView(self, "backward")

    @property
    def _views(self):
        return self.forward_layer, self.backward_layer

    @property
    def output_widths(self) -> list[int]:
        """The width of each output: one, or with `merge_mode=None` one for each direction."""
        return self.merge.output_widths(self.units)

    def arranged(self, outputs: Sequence[Tensor]) -> Any:
        """Return the merged directions."""
        return self.merge(*outputs)

    def stream(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise: a bidirectional layer needs the complete sequence."""
        refuse_causal_use(f"{type(self).__name__}.stream")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        own = {name: getattr(self, name) for name in ("merge_mode", "projection_units")}
        return {**super().get_config(), **own, **frozen_parts(self, self._views)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Build the layer from its arguments, and freeze the direction that was frozen."""
        arguments = {"frozen": (), **config}
        frozen = arguments.pop("frozen")
        layer = cls(**arguments)
        freeze_parts(layer._views, frozen)
        return layer
