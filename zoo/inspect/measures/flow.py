"""Information flow between input and output positions, measured by gradients."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from zoo.ops.tensor_types import Tensor


def information_flow(
    function: Callable[[Tensor], Tensor], sequences: ArrayLike, probes: int = 8, seed: int = 0
) -> np.ndarray:
    """Measure by gradients how much every output position depends on every input position.

    ```
    M[t, s] = sqrt(mean over sequences and r of |d <r, y_t> / d x_s|^2)
    ```

    The r are random orthonormal vectors. With D probes or more they form a basis, and M[t, s] is
    exactly the Frobenius norm of d y_t / d x_s divided by sqrt(D). Without a dependency M is
    exactly
    0: above the diagonal for a forward layer, below it for a backward layer.

    Args:
        function: a layer or a part of a model, (B, T, F) -> (B, T, D), that processes the sequences
            of a batch independently, as all layers do outside of training.
        sequences: (B, T, F), floating, without padding.
        probes: number of output directions r per position; D are enough.
        seed: seed of the output directions.

    Returns:
        (T, T) float64: rows are output positions t, columns input positions s.

    Raises:
        ValueError: `sequences` has another rank or dtype or is empty, `probes` is below 1, or
            `function` does not return (B, T, D).

    Example:

    >>> information_flow(lambda x: 2 * x, np.ones((1, 3, 1), "float32"))
    array([[2., 0., 0.],
           [0., 2., 0.],
           [0., 0., 2.]])
    """
    batch = _check_flow(np.asarray(sequences), probes)
    rng = np.random.default_rng(seed)
    count, length, _ = batch.shape
    squares = np.zeros((length, length))
    for sequence in batch:
        # A batch of copies, with the gradient of y_t alone in row t: one pass gives all rows.
        outputs, pull_back = _vjp(function, np.tile(sequence, (length, 1, 1)))
        width = _check_flow_outputs(outputs, batch.shape)
        draws = rng.normal(size=(length, width, min(probes, width)))
        directions = np.linalg.qr(draws).Q
        for r in np.moveaxis(directions, -1, 0):
            at_outputs = np.eye(length)[:, :, None] * r[:, None, :]
            gradients = np.asarray(pull_back(at_outputs), "float64")
            squares += np.square(gradients).sum(axis=-1) / directions.shape[-1]
    return np.sqrt(squares / count)


def _check_flow(sequences, probes):
    if sequences.ndim != 3 or 0 in sequences.shape or sequences.dtype.kind != "f":
        raise ValueError(
            "information_flow: `sequences` must be floating, (batch, time, features), and not "
            f"empty, got shape {sequences.shape}, dtype {sequences.dtype}. Embed token ids first."
        )
    if probes < 1:
        raise ValueError(f"information_flow: `probes` must be 1 or more, got {probes!r}.")
    return sequences


def _check_flow_outputs(outputs, shape):
    length = shape[1]
    got = tuple(getattr(outputs, "shape", ()))
    if len(got) != 3 or got[:2] != (length, length):
        raise ValueError(
            "information_flow: `function` must turn (batch, time, features) into (batch, time, "
            f"width); of shape {(length, *shape[1:])} it made {got or type(outputs).__name__}. "
            "A recurrent layer needs return_sequences=True."
        )
    return got[2]


def _vjp(function, x):
    """Return `function(x)`, and the function from gradients at its output to gradients at x."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        x = tf.convert_to_tensor(x)
        tape: Any = tf.GradientTape(persistent=True)
        with tape:
            tape.watch(x)
            y = function(x)
        return y, lambda at_y: tape.gradient(
            y, x, tf.cast(at_y, y.dtype), unconnected_gradients="zero"
        )
    if keras.backend.backend() == "jax":
        import jax

        y, pull_back = jax.vjp(function, jax.numpy.asarray(x))
        return y, lambda at_y: pull_back(jax.numpy.asarray(at_y, y.dtype))[0]
    raise NotImplementedError(
        "information_flow: gradients are taken on the TensorFlow and JAX backends, this is "
        f"{keras.backend.backend()}."
    )
