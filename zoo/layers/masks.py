"""The mask of a call: where it comes from, and how it keeps padding out of what follows."""

from typing import Literal

from keras import ops

# A private name: Keras has no public one for the implicit mask of a tensor.
from keras.src.backend import get_keras_mask

from zoo.ops.tensor_types import Tensor
from zoo.ops.trusted_input import input_is_trusted


def find_mask(x: Tensor, mask: Tensor | Literal[False] | None = None) -> Tensor | None:
    """Return the mask of a call: the explicit one, else the implicit one of `x`, else None.

    False stands for no mask, whether `x` has an implicit one or not.

    Keras passes the implicit mask of the first argument to `call` only if that is the only tensor
    among the arguments: with `initial_state` it does not.

    Args:
        x: the first argument of the call.
        mask: the argument `mask`.

    Example:

    >>> import keras, numpy as np
    >>> embedded = keras.layers.Embedding(5, 2, mask_zero=True)(np.array([[3, 0]]))
    >>> np.asarray(find_mask(embedded)).tolist()
    [[True, False]]
    """
    if mask is False:
        return None
    return get_keras_mask(x) if mask is None else mask


def outgoing_mask(x: Tensor, mask: Tensor | Literal[False] | None) -> Tensor | None:
    """Return the mask of outputs with the positions of `x`, given the mask that a call has used.

    A call with `mask=False` reads padding, which is still padding in its outputs.
    """
    return find_mask(x) if mask is False else mask


def clear_masked(x: Tensor, mask: Tensor | None) -> Tensor:
    """Return `x` with zeros at masked positions, whatever it holds there.

    A product with the mask would keep NaN, and a loop that skips a masked position still has
    `0 * NaN` in the gradient of its weights.

    Args:
        x: (B, T, F).
        mask: (B, T) boolean, or None.

    Example:

    >>> import numpy as np
    >>> x = np.array([[[1.0], [np.nan]]])
    >>> np.asarray(clear_masked(x, np.array([[True, False]])))[0, :, 0].tolist()
    [1.0, 0.0]
    """
    if mask is None or input_is_trusted():
        return x
    return ops.where(ops.expand_dims(mask, -1), x, 0.0)


def zero_before_tokens(outputs: Tensor, mask: Tensor, backward: bool) -> Tensor:
    """Return outputs with zeros where a direction has not read a token yet.

    There a loop repeats the initial state, as Keras does on JAX; on TensorFlow and torch Keras
    returns zeros.

    Args:
        outputs: (B, T, U), in the order of positions.
        mask: (B, T) boolean.
        backward: whether the direction reads from the last position to the first.

    Example:

    >>> import numpy as np
    >>> mask = np.array([[False, True, False]])
    >>> np.asarray(zero_before_tokens(np.ones((1, 3, 1)), mask, backward=False))[0, :, 0].tolist()
    [0.0, 1.0, 1.0]
    """
    tokens = ops.cast(mask, "int32")
    if backward:
        read = ops.flip(ops.cumsum(ops.flip(tokens, axis=1), axis=1), axis=1)
    else:
        read = ops.cumsum(tokens, axis=1)
    return ops.where(ops.expand_dims(read > 0, -1), outputs, 0.0)
