"""Every public layer states its output: what it declares is what it computes, in any precision."""

import inspect

import keras
import numpy as np
import pytest

import zoo.layers
from tests.grids import quick
from tests.laws import array, arrays, built, close
from tests.layers.public_layers import BATCH, LAYERS, TIME, WIDTH, batch, symbolic
from tests.specs import UNITS, Spec
from zoo.layers import BiGRU

pytestmark = pytest.mark.exhaustive

UNTRAINED = ("HashedBigrams", "ProductQuantizedEmbedding")
POLICIES = ["float32", "mixed_float16", "mixed_bfloat16"]
if keras.backend.backend() == "tensorflow":  # the others make no orthogonal matrix in float16
    POLICIES.append("float16")
LIMITS = {"float32": 1e-6, "mixed_bfloat16": 0.1}  # of values between -1 and 1
every_layer = pytest.mark.parametrize("layer", LAYERS)
one_of_each = pytest.mark.parametrize(
    "layer", quick(LAYERS, "BiLSTM", "LSTM", "GRU", "RecurrentStack", "Merge projection", "CRF")
)


@pytest.fixture(autouse=True)
def policy(request):
    """Set the precision that a test asks for, for its layers and those of Keras."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(getattr(request, "param", "float32"))
    yield keras.config.dtype_policy().name
    keras.config.set_dtype_policy(before)


def declared(outputs):
    """Return shapes without the batch, and dtypes."""
    return [
        (tuple(o.shape)[1:], keras.backend.standardize_dtype(o.dtype))
        for o in keras.tree.flatten(outputs)
    ]


def model_of(layer):
    """Return a model with all outputs of a layer, and weights between -0.5 and 0.5."""
    inputs = symbolic(layer)
    model = keras.Model(inputs, LAYERS[layer][0]()(*inputs))
    random = np.random.default_rng(1)
    model.set_weights(
        [random.uniform(-0.5, 0.5, w.shape).astype(str(w.dtype)) for w in model.weights]
    )
    return model


def test_every_public_layer_is_tested():
    public = [getattr(zoo.layers, name) for name in zoo.layers.__all__]
    layers = {each for each in public if inspect.isclass(each) and issubclass(each, keras.Layer)}
    tested = {base for make, _ in LAYERS.values() for base in type(make()).__mro__}
    cells = {each for each in layers if each.__name__.endswith("Cell")}
    assert layers - cells <= tested and cells


@every_layer
@pytest.mark.grid
@pytest.mark.parametrize("policy", POLICIES, indirect=True)
def test_what_is_declared_is_computed(layer, policy):
    inputs, made = symbolic(layer), LAYERS[layer][0]()
    outputs = made(*inputs)
    assert declared(outputs) == declared(made(*batch(layer)))
    shapes = made.compute_output_shape(*(x.shape for x in inputs))
    several = isinstance(outputs, tuple)
    assert list(shapes if several else [shapes]) == [tuple(o.shape) for o in arrays_of(outputs)]


def arrays_of(outputs):
    return list(outputs) if isinstance(outputs, tuple) else [outputs]


@one_of_each
@pytest.mark.grid(2)
@pytest.mark.parametrize("policy", POLICIES, indirect=True)
def test_precision_changes_values_little(layer, policy):
    found = keras.tree.flatten(model_of(layer)(batch(layer)))
    keras.config.set_dtype_policy("float32")
    expected = keras.tree.flatten(model_of(layer)(batch(layer)))
    for each, other in zip(found, expected, strict=True):
        scale = max(1.0, np.abs(array(other)).max())
        each = array(keras.ops.cast(each, "float32"))
        close(each / scale, array(other) / scale, tolerance=LIMITS.get(policy, 0.02))


@pytest.mark.parametrize("policy", ["float16", "bfloat16"], indirect=True)
def test_orthogonal_matrices_of_16_bits(policy):
    layer = built(BiGRU(UNITS))
    for name in layer.directions:
        _, recurrent_kernel, _ = layer.direction_weights(name)
        assert keras.backend.standardize_dtype(recurrent_kernel.dtype) == policy
        matrix = array(keras.ops.cast(recurrent_kernel, "float32"))
        close(matrix @ matrix.T, np.eye(UNITS), tolerance=0.02)


@one_of_each
def test_a_keras_file(layer, tmp_path):
    model = model_of(layer)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert declared(again.outputs) == declared(model.outputs)
    found, expected = (keras.tree.flatten(each(batch(layer))) for each in (again, model))
    close(arrays(found), arrays(expected), tolerance=0)


@pytest.mark.parametrize("policy", quick(POLICIES[:3], "mixed_bfloat16"), indirect=True)
@one_of_each
def test_a_step_of_training(layer, policy):
    """After a dense layer, if the inputs are floating, so that every layer passes a gradient."""
    if layer in UNTRAINED:
        pytest.skip("no weight is trained by gradients")
    inputs, dense = symbolic(layer), keras.layers.Dense(WIDTH)
    features = [dense(x) if "float" in x.dtype else x for x in inputs]
    model = keras.Model(inputs, LAYERS[layer][0]()(*features))
    model.compile("sgd", ["mse"] * len(model.outputs), run_eagerly=layer != "BiLSTM")
    before = model.get_weights()
    targets = [np.ones((BATCH, *o.shape[1:]), "float32") for o in model.outputs]
    model.fit(batch(layer), targets, verbose=0)
    after = model.get_weights()
    assert all(np.isfinite(w.astype("float32")).all() for w in after)
    if policy != "mixed_float16":  # whose scaled loss may overflow, so that a step is left out
        assert any((a != b).any() for a, b in zip(before, after, strict=True))


@one_of_each
def test_the_static_shape_is_kept_in_a_compiled_function(layer):
    if keras.backend.backend() != "tensorflow":
        pytest.skip("only TensorFlow has dimensions that are unknown while it traces")
    import tensorflow as tf

    made, found = LAYERS[layer][0](), []
    specs = [tf.TensorSpec((None, *shape), dtype) for shape, dtype in LAYERS[layer][1]]
    made(*batch(layer))
    tf.function(lambda *x: found.extend(keras.tree.flatten(made(*x)))).get_concrete_function(*specs)
    assert [shape for shape, _ in declared(found)] == [
        shape for shape, _ in declared(made(*symbolic(layer)))
    ]


@pytest.mark.parametrize("spec", [Spec("lstm", "hoisted"), Spec("gru", "keras")], ids=str)
def test_layers_of_keras_that_need_a_static_shape(spec):
    inputs = keras.Input((4, TIME, WIDTH))
    distributed = keras.layers.TimeDistributed(spec.make(3))(inputs)
    assert distributed.shape == (None, 4, 6)
    x = np.random.default_rng(0).normal(size=(2, 4, TIME, WIDTH)).astype("float32")
    model = keras.Model(inputs, distributed)
    close(array(model(x))[:, 1], array(model.layers[1].layer(x[:, 1])))

    model = keras.Sequential(
        [
            keras.Input((TIME, WIDTH)),
            spec.make(3, return_sequences=True),
            keras.layers.Flatten(),
            keras.layers.Dense(2),
        ]
    )
    assert model.layers[1].input.shape == (None, TIME, 6)
    assert model.layers[2].kernel.shape == (TIME * 6, 2)
    lines = []
    model.summary(print_fn=lines.append)
    assert f"(None, {TIME}, 6)" in "\n".join(lines)


@pytest.mark.parametrize("name", [name for name in zoo.layers.__all__ if name.endswith("Cell")])
def test_cells_state_the_shapes_of_a_step(name):
    if name in ("BiCell", "RecurrentCell"):
        pytest.skip("a base class")
    cell = getattr(zoo.layers, name)(UNITS)
    x, states = np.ones((2, 6), "float32"), cell.get_initial_state(2)
    output, new = cell(x, states)
    shapes = cell.compute_output_shape((2, 6), [s.shape for s in states])
    assert shapes == (tuple(output.shape), [tuple(s.shape) for s in new])
    assert keras.layers.RNN(cell, return_sequences=True)(keras.Input((TIME, 6))).shape == (
        None,
        TIME,
        cell.output_size,
    )


def test_a_state_of_another_width_is_refused_while_a_model_is_built():
    layer = Spec("gru", "hoisted").make()
    states = [keras.Input((UNITS + 1,)) for _ in range(2)]
    with pytest.raises(ValueError, match="`initial_state` must be 2 tensors"):
        layer(keras.Input((TIME, WIDTH)), initial_state=states)
