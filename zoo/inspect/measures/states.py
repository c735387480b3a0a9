"""Measures of the states of a recurrent layer, and of accuracy by position."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from zoo.inspect.checks import check_outputs
from zoo.inspect.tensors import to_numpy

# The configuration with which a layer returns its directions separately.
SEPARATE: dict[str, Any] = {
    "return_sequences": True,
    "return_state": False,
    "merge_mode": None,
    "projection_units": None,
    "go_backwards": False,
    "stateful": False,
}


def direction_outputs(
    layer: Any,
    sequences: ArrayLike,
    mask: ArrayLike | None = None,
    initial_state: Sequence[ArrayLike] | None = None,
) -> dict[str, np.ndarray]:
    """Run a recurrent layer and return the outputs of its directions before merging.

    Args:
        layer: a recurrent layer of the zoo. It is built if necessary.
        sequences: (B, T, F), floating.
        mask: (B, T) boolean, True for tokens, or None.
        initial_state: the states to start from, as the layer takes them, or None for zeros.

    Returns:
        "forward" and "backward", or the one direction of a unidirectional layer: float32 (B, T, U),
        both in the order of positions.

    Masking:
        Outputs are zero where masked, as in the layer.

    Raises:
        TypeError: `layer` is not a recurrent layer of the zoo.

    Example:

    >>> from zoo.layers import BiLSTM
    >>> outputs = direction_outputs(BiLSTM(3, merge_mode="max"), np.zeros((2, 5, 4), "float32"))
    >>> {direction: output.shape for direction, output in outputs.items()}
    {'forward': (2, 5, 3), 'backward': (2, 5, 3)}
    """
    if not hasattr(layer, "direction_weights"):
        raise TypeError(
            "direction_outputs: `layer` must be a recurrent layer of the zoo (BiLSTM, "
            f"UnidirectionalRNN, ...), got {type(layer).__name__}. Of a stack or model, pass one "
            "layer."
        )
    inputs = np.asarray(sequences)
    if not layer.built:
        layer.build(inputs.shape)
    options: dict[str, Any] = {} if mask is None else {"mask": np.asarray(mask)}
    if initial_state is not None:
        options["initial_state"] = [np.asarray(state) for state in initial_state]
    outputs = _separated(layer, inputs.shape)(inputs, **options)
    outputs = outputs if isinstance(outputs, tuple | list) else [outputs]
    return {
        direction: to_numpy(ops.cast(output, "float32"))
        for direction, output in zip(layer.directions, outputs, strict=True)
    }


def _separated(layer, shape):
    """Return a copy of the layer with the same weights that does not merge its directions."""
    config = layer.get_config()
    if config.get("go_backwards"):
        config["backward"] = True
    config.update({name: value for name, value in SEPARATE.items() if name in config})
    copy = type(layer).from_config(config)
    copy.build(shape)
    for direction in layer.directions:
        weights = layer.direction_weights(direction)
        for new, old in zip(copy.direction_weights(direction), weights, strict=True):
            if old is not None:
                new.assign(ops.convert_to_tensor(old))
    return copy


def state_norms(outputs: Mapping[str, ArrayLike]) -> dict[str, np.ndarray]:
    """Return the L2 norms of the states at every position.

    ```
    forward_t = |h_f,t|    backward_t = |h_b,t|    combined_t = |[h_f,t ; h_b,t]|
    ```

    Args:
        outputs: "forward" and "backward", or one of them, (..., T, U).

    Returns:
        The norms (..., T) by direction, and "combined" if there are two.

    Raises:
        ValueError: a direction is unknown, shapes differ, or an array is empty.

    Example:

    >>> norms = state_norms({"forward": [[3.0, 0.0]], "backward": [[0.0, 4.0]]})
    >>> {name: norm.tolist() for name, norm in norms.items()}
    {'forward': [3.0], 'backward': [4.0], 'combined': [5.0]}
    """
    states = check_outputs("state_norms", outputs)
    norms = {direction: np.linalg.norm(h, axis=-1) for direction, h in states.items()}
    if len(norms) == 2:
        norms["combined"] = np.hypot(norms["forward"], norms["backward"])
    return norms


def direction_correlation(
    outputs: Mapping[str, ArrayLike], mask: ArrayLike | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Compare the two directions: units over all positions, and states at each position.

    ```
    correlation[i, j] = Pearson correlation of h_f,t[i] and h_b,t[j] over all positions t
    cosine_t = <h_f,t, h_b,t> / (|h_f,t| |h_b,t|)
    ```

    Args:
        outputs: "forward" and "backward", (..., T, U). The correlation pools the positions of all
            sequences.
        mask: (..., T) boolean, True for tokens, or None.

    Returns:
        `(correlation, cosine)`: (U, U), rows the forward units, and (..., T). Both are NaN where
        undefined: for a constant unit, and for a state that is zero or masked.

    Raises:
        ValueError: a direction is missing, shapes differ, or an array is empty.

    Example:

    >>> correlation, cosine = direction_correlation(
    ...     {"forward": [[1.0], [2.0]], "backward": [[5.0], [-3.0]]}
    ... )
    >>> correlation.tolist(), cosine.tolist()
    ([[-1.0]], [1.0, -1.0])
    """
    states = check_outputs("direction_correlation", outputs, both=True)
    forward, backward = states["forward"], states["backward"]
    valid = np.ones(forward.shape[:-1], bool) if mask is None else np.asarray(mask, bool)
    if valid.shape != forward.shape[:-1]:
        raise ValueError(
            "direction_correlation: `mask` must have the shape of `outputs` without the units, "
            f"{forward.shape[:-1]}, got {valid.shape}."
        )
    products = np.linalg.norm(forward, axis=-1) * np.linalg.norm(backward, axis=-1)
    cosine = _divide((forward * backward).sum(axis=-1), np.where(valid, products, 0))
    correlation = pearson(forward[valid], backward[valid])
    return np.clip(correlation, -1, 1), np.clip(cosine, -1, 1)


