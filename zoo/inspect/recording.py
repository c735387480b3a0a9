"""A context that records what enters the layers of a model."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import keras

from zoo.ops.tensor_types import Tensor


@contextmanager
def recording(
    layers: Sequence[keras.layers.Layer],
) -> Iterator[dict[int, tuple[Tensor, Tensor | None]]]:
    """Record the inputs of each layer inside the `with` block.

    Args:
        layers: list of layers.

    Yields:
        Dict that is filled with the `(sequences, mask)` of the first call of each layer, by its
        index. A call with an initial state is not recorded.
    """
    calls: dict[int, tuple[Tensor, Tensor | None]] = {}
    with ExitStack() as stack:
        for index, layer in enumerate(layers):
            # In the instance's dictionary, since Keras tracks attributes that are set.
            attributes: Any = vars(layer)
            attributes["call"] = _noting(layer.call, index, calls)
            stack.callback(attributes.pop, "call")
        yield calls


def _noting(
    call: Callable[..., Tensor], index: int, calls: dict[int, Any]
) -> Callable[..., Tensor]:
    signature = inspect.signature(call)

    def noted(*args: Any, **kwargs: Any) -> Tensor:
        given = signature.bind(*args, **kwargs).arguments
        if given.get("initial_state") is None:
            calls.setdefault(index, (next(iter(given.values())), given.get("mask")))
        return call(*args, **kwargs)

    return noted
