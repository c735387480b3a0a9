"""The gradient of a function within a training step, on every backend."""

import keras


def gradient(function, x):
    """Return the gradient of a function at x.

    Args:
        function: from a tensor like x to a scalar.
        x: a tensor.

    Returns:
        A tensor like x; no gradient flows through it.

    Raises:
        NotImplementedError: another backend than TensorFlow or JAX.

    Example:

    >>> from keras import ops
    >>> print(ops.convert_to_numpy(gradient(lambda x: ops.sum(x**2), ops.ones(2))))
    [2. 2.]
    """
    backend = keras.backend.backend()
    x = keras.ops.stop_gradient(x)
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        return keras.ops.stop_gradient(tape.gradient(value, x))
    if backend == "jax":
        import jax

        return keras.ops.stop_gradient(jax.grad(function)(x))
    raise NotImplementedError(f"`gradient` knows TensorFlow and JAX, not the backend {backend!r}.")