def pearson(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the Pearson correlations (U, V) of the columns of a (N, U) with those of b (N, V).

    They are NaN for a constant column, and if there are no rows.

    Example:

    >>> pearson(np.array([[1.0], [2.0]]), np.array([[5.0], [-3.0]])).tolist()
    [[-1.0]]
    """
    if not len(a):
        return np.full((a.shape[1], b.shape[1]), np.nan)
    return _standardize(a).T @ _standardize(b) / len(a)


def _standardize(x):
    """Return columns with mean 0 and deviation 1; NaN for a constant column."""
    deviation = x.std(axis=0)
    # Due to rounding, the deviation of equal numbers may differ from 0.
    constant = deviation <= 1e-12 * np.abs(x).max(axis=0)
    return _divide(x - x.mean(axis=0), np.where(constant, 0, deviation))


def _divide(a, b):
    """Return a / b, NaN where b is 0."""
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), np.nan), where=b != 0)


def per_position_accuracy(
    labels: ArrayLike, predictions: ArrayLike, mask: ArrayLike, from_end: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the accuracy at every position, over the sequences that reach it.

    Args:
        labels: (B, T) integers.
        predictions: (B, T) integers.
        mask: (B, T) boolean, True for tokens.
        from_end: whether positions count from the last token of a sequence backwards, as the
            backward direction reads.

    Returns:
        `(accuracy, counts)`: fractions (T,), NaN where no sequence has a token, and the numbers of
        tokens (T,).

    Raises:
        ValueError: the shapes differ or are not (B, T).

    Example:

    >>> mask = [[True, True, False], [True, False, False]]
    >>> accuracy, counts = per_position_accuracy([[1, 0, 0]] * 2, [[1, 1, 0], [0, 0, 0]], mask)
    >>> accuracy.tolist(), counts.tolist()
    ([0.5, 0.0, nan], [2, 1, 0])
    >>> per_position_accuracy([[1, 0]], [[1, 1]], [[True, True]], from_end=True)[0].tolist()
    [0.0, 1.0]
    """
    gold, found, valid = np.asarray(labels), np.asarray(predictions), np.asarray(mask, bool)
    if gold.ndim != 2 or not gold.shape == found.shape == valid.shape:
        raise ValueError(
            "per_position_accuracy: `labels`, `predictions` and `mask` must have one shape, "
            f"(batch, time), got {gold.shape}, {found.shape} and {valid.shape}."
        )
    right = (gold == found) & valid
    if from_end:
        right, valid = (_from_last(each, valid) for each in (right, valid))
    counts = valid.sum(axis=0)
    return _divide(right.sum(axis=0), counts), counts


def _from_last(rows, mask):
    """Return rows (B, T) reversed, each from the last token of its mask on."""
    time = mask.shape[1]
    last = time - 1 - np.argmax(mask[:, ::-1], axis=1)
    return np.take_along_axis(rows, (last[:, None] - np.arange(time)) % time, axis=1)
