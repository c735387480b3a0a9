"""Laws of the CRF in NumPy: it equals `zoo.ops.crf`, whatever the padding is."""

import numpy as np
import pytest

from zoo.ops import crf
from zoo.ops.crf.arguments import read_chain
from zoo.ops.tag_constraints import allowed_tags
from zoo.runtime.crf import CRF, LOWEST, best_tags, marginals

LABELS = ["O", *(f"{prefix}-{kind}" for kind in ("X", "Y") for prefix in "BIES")]
LENGTHS = np.array([1, 2, 9, 5, 9])
SCALES = {"sure": 9.0, "unsure": 0.1, "indifferent": 0.0}
SCHEMES = ["BIOES", None]


def make(scheme, scale, temperature=1.0, seed=0):
    """Return emissions, a `CRF`, and the options of `zoo.ops.crf` that say the same."""
    rng = np.random.default_rng(seed)
    count = len(LABELS)
    emissions = scale * rng.normal(size=(len(LENGTHS), LENGTHS.max(), count))
    shapes = {"transitions": (count, count), "start": (count,), "end": (count,)}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    options = {"start": weights["start"], "end": weights["end"]}
    options["allowed"] = allowed_tags(LABELS, scheme)
    read = read_chain(emissions, None, weights["transitions"], **options)
    scores = (np.asarray(x) for x in (read.transitions, read.start, read.end))
    return emissions, CRF(*scores, temperature), weights["transitions"], options


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_best_tags_are_those_of_the_ops(scheme, scale):
    emissions, model, transitions, options = make(scheme, SCALES[scale])
    expected, _ = crf.crf_decode(emissions, transitions, LENGTHS, **options)
    found = best_tags(emissions, LENGTHS, model)
    for row, (length, mine) in enumerate(zip(LENGTHS, found, strict=True)):
        assert mine[:length].tolist() == np.asarray(expected)[row, :length].tolist()


@pytest.mark.parametrize("temperature", [1.0, 1.5])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_marginals_are_those_of_the_ops(scheme, scale, temperature):
    emissions, model, transitions, options = make(scheme, SCALES[scale], temperature)
    options |= {name: options[name] / temperature for name in ("start", "end")}
    scaled = emissions / temperature, LENGTHS, transitions / temperature
    expected = np.asarray(crf.crf_marginals(*scaled, **options))
    found = marginals(emissions, LENGTHS, model)
    for mine, theirs, length in zip(found, expected, LENGTHS, strict=True):
        np.testing.assert_allclose(mine[:length], theirs[:length], atol=1e-6)


@pytest.mark.parametrize("function", [best_tags, marginals])
def test_what_stands_behind_a_sentence_changes_nothing(function):
    emissions, model, *_ = make("BIOES", 3.0)
    for row, length in enumerate(LENGTHS):
        alone = function(emissions[row : row + 1, :length], [length], model)[0]
        batch = function(emissions, LENGTHS, model)[row, :length]
        np.testing.assert_allclose(batch, alone, atol=1e-12)


def test_probabilities_stay_numbers_where_potentials_are_far_apart():
    emissions, model, *_ = make("BIOES", -50 * LOWEST)
    found = marginals(emissions, LENGTHS, model)
    for row, length in enumerate(LENGTHS):
        np.testing.assert_allclose(found[row, :length].sum(axis=-1), 1, atol=1e-9)
