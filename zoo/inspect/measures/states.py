"""What goes on inside a bidirectional layer, as numbers: states, agreement, accuracy."""

import numpy as np
from keras import ops

from zoo.inspect.checks import check_outputs

# What a layer is asked for so that its directions come out apart.
APART = {
    "return_sequences": True,
    "return_state": False,
    "merge_mode": None,
    "projection_units": None,
}


def direction_outputs(layer, sequences, mask=None):
    """Run a recurrent layer and return the outputs of its directions before merging.

    Args:
        layer: a recurrent layer of the zoo, two-way or one-way; built here if it is not yet.
        sequences: (B, T, F), floating.
        mask: (B, T) boolean, True where there is a token, or None.

    Returns:
        Dict of "forward" and "backward", float32 NumPy arrays (B, T, U), both in the order of
        positions; a one-way layer gives its own direction alone.

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
    sequences = np.asarray(sequences)
    if not layer.built:
        layer.build(sequences.shape)
    directions = _directions(layer)
    outputs = _apart(layer, directions, sequences.shape)(
        sequences, mask=None if mask is None else np.asarray(mask)
    )
    outputs = outputs if isinstance(outputs, tuple | list) else [outputs]
    return {
        direction: ops.convert_to_numpy(ops.cast(output, "float32"))
        for direction, output in zip(directions, outputs, strict=True)
    }


def _directions(layer):
    if hasattr(layer, "merge_mode"):
        return ("forward", "backward")
    return ("backward",) if layer.backward else ("forward",)


def _apart(layer, directions, shape):
    """Return a copy of the layer, same weights, that does not merge."""
    config = layer.get_config()
    config.update({name: value for name, value in APART.items() if name in config})
    copy = type(layer).from_config(config)
    copy.build(shape)
    for direction in directions:
        weights = layer.direction_weights(direction)
        for new, old in zip(copy.direction_weights(direction), weights, strict=True):
            new.assign(ops.convert_to_tensor(old))
    return copy


def state_norms(outputs):
    """Return how long the state vectors are at every position.

    ```
    forward_t = |h_f,t|    backward_t = |h_b,t|    combined_t = |[h_f,t ; h_b,t]|
    ```

    Args:
        outputs: dict of "forward" and "backward", or one of them, (..., T, U).

    Returns:
        Dict of (..., T) arrays: a norm for each direction there is, and "combined" if both are.

    Raises:
        ValueError: no or an unknown direction, shapes that differ, an empty array.

    Example:

    >>> norms = state_norms({"forward": [[3.0, 0.0]], "backward": [[0.0, 4.0]]})
    >>> {name: norm.tolist() for name, norm in norms.items()}
    {'forward': [3.0], 'backward': [4.0], 'combined': [5.0]}
    """
    outputs = check_outputs("state_norms", outputs)
    norms = {direction: np.linalg.norm(h, axis=-1) for direction, h in outputs.items()}
    if len(norms) == 2:
        norms["combined"] = np.hypot(norms["forward"], norms["backward"])
    return norms


def direction_correlation(outputs, mask=None):
    """Compare the two directions: unit by unit over positions, and whole state by position.

    ```
    correlation[i, j] = Pearson correlation of h_f,t[i] and h_b,t[j] over all positions t
    cosine_t = <h_f,t, h_b,t> / (|h_f,t| |h_b,t|)
    ```

    Args:
        outputs: dict of "forward" and "backward", (..., T, U); positions of several sequences are
            pooled for the correlation.
        mask: (..., T) boolean, True where there is a token, or None.

    Returns:
        `(correlation, cosine)`: (U, U), rows the forward units, and (..., T). Both are NaN where
        they are not defined: a unit that never changes, a state that is zero or masked.

    Raises:
        ValueError: a direction is missing, shapes differ, an array is empty.

    Example:

    >>> correlation, cosine = direction_correlation(
    ...     {"forward": [[1.0], [2.0]], "backward": [[5.0], [-3.0]]}
    ... )
    >>> correlation.tolist(), cosine.tolist()
    ([[-1.0]], [1.0, -1.0])
    """
    outputs = check_outputs("direction_correlation", outputs, both=True)
    forward, backward = outputs["forward"], outputs["backward"]
    mask = np.ones(forward.shape[:-1], bool) if mask is None else np.asarray(mask, bool)
    if mask.shape != forward.shape[:-1]:
        raise ValueError(
            "direction_correlation: `mask` must have the shape of `outputs` without the units, "
            f"{forward.shape[:-1]}, got {mask.shape}."
        )
    products = np.linalg.norm(forward, axis=-1) * np.linalg.norm(backward, axis=-1)
    cosine = _divide((forward * backward).sum(axis=-1), np.where(mask, products, 0))
    correlation = pearson(forward[mask], backward[mask])
    return np.clip(correlation, -1, 1), np.clip(cosine, -1, 1)


def pearson(a, b):
    """Return the correlations (U, V) of the columns of a (N, U) with those of b (N, V).

    NaN where they are not defined: a column that is constant, or no row.

    Example:

    >>> pearson(np.array([[1.0], [2.0]]), np.array([[5.0], [-3.0]])).tolist()
    [[-1.0]]
    """
    if not len(a):
        return np.full((a.shape[1], b.shape[1]), np.nan)
    return _standardize(a).T @ _standardize(b) / len(a)


def _standardize(x):
    """Return columns with mean 0 and deviation 1; NaN for a column that is constant."""
    deviation = x.std(axis=0)
    # The mean of equal numbers is off by rounding, and so is their deviation.
    constant = deviation <= 1e-12 * np.abs(x).max(axis=0)
    return _divide(x - x.mean(axis=0), np.where(constant, 0, deviation))


def _divide(a, b):
    """Return a / b, NaN where b is 0."""
    return np.divide(a, b, out=np.full(np.broadcast_shapes(a.shape, b.shape), np.nan), where=b != 0)


def per_position_accuracy(labels, predictions, mask, from_end=False):
    """Return the share of right labels at every position, over the sequences that reach it.

    Args:
        labels: (B, T) integers.
        predictions: (B, T) integers.
        mask: (B, T) boolean, True where there is a token.
        from_end: whether positions count from a sequence's last token back, as it comes to the
            backward direction, and not from its first on.

    Returns:
        `(accuracy, counts)`: (T,) fractions, NaN where no sequence has a token, and the (T,)
        numbers of tokens.

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
    labels, predictions, mask = np.asarray(labels), np.asarray(predictions), np.asarray(mask, bool)
    if labels.ndim != 2 or not labels.shape == predictions.shape == mask.shape:
        raise ValueError(
            "per_position_accuracy: `labels`, `predictions` and `mask` must have one shape, "
            f"(batch, time), got {labels.shape}, {predictions.shape} and {mask.shape}."
        )
    right = (labels == predictions) & mask
    if from_end:
        right, mask = (_from_last(each, mask) for each in (right, mask))
    counts = mask.sum(axis=0)
    return _divide(right.sum(axis=0), counts), counts


def _from_last(rows, mask):
    """Return rows (B, T) turned round, each from the last token of its mask back."""
    time = mask.shape[1]
    last = time - 1 - np.argmax(mask[:, ::-1], axis=1)
    return np.take_along_axis(rows, (last[:, None] - np.arange(time)) % time, axis=1)
