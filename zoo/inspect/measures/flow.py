"""Which input position reaches which output position, measured by gradients."""

import keras
import numpy as np


def information_flow(function, sequences, probes=8, seed=0):
    """Measure by gradients how much every output position depends on every input position.

    ```
    M[t, s] = sqrt(mean over sequences and r of |d <r, y_t> / d x_s|^2)
    ```

    with r random unit vectors, orthonormal among each other: with D probes or more they are a
    basis and M[t, s] is exactly the Frobenius norm of d y_t / d x_s over sqrt(D). Where nothing
    flows M is exactly 0: above the diagonal for a forward layer, below it for a backward one.

    Args:
        function: a layer or a part of a model, (B, T, F) -> (B, T, D), that treats the sequences
            of a batch each on its own, as all layers do outside of training.
        sequences: (B, T, F), floating, without padding.
        probes: how many output directions r are drawn for every position; D are enough.
        seed: of the output directions.

    Returns:
        (T, T) float64: rows are output positions t, columns input positions s.

    Raises:
        ValueError: `sequences` of another rank or dtype or empty, `probes` below 1, `function`
            that does not return (B, T, D).

    Example:

    >>> information_flow(lambda x: 2 * x, np.ones((1, 3, 1), "float32"))
    array([[2., 0., 0.],
           [0., 2., 0.],
           [0., 0., 2.]])
    """
    sequences = _check_flow(np.asarray(sequences), probes)
    rng = np.random.default_rng(seed)
    count, length, _ = sequences.shape
    squares = np.zeros((length, length))
    for sequence in sequences:
        # In row t of a batch of copies only y_t is followed back, so that one pass gives all rows.
        outputs, pull_back = _vjp(function, np.tile(sequence, (length, 1, 1)))
        width = _check_flow_outputs(outputs, sequences.shape)
        draws = rng.normal(size=(length, width, min(probes, width)))
        directions = np.linalg.qr(draws).Q
        for r in np.moveaxis(directions, -1, 0):
            followed = np.eye(length)[:, :, None] * r[:, None, :]
            gradients = np.asarray(pull_back(followed), "float64")
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
    """Return `function(x)` and the function that pulls gradients at its output back to x."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        x = tf.convert_to_tensor(x)
        with tf.GradientTape(persistent=True) as tape:
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
