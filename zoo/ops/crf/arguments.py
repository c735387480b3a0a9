"""Reads and checks the arguments of the functions in `zoo.ops.crf`."""

from collections.abc import Sequence

import numpy as np
from keras import ops

from zoo.ops.crf.chain import LOWEST, Chain
from zoo.ops.tensor_types import Shape, Tensor


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
    """Return tags (B, T) as int32, checked against the chain.

    The values are checked for arrays and lists only: tensors may be symbolic.

    Args:
        tags: (B, T) or (B, T, 1) integers.
        chain: what `read_chain` returned.
        lengths: (B,) integers, or None.
        mask: (B, T) boolean, or None.

    Raises:
        ValueError: a shape that does not match, a tag outside 0..K-1 at a token.
    """
    *size, count = chain.emissions.shape
    tags = flat_tags("tag_indices", tags, tuple(size))
    if not any(map(ops.is_tensor, (tags, lengths, mask))):
        if lengths is not None:
            mask = np.arange(tags.shape[1]) < np.asarray(lengths)[:, None]
        seen = tags if mask is None else tags[np.asarray(mask, bool)]
        wrong = seen[(seen < 0) | (seen >= count)]
        if wrong.size:
            raise ValueError(
                f"`tag_indices` must be between 0 and {count - 1}, the number of tags minus one, "
                f"at every token, got {wrong[0]}."
            )
    return ops.cast(tags, "int32")


def flat_tags(name: str, tags: Tensor, size: Shape) -> Tensor:
    """Return tags with the shape (B, T): those of (B, T, 1) lose their last axis.

    Args:
        name: of the argument, for the error.
        tags: (B, T) or (B, T, 1) integers.
        size: (B, T).

    Raises:
        ValueError: tags of another shape, such as one-hot vectors.
    """
    tags = tags if hasattr(tags, "shape") else np.asarray(tags)
    if len(tags.shape) == 3 and tags.shape[-1] == 1:
        return _check_shape(name, tags[..., 0], size)
    if len(tags.shape) == 3:
        raise ValueError(
            f"`{name}` must have the shape (batch, time), one integer for each token, got "
            f"{tuple(tags.shape)}. If the tags are one-hot vectors, pass their argmax over the "
            "last axis. Several allowed tags for a token are the `tag_bitmap` of "
            "`crf_multitag_log_likelihood`."
        )
    return _check_shape(name, tags, size)


def read_bitmap(bitmap: Tensor, chain: Chain) -> Tensor:
    """Return a `tag_bitmap` (B, T, K) as booleans, checked against the chain."""
    return _check_shape("tag_bitmap", ops.cast(bitmap, "bool"), chain.emissions.shape)


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
