"""Reads and checks the arguments of the functions in `zoo.ops.crf`."""

from collections.abc import Sequence

import numpy as np
from keras import ops

from zoo.ops.crf_chain import LOWEST, Chain
from zoo.ops.tensor_types import Tensor


def read_chain(
    inputs: Tensor,
    lengths: Tensor | None,
    transitions: Tensor | None,
    start: Tensor | None = None,
    end: Tensor | None = None,
    mask: Tensor | None = None,
    allowed: Sequence[Tensor] | None = None,
) -> Chain:
    """Return the `Chain` that the arguments describe; see `zoo.ops.crf`.

    Raises:
        ValueError: shapes that do not match; both lengths and a mask.
    """
    inputs = ops.convert_to_tensor(inputs)
    shape = tuple(inputs.shape)
    if len(shape) != 3 or shape[-1] is None:
        raise ValueError(
            "The emissions must have the shape (batch, time, tags), with a known number of tags, "
            f"got {shape}."
        )
    count = shape[-1]
    dtype = "float64" if "float64" in str(inputs.dtype) else "float32"
    sizes = {"transition_params": (count, count), "start": (count,), "end": (count,)}
    scores = []
    for (name, size), score in zip(sizes.items(), (transitions, start, end), strict=True):
        score = ops.zeros(size, dtype) if score is None else ops.cast(score, dtype)
        scores.append(_check_shape(name, score, size))
    if allowed is not None:
        for i, (name, size) in enumerate(sizes.items()):
            may = _check_shape(f"allowed[{i}] ({name})", ops.cast(allowed[i], "bool"), size)
            scores[i] = ops.where(may, scores[i], LOWEST)
    return Chain.of(ops.cast(inputs, dtype), _read_mask(inputs, lengths, mask), *scores)


def _read_mask(inputs, lengths, mask):
    if lengths is not None and mask is not None:
        raise ValueError("Give sequence lengths or a `mask`, not both.")
    if mask is not None:
        return _check_shape("mask", ops.cast(mask, "bool"), tuple(inputs.shape)[:2])
    batch, time = ops.shape(inputs)[:2]
    if lengths is None:
        return ops.ones((batch, time), "bool")
    lengths = _check_shape("sequence_lengths", ops.cast(lengths, "int32"), inputs.shape[:1])
    return ops.arange(time, dtype="int32") < lengths[:, None]


def read_tags(tags: Tensor, chain: Chain, lengths: Tensor | None, mask: Tensor | None) -> Tensor:
    """Return tags as int32, checked against the chain.

    The values are checked for arrays and lists only: tensors may be symbolic.

    Args:
        tags: (B, T) integers.
        chain: what `read_chain` returned.
        lengths: (B,) integers, or None.
        mask: (B, T) boolean, or None.

    Raises:
        ValueError: a shape that does not match, a tag outside 0..K-1 at a token.
    """
    *size, count = chain.emissions.shape
    if not any(map(ops.is_tensor, (tags, lengths, mask))):
        tags = _check_shape("tag_indices", np.asarray(tags), size)
        if lengths is not None:
            mask = np.arange(tags.shape[1]) < np.asarray(lengths)[:, None]
        seen = tags if mask is None else tags[np.asarray(mask, bool)]
        wrong = seen[(seen < 0) | (seen >= count)]
        if wrong.size:
            raise ValueError(
                f"`tag_indices` must be between 0 and {count - 1}, the number of tags minus one, "
                f"at every token, got {wrong[0]}."
            )
    return _check_shape("tag_indices", ops.cast(tags, "int32"), size)


def check_n(n: int) -> None:
    """Raise `ValueError` unless `n` is an integer above 0."""
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"`n` must be an integer above 0, got {n!r}.")


def _check_shape(name, x, size):
    """Return `x` if the known part of its shape matches `size`."""
    shape, size = tuple(x.shape), tuple(size)
    unequal = (None not in (a, b) and a != b for a, b in zip(shape, size, strict=False))
    if len(shape) != len(size) or any(unequal):
        raise ValueError(f"`{name}` must have the shape {size}, got {shape}.")
    return x
