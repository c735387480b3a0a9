"""What annotations call tensors; docstrings give their shapes."""

from typing import Any

# Of the backend that runs, or an array or a list that `keras.ops` turns into one: no class is
# common to them, and none of them may be imported to name it.
Tensor = Any
Shape = tuple[Any, ...]  # of a tensor: an int an axis, None where it is not known
Variable = Any  # `keras.Variable` of the backend
States = tuple[Tensor, ...]
