"""The gradient of a function within a training step, on every backend."""

import keras


def with_gradient(function, x, weights=()):
    """Return the value of a function and its gradient.

    The value stays part of what is differentiated around it; through the gradient nothing flows.

    Args:
        function: from a tensor like x to a scalar.
        x: a tensor.
        weights: list of all trainable variables that the function reads. On TensorFlow, which
            would go back through the function once more for them, their gradients are then taken
            along. Without them both steps are right as well, and slower.

    Returns:
        The pair of the scalar and the gradient, like x.

    Raises:
        NotImplementedError: another backend than TensorFlow or JAX.

    Example:

    >>> from keras import ops
    >>> total, slope = with_gradient(lambda x: ops.sum(x**2), 3 * ops.ones(2))
    >>> float(total), ops.convert_to_numpy(slope).tolist()
    (18.0, [6.0, 6.0])
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        variables = [weight.value for weight in weights]
        slope, *slopes = tape.gradient(value, [x, *variables], unconnected_gradients="zero")
        if variables:
            value = _known(value, [x, *variables], [slope, *slopes])
        return value, tf.stop_gradient(slope)
    if backend == "jax":
        import jax

        value, gradient = jax.value_and_grad(function)(x)
        return value, jax.lax.stop_gradient(gradient)
    raise NotImplementedError(f"only TensorFlow and JAX are known, not the backend {backend!r}.")


def _known(value, tensors, slopes):
    """Return a scalar whose gradients, by tensors that may be variables, are known already."""
    import tensorflow as tf

    @tf.custom_gradient
    def known(*tensors):
        return tf.identity(value), lambda upstream: [upstream * slope for slope in slopes]

    return known(*map(tf.convert_to_tensor, tensors))
