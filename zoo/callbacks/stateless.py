"""Compiled functions that read the variables of a model and change none."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from zoo.ops.tensor_types import Tensor, Variable


def compiled(function: Callable[..., Any], variables: Sequence[Variable]) -> Any:
    """Compile a function that reads variables; its changes to them are discarded.

    Args:
        function: function of arrays, dicts of arrays and None; it is traced once per shape.
        variables: all Keras variables that it reads.

    Returns:
        The compiled function.

    Raises:
        NotImplementedError: the backend is neither TensorFlow nor JAX, or JAX runs on several
            processes.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        @tf.function(autograph=False)
        def run(*arguments):
            with keras.StatelessScope():
                return function(*arguments)

        return run
    if backend == "jax":
        import jax

        if jax.process_count() > 1:
            raise NotImplementedError(
                f"a model on {jax.process_count()} processes cannot be monitored: train it on one."
            )

        @jax.jit
        def with_values(values, *arguments):
            mapping = list(zip(variables, values, strict=True))
            with keras.StatelessScope(state_mapping=mapping):
                return function(*arguments)

        return lambda *arguments: with_values([v.value for v in variables], *arguments)
    raise NotImplementedError(f"the backend must be tensorflow or jax, got {backend!r}.")


def gradients_of(
    function: Callable[[], Tensor], variables: Sequence[Variable], others: Sequence[Variable]
) -> tuple[Tensor, list[Tensor]]:
    """Return the value of a function and its gradients; to be called inside a `compiled` function.

    Args:
        function: function without arguments that returns a scalar.
        variables: list of Keras variables to differentiate by.
        others: list of all variables that it reads.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = function()
        zero = tf.UnconnectedGradients.ZERO
        gradients = tape.gradient(value, [v.value for v in variables], unconnected_gradients=zero)
        return value, [tf.convert_to_tensor(g) for g in gradients]  # those of embeddings are sparse
    import jax

    values_now = [(v, v.value) for v in others]

    def stateless(values):
        mapping = [*values_now, *zip(variables, values, strict=True)]
        with keras.StatelessScope(state_mapping=mapping):
            return function()

    return jax.value_and_grad(stateless)([v.value for v in variables])
