"""The study finds the units that were planted, tells them from chance, and reads words rightly."""

import numpy as np
import pytest

from zoo.inspect.measures.study import FEATURES, clearest_units, feature_table

WORDS = 'Mr. Bo ( of BBC ) said : " I do n\'t like 12 cats , but I was in Rome " .'.split()
WHERE = {
    "capitalised": {"Mr.", "Bo", "Rome"},
    "all capitals": {"BBC", "I"},
    "a number": {"12"},
    "after a title": {"Bo"},
    "before a verb of saying": {")"},
    "after a verb of saying": {":"},
    "after in, at, from, to": {"Rome"},
    "before in, at, from, to": {"was"},
    "up to 3 after a negation": {"like", "12", "cats"},
    "inside parentheses": {"of", "BBC"},
}


@pytest.mark.parametrize("name, expected", WHERE.items())
def test_features_of_a_sentence(name, expected):
    found = FEATURES[name](WORDS)
    assert found.shape == (len(WORDS),)
    assert {word for word, value in zip(WORDS, found, strict=True) if value} == expected


def test_quotes_open_and_close():
    found = FEATURES["inside quotes"](WORDS)
    first = WORDS.index('"')
    assert found.tolist() == [first < t < len(WORDS) - 2 for t in range(len(WORDS))]


def test_positions_count_both_ways():
    so_far, to_come = (
        FEATURES[name](WORDS) for name in ("words read so far", "words still to come")
    )
    np.testing.assert_array_equal(so_far + to_come, len(WORDS) - 1)
    assert so_far[0] == to_come[-1] == 0


@pytest.mark.parametrize("name", FEATURES)
def test_features_of_many_sentences_do_not_reach_over_their_ends(name):
    sentences = [WORDS, ["said"], WORDS[::-1], ["Mr."]]
    expected = np.concatenate([FEATURES[name](words) for words in sentences])
    np.testing.assert_array_equal(feature_table(sentences)[name], expected)
    assert np.isfinite(expected).all()


def planted(count=4000, units=30):
    rng = np.random.default_rng(1)
    # Each state keeps half of the one before, as recurrent states do.
    states = rng.normal(size=(count, units))
    for t in range(1, count):
        states[t] += 0.5 * states[t - 1]
    return states, rng


def test_planted_units_are_found_and_chance_is_not_taken_for_one():
    states, rng = planted()
    features = {
        "up": states[:, 4] > 1,
        "down": -states[:, 7] + rng.normal(size=len(states)),
        "noise": rng.random(len(states)) > 0.9,
    }
    up, down, noise = clearest_units(states, features)
    assert (up.feature, up.unit, down.unit) == ("up", 4, 7)
    assert up.correlation > 0.5 and down.correlation < -0.5
    assert up.margin > 0.4 and down.margin > 0.4
    assert abs(noise.correlation) < 0.1 and noise.margin < 0.05


def test_the_correlation_is_of_the_half_that_did_not_choose():
    states, _ = planted()
    feature = states[:, 2].copy()
    feature[2000:] = -feature[2000:]
    (found,) = clearest_units(states, {"turns round": feature})
    assert found.unit == 2
    assert found.correlation == pytest.approx(np.corrcoef(states[2000:, 2], feature[2000:])[0, 1])
    assert found.correlation < -0.99


def test_what_never_changes_is_left_out():
    states, _ = planted(200)
    states[:, 3] = 1.0
    found = clearest_units(states, {"always": np.ones(200), "some": states[:, 5]})
    assert [(each.feature, each.unit) for each in found] == [("some", 5)]


def test_the_seed_decides():
    states, rng = planted(400)
    features = {"noise": rng.random(400) > 0.5}
    first, again, other = (clearest_units(states, features, seed=s)[0] for s in (1, 1, 2))
    assert first == again
    assert first.shuffled != other.shuffled


@pytest.mark.parametrize(
    "states, length, shuffles",
    [(np.ones((30, 2)), 29, 5), (np.ones((10, 2)), 10, 5), (np.ones((30, 2)), 30, 0)],
)
def test_bad_input(states, length, shuffles):
    with pytest.raises(ValueError, match="clearest_units: `states`"):
        clearest_units(states, {"a": np.ones(length)}, shuffles)
