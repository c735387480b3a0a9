"""The scalars and histograms of a `TrainingMonitor`: tags and numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from zoo.callbacks.recurrent_layers import BY_TANH, GATES
from zoo.callbacks.tags import (
    DIRECTIONS,
    FLOW,
    GRADIENTS,
    RESULTS,
    SATURATION,
    STATES,
    WEIGHTS,
)
from zoo.inspect import direction_correlation, state_norms
from zoo.layers.model_layers import name_of

if TYPE_CHECKING:
    from zoo.callbacks.probe import LayerRecord, Sample

LOW, HIGH = 0.1, 0.9  # a gate beyond these hardly passes a gradient


def gradient_numbers(
    squares: Mapping[str, np.ndarray], gate_paths: Iterable[tuple[str, str, str, list[str]]]
) -> dict[str, float]:
    """Return the gradient norm of every layer, and of every gate of each direction.

    Args:
        squares: dict from the path of a variable to squared norms (parts,), as from
            `Probe.gradients`.
        gate_paths: as from `Probe.gate_paths`.

    Returns:
        Dict from tag to number.

    Example:

    >>> squares = {"dense/kernel": np.array([9.0]), "dense/bias": np.array([16.0])}
    >>> gradient_numbers(squares, [])
    {'3 gradients/dense': 5.0, '3 gradients/all': 5.0}
    """
    layers: dict[str, Any] = defaultdict(float)
    for path, parts in squares.items():
        layers[path.rpartition("/")[0]] += parts.sum()
    layers["all"] = sum(layers.values())
    numbers = {f"{GRADIENTS}/{layer}": float(np.sqrt(s)) for layer, s in layers.items()}
    for layer, direction, kind, paths in gate_paths:
        trained = [squares[path] for path in paths if path in squares]  # without frozen ones
        if trained:
            numbers |= {
                f"{GRADIENTS}/of gates/{layer}/{direction}/{gate}": float(np.sqrt(square))
                for gate, square in zip(GATES[kind], np.sum(trained, axis=0), strict=True)
            }
    return numbers


def state_numbers(
    records: "Mapping[keras.layers.Layer, LayerRecord]",
) -> dict[str, float]:
    """Return gate saturation, state norms and the correlation of the directions.

    Args:
        records: dict from layer to `LayerRecord`.

    Returns:
        Dict from tag to number. A tanh value a counts as (1 + a) / 2.
    """
    numbers: dict[str, float] = {}
    for layer, (_, mask, directions) in records.items():
        name = name_of(layer)
        outputs = {direction: traced["h"] for direction, traced in directions.items()}
        for direction, norm in state_norms(outputs).items():
            numbers[f"{STATES}/{name}/{direction}"] = float(norm[mask].mean())
        for direction, traced in directions.items():
            for gate in traced.keys() - {"h"}:
                numbers |= {
                    f"{SATURATION}/{name}/{direction}/{gate} {side}": part
                    for side, part in _saturation(traced[gate][mask], gate in BY_TANH).items()
                }
        if len(outputs) == 2:
            correlation, cosine = direction_correlation(outputs, mask)
            numbers |= {
                f"{DIRECTIONS}/{name}/mean size": _mean(np.abs(correlation)),
                f"{DIRECTIONS}/{name}/mean cosine": _mean(cosine),
            }
    return numbers


def _saturation(values: np.ndarray, by_tanh: bool) -> dict[str, float]:
    """Return the fractions of values that are close to either end of their range."""
    values = (1 + values) / 2 if by_tanh else values
    return {
        f"below {LOW}": float(np.mean(values < LOW)),
        f"above {HIGH}": float(np.mean(values > HIGH)),
    }


def _mean(values: np.ndarray) -> float:
    """Return the mean of the finite values, NaN if there is none."""
    values = values[np.isfinite(values)]
    return float(values.mean()) if values.size else np.nan


def flow_numbers(name: str, flow: np.ndarray) -> dict[str, float]:
    """Return the direction and distance of the information flow of one sequence, (T, T).

    Example:

    >>> flow_numbers("rnn", np.array([[1.0, 0.0], [1.0, 2.0]]))
    {'7 information flow/rnn/from the left': 0.25, '7 information flow/rnn/from the right': 0.0, \
'7 information flow/rnn/mean distance': 0.25}
    """
    positions = np.arange(len(flow))
    distance = np.abs(positions[:, None] - positions)
    total = flow.sum() or np.nan
    return {
        f"{FLOW}/{name}/from the left": float(np.tril(flow, -1).sum() / total),
        f"{FLOW}/{name}/from the right": float(np.triu(flow, 1).sum() / total),
        f"{FLOW}/{name}/mean distance": float((flow * distance).sum() / total),
    }


def known_labels(
    sample: "Sample", predictions: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Return labels and predictions of the sample, and the mask of the known labels.

    Args:
        sample: a checked `Sample`.
        predictions: (B,) or (B, T) integers, or None.

    Returns:
        Triple of arrays of one shape, or None if the sample's y is not an array of such labels.
    """
    y = None if isinstance(sample.y, dict | list | tuple) else sample.y
    y = None if y is None else np.asarray(y)
    if predictions is None or y is None or y.shape != predictions.shape or y.dtype.kind not in "iu":
        return None
    known = y >= 0
    if y.ndim == 2 and sample.mask is not None:
        known &= sample.mask
    return (y, predictions, known) if known.any() else None


def label_numbers(sample: "Sample", predictions: np.ndarray | None) -> dict[str, float]:
    """Return the accuracy on the sample, if its labels are known."""
    known = known_labels(sample, predictions)
    if known is None:
        return {}
    labels, predictions, where = known
    return {f"{RESULTS}/accuracy/sample": float(np.mean((labels == predictions)[where]))}


def weight_arrays(model: keras.Model, limit: int = 20_000) -> dict[str, np.ndarray]:
    """Return the values of all trainable weights, at most `limit` evenly spaced ones of each."""
    found = {}
    for variable in model.trainable_variables:
        values: Any = keras.ops.ravel(variable)
        every = -(-int(np.prod(variable.shape)) // limit) or 1
        found[f"{WEIGHTS}/{variable.path}"] = keras.ops.convert_to_numpy(values[::every])
    return found
