"""Weight initializers beyond those of Keras."""

import math
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from zoo.ops.tensor_types import Shape, Tensor

# The argument of `keras.initializers.get`: a name, an initializer, or its serialized form.
Initializer = str | dict[str, Any] | keras.initializers.Initializer


@keras.saving.register_keras_serializable(package="zoo")
class GateNormal(keras.initializers.Initializer):
    """Normal with the standard deviation `sqrt(2 / (in + hidden))` of a single gate's matrix.

    Keras' Glorot initializers see the combined matrix (in, gates * hidden) and so divide by
    `in + gates * hidden`; this one counts one gate, as if each gate had its own matrix.

    Args:
        gates: number of gates in the combined matrix: LSTM 4, GRU 3, vanilla RNN 1.
        seed: integer seed, or None.

    Example:

    >>> import numpy as np
    >>> w = np.asarray(GateNormal(gates=4, seed=0)((300, 4 * 100)))
    >>> print(round(float(w.std() / np.sqrt(2 / 400)), 1))
    1.0

    Reference: Glorot & Bengio (2010), equation 12.
    """

    def __init__(self, gates: int, seed: int | None = None) -> None:
        self.gates = gates
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Tensor:
        """Return a tensor of `shape` (in, gates * hidden)."""
        stddev = math.sqrt(2.0 / (shape[0] + shape[1] / self.gates))
        normal = keras.initializers.RandomNormal(stddev=stddev, seed=self.seed)
        return normal(shape, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {"gates": self.gates, "seed": self.seed}


def drawn(initializer: Callable[..., Tensor], shape: Shape, dtype: str | None = None) -> Tensor:
    """Return initial values; those of 16 bits are drawn in 32 bits.

    Orthogonal matrices need a QR decomposition, which JAX and torch do not have in 16 bits.

    >>> drawn(keras.initializers.Orthogonal(), (3, 3), "bfloat16").shape[0]
    3
    """
    narrow = dtype in ("float16", "bfloat16")
    values = initializer(shape, dtype="float32" if narrow else dtype)
    return ops.cast(values, dtype) if narrow else values
