"""A context that records what enters the layers of a model."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import keras

from zoo.layers.masks import find_mask
from zoo.ops.tensor_types import Tensor


class LayerCall(NamedTuple):
    """What a recurrent layer is called with.

    Args:
        sequences: (B, T, F).
        mask: (B, T) boolean, or None.
        initial_state: the states to start from, or None.
    """

    sequences: Tensor
    mask: Tensor | None
    initial_state: Any


@contextmanager
def recording(layers: Sequence[keras.layers.Layer]) -> Iterator[dict[int, LayerCall]]:
    """Record the inputs of each layer inside the `with` block.

    Args:
        layers: list of layers.

    Yields:
        Dict that is filled with the first call of each layer, by its index.
    """
    calls: dict[int, LayerCall] = {}
    with ExitStack() as stack:
        for index, layer in enumerate(layers):
            # In the instance's dictionary, since Keras tracks attributes that are set.
            attributes: Any = vars(layer)
            attributes["call"] = _noting(layer.call, index, calls)
            stack.callback(attributes.pop, "call")
        yield calls


def _noting(
    call: Callable[..., Tensor], index: int, calls: dict[int, LayerCall]
) -> Callable[..., Tensor]:
    signature = inspect.signature(call)

    def noted(*args: Any, **kwargs: Any) -> Tensor:
        given = signature.bind(*args, **kwargs).arguments
        sequences = next(iter(given.values()))
        mask = find_mask(sequences, given.get("mask"))
        calls.setdefault(index, LayerCall(sequences, mask, given.get("initial_state")))
        return call(*args, **kwargs)

    return noted
