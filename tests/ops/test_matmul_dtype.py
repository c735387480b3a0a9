"""Matrix products in fewer bits: where asked for alone, close to the others, and really run."""

import keras
import numpy as np
import pytest
from keras import ops

from zoo.layers import recurrent
from zoo.ops.matmul_dtype import matmul, use_matmul_dtype

CELLS = ("lstm", "gru", "simple_rnn")


def test_outside_of_the_block_a_product_is_that_of_the_numbers_themselves():
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=size).astype("float32") for size in ((2, 3, 4), (4, 5)))
    with use_matmul_dtype("bfloat16"):
        pass
    np.testing.assert_allclose(ops.convert_to_numpy(matmul(a, b)), a @ b, atol=1e-5)


def test_inside_factors_are_rounded_and_the_type_stays():
    third = ops.convert_to_tensor(np.array([[1 / 3]], "float32"))
    with use_matmul_dtype("bfloat16"):
        found = matmul(third, ops.ones((1, 1)))
        with use_matmul_dtype(None):
            assert float(matmul(third, ops.ones((1, 1)))[0, 0]) == np.float32(1 / 3)
    assert keras.backend.standardize_dtype(found.dtype) == "float32"
    assert float(found[0, 0]) == float(ops.cast(ops.cast(1 / 3, "bfloat16"), "float32"))


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_answers_almost_the_same(cell, training):
    layer = recurrent(16, cell=cell, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(3, 9, 8)).astype("float32")
    mask = np.arange(9) < np.array([[9], [4], [0]])
    expected = ops.convert_to_numpy(layer(x, mask=mask, training=training))
    with use_matmul_dtype("bfloat16"):
        found = ops.convert_to_numpy(layer(x, mask=mask, training=training))
    # Other numbers, so that fewer bits were really used, and not far away.
    assert 1e-5 < np.abs(found - expected).max() < 0.05


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's own graph")
def test_a_step_of_training_multiplies_in_fewer_bits_both_ways():
    import tensorflow as tf

    layer = recurrent(4, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    layer(x)
    weights = [each.value for each in layer.trainable_weights]

    def slopes(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(x, training=True) ** 2)
        return tape.gradient(loss, weights)

    expected = slopes(x)
    with use_matmul_dtype("bfloat16"):
        traced = tf.function(slopes, autograph=False).get_concrete_function(tf.constant(x))
    graphs = [traced.graph.as_graph_def().node]
    graphs += [each.node_def for each in traced.graph.as_graph_def().library.function]
    types = {
        tf.as_dtype(node.attr["T"].type)
        for nodes in graphs
        for node in nodes
        if node.op in ("MatMul", "BatchMatMulV2")
    }
    assert types == {tf.bfloat16}
    for mine, theirs in zip(traced(tf.constant(x)), expected, strict=True):
        assert mine.dtype == tf.float32
        np.testing.assert_allclose(mine, theirs, atol=0.05 * np.abs(theirs).max())
