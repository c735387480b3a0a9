"""The base class of bidirectional layers: merging, views of the directions."""

from collections.abc import Sequence
from typing import Any, NoReturn

from zoo.errors import refuse_causal_arguments, refuse_causal_use
from zoo.layers.inner import inherited
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
        names = ("merge_mode", "projection_units")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
