"""Laws of the product-quantized embedding."""

import keras
import numpy as np
import pytest

from zoo.layers import ProductQuantizedEmbedding


def encoded(vectors, count):
    layer = ProductQuantizedEmbedding(*vectors.shape, num_subvectors=count)
    layer.build()
    layer.encode(vectors)
    return layer


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_few_different_vectors_come_back_exactly(count):
    vectors = np.random.default_rng(0).normal(size=(40, 7)).astype("float32")
    ids = np.array([[3, 0], [39, 3]])
    np.testing.assert_array_equal(np.asarray(encoded(vectors, count)(ids)), vectors[ids])


def test_more_subvectors_are_nearer():
    vectors = np.random.default_rng(0).normal(size=(2000, 12)).astype("float32")
    layers = [encoded(vectors, count) for count in (2, 4, 6, 12)]
    errors = [np.square(np.asarray(layer(np.arange(2000))) - vectors).mean() for layer in layers]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-3 < 0.05 < errors[0] < 1


def test_no_subvector_has_a_nearer_centroid():
    vectors = np.random.default_rng(1).normal(size=(700, 4)).astype("float32")
    layer = encoded(vectors, 2)
    books = np.asarray(layer.codebooks).reshape(2, 256, 2)
    distances = np.square(vectors.reshape(700, 2, 1, 2) - books).sum(-1)
    chosen = np.asarray(layer.codes).astype(int)
    got = np.take_along_axis(distances, chosen[..., None], -1)[..., 0]
    np.testing.assert_allclose(got, distances.min(-1), atol=1e-5)


@pytest.mark.parametrize("shift", [0, 5])
def test_of_many_numbers_the_largest_are_kept_and_zero_is_zero(shift):
    numbers = np.random.default_rng(2).normal(scale=0.01, size=(30_000, 1)).astype("float32")
    numbers[::2], numbers[7], numbers[100] = 0, 0.6, -0.4
    numbers += shift
    error = np.abs(np.asarray(encoded(numbers, 1)(np.arange(30_000))) - numbers)
    assert error.max() < 2.1 / 256  # a step of 256 from -0.4 to 0.6, and rounding
    assert error[[7, 100]].max() < 1e-4
    if shift == 0:
        assert error[::2].max() == 0
    assert np.sqrt(np.square(error).mean()) < 0.002


def test_a_vector_takes_a_byte_per_subvector_and_none_is_trained():
    layer = encoded(np.ones((5, 4), "float32"), 2)
    assert keras.backend.standardize_dtype(layer.codes.dtype) == "uint8"
    assert tuple(layer.codes.shape) == (5, 2)
    assert layer.trainable_variables == []


def test_file_round_trip(tmp_path):
    inputs = keras.Input((None,), dtype="int32")
    layer = encoded(np.random.default_rng(0).normal(size=(9, 5)), 2)
    model = keras.Model(inputs, layer(inputs))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    ids = np.array([[8, 1, 0]])
    np.testing.assert_array_equal(np.asarray(again(ids)), np.asarray(layer(ids)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 4, 2), "`input_dim` must be an integer above 0, got 0"),
        ((3, 0, 2), "`output_dim` must be an integer above 0, got 0"),
        ((3, 4, 0), "`num_subvectors` must be an integer above 0, got 0"),
        ((3, 4, 5), "`num_subvectors` must be at most 4, got 5"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ProductQuantizedEmbedding(*arguments)


@pytest.mark.parametrize("shape", [(4, 3), (3, 5)])
def test_vectors_of_another_shape_are_refused(shape):
    layer = ProductQuantizedEmbedding(3, 4, 2)
    layer.build()
    with pytest.raises(ValueError, match=r"`vectors` must have the shape \(3, 4\), got"):
        layer.encode(np.zeros(shape))
