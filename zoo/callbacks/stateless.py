"""Compiled functions that read a model's variables and change none, on every backend."""

import keras


def compiled(function, variables):
    """Compile a function that reads variables; what it would change of them is not kept.

    Args:
        function: of arrays, dicts of arrays and None; to be called once a shape in Python.
        variables: all Keras variables that it reads.

    Raises:
        NotImplementedError: another backend than TensorFlow or JAX, several processes on JAX.
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
                f"a model on {jax.process_count()} processes cannot be watched: train it on one."
            )

        @jax.jit
        def with_values(values, *arguments):
            mapping = list(zip(variables, values, strict=True))
            with keras.StatelessScope(state_mapping=mapping):
                return function(*arguments)

        return lambda *arguments: with_values([v.value for v in variables], *arguments)
    raise NotImplementedError(f"only TensorFlow and JAX are known, not the backend {backend!r}.")


def gradients_of(function, variables, others):
    """Return the value of a function and its gradients, inside of a function that is `compiled`.

    Args:
        function: without arguments.
        variables: list of Keras variables, which the gradients are by.
        others: list of all that it reads.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            value = function()
        gradients = tape.gradient(value, [v.value for v in variables], unconnected_gradients="zero")
        return value, [tf.convert_to_tensor(g) for g in gradients]  # an embedding's is sparse
    import jax

    values_now = [(v, v.value) for v in others]

    def stateless(values):
        mapping = [*values_now, *zip(variables, values, strict=True)]
        with keras.StatelessScope(state_mapping=mapping):
            return function()

    return jax.value_and_grad(stateless)([v.value for v in variables])
