"""Names of types for annotations; docstrings give the shapes."""

from typing import Any

# A tensor of the current backend, or an array or list that `keras.ops` converts: these have no
# common class, and naming each would import every backend.
Tensor = Any
Shape = tuple[Any, ...]  # an int per axis, None if unknown
Variable = Any  # `keras.Variable` of the backend
States = tuple[Tensor, ...]
