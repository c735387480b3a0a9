"""Laws of the recurrence over packed sentences: the equations, for each sentence alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grids import examples
from zoo.runtime.bulk.network import Network
from zoo.runtime.bulk.recurrence import Packing
from zoo.runtime.bulk.weights import Product


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(features, inputs, outputs):
    """Return the outputs (T, U) of one direction, by the equations, in float64."""
    h = c = np.zeros(outputs.kernel.shape[1])
    found = []
    for x in features:
        i, f, g, o = np.split(inputs.kernel @ x + inputs.bias + outputs.kernel @ h, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        found.append(h)
    return np.array(found)


def emissions(features, products):
    """Return the emissions (T, K) of one sentence, by the equations."""
    *recurrent, head = products
    for i in range(0, len(recurrent), 4):
        forward = lstm(features, *recurrent[i : i + 2])
        backward = lstm(features[::-1], *recurrent[i + 2 : i + 4])[::-1]
        features = np.concatenate([forward, backward], axis=-1)
    return features @ head.kernel.T + head.bias


def products_of(rng, width, *units, tags=3):
    """Return random products of layers of the given widths, and of a dense layer."""

    def product(outputs, inputs, bias=True):
        kernel = rng.normal(size=(outputs, inputs)).astype("float32")
        return Product(kernel, rng.normal(size=outputs).astype("float32") if bias else None)

    found = []
    for size in units:
        for _ in range(2):
            found += [product(4 * size, width), product(4 * size, size, bias=False)]
        width = 2 * size
    return [*found, product(tags, width)]


@pytest.mark.parametrize("units", [(1,), (5,), (40,), (3, 4), (2, 3, 1)], ids=str)
def test_emissions_are_those_of_the_equations(units):
    rng = np.random.default_rng(sum(units))
    products = products_of(rng, 6, *units)
    network = Network.of(products, 6)
    table = rng.normal(size=(9, 6)).astype("float32")
    for lengths in ([1], [4], [7, 7], [9, 4, 4, 1], [30, 2] + [1] * 20):
        words = rng.integers(0, 9, sum(lengths))
        projected = network.layers[0].project(table)
        found = network.emissions(projected, words, np.array(lengths))
        alone = np.split(table[words], np.cumsum(lengths)[:-1])
        expected = np.concatenate([emissions(each, products) for each in alone])
        np.testing.assert_allclose(found, expected, atol=1e-5, rtol=1e-5)


def test_large_numbers_saturate_without_a_warning():
    products = [
        Product(1e4 * p.kernel, p.bias) for p in products_of(np.random.default_rng(0), 2, 3)
    ]
    network = Network.of(products, 2)
    with np.errstate(all="raise", under="ignore"):
        found = network.emissions(
            network.layers[0].project(np.float32([[9, -9]])), np.zeros(5, int), np.array([4, 1])
        )
    assert np.isfinite(found).all()


@given(st.lists(st.integers(1, 12), min_size=1, max_size=20))
@examples(50)
def test_each_direction_reads_each_word_once_in_its_order(lengths):
    lengths = np.sort(lengths)[::-1]
    packing = Packing.of(lengths)
    assert packing.rows == [int((lengths > step).sum()) for step in range(lengths[0])]
    assert (np.sort(packing.words) == np.arange(lengths.sum())).all()
    first = np.cumsum(lengths) - lengths
    start = 0
    for step, rows in enumerate(packing.rows):
        forward, backward = packing.words[:, start : start + rows]
        assert (forward == first[:rows] + step).all()
        assert (backward == first[:rows] + lengths[:rows] - 1 - step).all()
        start += rows


def wrong(products):
    """Yield products of other networks."""
    kernel, bias = products[0]
    yield "no products", []
    yield "a dense layer alone", products[-1:]
    yield "one direction", [*products[:2], products[-1]]
    yield "no bias", [Product(kernel), *products[1:]]
    yield "a GRU", [Product(p.kernel[: 3 * 4], p.bias) for p in products[:-1]] + products[-1:]
    yield "other features", [Product(kernel[:, 1:], bias), *products[1:]]
    yield "summed directions", [*products[:-1], Product(products[-1].kernel[:, 4:], np.zeros(3))]
    yield "no bias of the tags", [*products[:-1], Product(products[-1].kernel)]
    yield "a layer too much", [*products, products[-1]]


WRONG = list(wrong(products_of(np.random.default_rng(0), 6, 4)))


@pytest.mark.parametrize("products", [each for _, each in WRONG], ids=[name for name, _ in WRONG])
def test_other_networks_are_left_to_litert(products):
    assert Network.of(products, 6) is None
