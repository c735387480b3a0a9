"""What the tests of layers share: an independent reference in NumPy, and laws to hold it against.

The reference is written from the equations, a gate at a time and a row at a time, in double
precision. It knows nothing of tensors that hold several gates but how to cut them up.
"""

import keras
import numpy as np

from tests.specs import FEATURES, STATE_COUNT

TOLERANCE = 1e-5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _lstm(x, states, kernels, recurrents, biases):
    h, c = states
    i = sigmoid(x @ kernels[0] + h @ recurrents[0] + biases[0])
    f = sigmoid(x @ kernels[1] + h @ recurrents[1] + biases[1])
    g = np.tanh(x @ kernels[2] + h @ recurrents[2] + biases[2])
    o = sigmoid(x @ kernels[3] + h @ recurrents[3] + biases[3])
    c = f * c + i * g
    return o * np.tanh(c), c


def _gru(x, states, kernels, recurrents, biases):
    (h,) = states
    of_x, of_h = biases
    update = sigmoid(x @ kernels[0] + of_x[0] + h @ recurrents[0] + of_h[0])
    reset = sigmoid(x @ kernels[1] + of_x[1] + h @ recurrents[1] + of_h[1])
    candidate = np.tanh(x @ kernels[2] + of_x[2] + reset * (h @ recurrents[2] + of_h[2]))
    return (update * h + (1 - update) * candidate,)


def _simple_rnn(x, states, kernels, recurrents, biases):
    (h,) = states
    return (np.tanh(x @ kernels[0] + h @ recurrents[0] + biases[0]),)


STEPS = {"lstm": (_lstm, 4), "gru": (_gru, 3), "simple_rnn": (_simple_rnn, 1)}


def _gate(array, index, gates):
    """Cut one gate out of (..., gates * U)."""
    units = array.shape[-1] // gates
    return array[..., index * units : (index + 1) * units]


def reference_direction(cell, weights, x, mask=None, states=None, backward=False):
    """Run one direction. Returns outputs (B, T, U) in the order of positions, and final states."""
    step, gates = STEPS[cell]
    kernel, recurrent, bias = (np.asarray(w, "float64") for w in weights)
    kernels = [_gate(kernel, i, gates) for i in range(gates)]
    recurrents = [_gate(recurrent, i, gates) for i in range(gates)]
    rows = bias if cell == "gru" else [bias]
    biases = [[_gate(row, i, gates) for i in range(gates)] for row in rows]
    biases = biases if cell == "gru" else biases[0]
    batch, time, _ = x.shape
    outputs = np.zeros((batch, time, len(recurrent)))
    if states is None:
        states = np.zeros((STATE_COUNT[cell], batch, len(recurrent)))
    finals = np.array(states, "float64")
    for b in range(batch):
        state = tuple(finals[:, b])
        for t in reversed(range(time)) if backward else range(time):
            if mask is None or mask[b, t]:
                state = step(x[b, t].astype("float64"), state, kernels, recurrents, biases)
                outputs[b, t] = state[0]
        finals[:, b] = state
    return outputs, list(finals)


def reference(cell, weights, x, mask=None, states=None):
    """Run the directions in `weights`. Returns `[*outputs, *final states]`."""
    count = STATE_COUNT[cell]
    outputs, finals = [], []
    for index, (direction, each) in enumerate(weights.items()):
        start = None if states is None else states[index * count : (index + 1) * count]
        output, final = reference_direction(
            cell, each, x, mask, start, backward=direction == "backward"
        )
        outputs.append(output)
        finals += final
    return [*outputs, *finals]


def weights_of(layer):
    """Return the weights of each direction of a recurrent layer, as arrays."""
    return {
        direction: [array(w) for w in layer.direction_weights(direction)]
        for direction in layer.directions
    }


MERGES = {
    "concat": lambda f, b: np.concatenate([f, b], axis=-1),
    "sum": lambda f, b: f + b,
    "ave": lambda f, b: 0.5 * f + 0.5 * b,
    "mul": lambda f, b: f * b,
    "max": lambda f, b: np.where(f > b, f, b),
}


def close(actual, desired, tolerance=TOLERANCE):
    """Assert that two arrays, or two lists of arrays, agree in shape and value."""
    if not isinstance(desired, list | tuple):
        actual, desired = [actual], [desired]
    assert len(actual) == len(desired)
    for a, d in zip(actual, desired, strict=True):
        a, d = array(a), array(d)
        assert a.shape == d.shape
        np.testing.assert_allclose(a, d, rtol=0, atol=tolerance)


def array(x):
    """Return a NumPy array; on torch also of a tensor that requires a gradient."""
    return keras.ops.convert_to_numpy(x)


def arrays(outputs):
    """Return a layer's output, a tensor or several, as a list of arrays."""
    return [array(o) for o in (outputs if isinstance(outputs, list | tuple) else [outputs])]


def filled(layer, features=FEATURES, seed=0):
    """Build a layer and give every weight a random value: no bias is left at zero."""
    if not layer.built:
        layer.build((None, None, features))
    random = np.random.default_rng(seed)
    layer.set_weights([random.normal(0, 0.5, size=w.shape) for w in layer.weights])
    return layer


def apart(spec, **kwargs):
    """Return a filled layer that gives everything it has: both directions, all states."""
    merging = {"merge_mode": None} if spec.direction == "both" else {}
    return filled(spec.make(return_sequences=True, return_state=True, **merging, **kwargs))


def compiled(layer, *dtypes):
    """Compile a layer's inference as the backend does it, for any T.

    Args:
        layer: called with (B, T, F) sequences, and a (B, T) mask if there is a second dtype.
        *dtypes: of these inputs.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        shapes = [[None, None, FEATURES], [None, None]]
        signature = [tf.TensorSpec(s, d) for s, d in zip(shapes, dtypes, strict=False)]
        return tf.function(lambda x, mask=None: layer(x, mask=mask), input_signature=signature)
    if keras.backend.backend() == "torch":
        import torch

        return torch.compile(
            lambda *inputs: layer(inputs[0], mask=inputs[1] if inputs[1:] else None),
            backend="eager",  # traces and runs the graph; needs no C++ compiler
        )
    import jax

    @jax.jit
    def run(trainable, others, x, mask=None):
        return layer.stateless_call(trainable, others, x, mask=mask)[0]

    variables = [
        [v.value for v in each]
        for each in (layer.trainable_variables, layer.non_trainable_variables)
    ]
    return lambda *inputs: run(*variables, *inputs)


def probe_causality(run, x, position, forward, backward):
    """Assert that input `position` reaches forward outputs from it on, backward ones up to it.

    Args:
        run: function of x that gives the outputs of each direction, (B, T, U).
        x: (B, T, F).
        position: the input that is changed.
        forward: index of the forward outputs among those of `run`, or None.
        backward: likewise.
    """
    changed = x.copy()
    changed[:, position] += 1
    differences = [
        np.abs(a - b).max(axis=(0, 2)) for a, b in zip(run(changed), run(x), strict=True)
    ]
    positions = np.arange(x.shape[1])
    for index, reached in ((forward, positions >= position), (backward, positions <= position)):
        if index is not None:
            assert differences[index][~reached].max(initial=0) == 0
            assert differences[index][position] > 1e-3
            assert differences[index][reached].min() > 0
