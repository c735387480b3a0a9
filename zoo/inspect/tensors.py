"""From tensors of any backend to arrays."""

from typing import Any

import numpy as np
from keras import ops

from zoo.ops.tensor_types import Tensor


def to_numpy(tensor: Tensor) -> np.ndarray:
    """Return a tensor as a NumPy array.

    Example:

    >>> to_numpy(ops.ones(2)).tolist()
    [1.0, 1.0]
    """
    array: Any = ops.convert_to_numpy(tensor)
    return array
