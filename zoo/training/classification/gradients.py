"""The gradient of a function inside a training step, on TensorFlow and JAX."""

from collections.abc import Callable, Sequence

import keras

from zoo.ops.tensor_types import Tensor, Variable


def with_gradient(
    function: Callable[[Tensor], Tensor], x: Tensor, weights: Sequence[Variable] = ()
) -> tuple[Tensor, Tensor]:
    """Return the value of a function and its gradient.

    The value can be differentiated further; the gradient is a constant.

    Args:
        function: function from a tensor like x to a scalar.
        x: a tensor.
        weights: list of all trainable variables that the function reads. TensorFlow then computes
            their gradients in the same backward pass, which is faster. The result is the same.

    Returns:
        The pair of the scalar and the gradient, like x.

    Raises:
        NotImplementedError: the backend is neither TensorFlow nor JAX.

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
        zero = tf.UnconnectedGradients.ZERO
        slope, *slopes = tape.gradient(value, [x, *variables], unconnected_gradients=zero)
        if variables:
            value = _known(value, [x, *variables], [slope, *slopes])
        return value, tf.stop_gradient(slope)
    if backend == "jax":
        import jax

        value, gradient = jax.value_and_grad(function)(x)
        return value, jax.lax.stop_gradient(gradient)
    raise NotImplementedError(f"the backend must be tensorflow or jax, got {backend!r}.")


def _known(value: Tensor, tensors: Sequence[Tensor], slopes: Sequence[Tensor]) -> Tensor:
    """Return a scalar whose gradients by tensors, which may be variables, are known already."""
    import tensorflow as tf

    @tf.custom_gradient
    def known(*tensors):
        return tf.identity(value), lambda upstream: [upstream * slope for slope in slopes]

    return known(*map(tf.convert_to_tensor, tensors))
