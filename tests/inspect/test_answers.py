"""Pictures of answers: what they show, and that all of it can be read."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from tests.inspect.test_figures import SCRIPTS, TRAPS, WORDS, assert_legible, take
from zoo.inspect import (
    direction_answers_figure,
    direction_predictions_figure,
    influence_figure,
    narrow_figures,
    word_weights_figure,
)
from zoo.inspect.figures.answers import AGAINST, FOR, label_colours
from zoo.inspect.figures.style import PALE_GREY

# The bundled font lacks the scripts that some tokens are in; it then draws boxes.
pytestmark = pytest.mark.filterwarnings("error", "ignore:Glyph", "ignore:.*font.*")

LABELS = ("O", "LOC", "MISC", "ORG", "PER")
NAMES = ("both directions", "forward alone", "backward alone")


def answers(length):
    rng = np.random.default_rng(0)
    scores = rng.dirichlet(np.ones(len(LABELS)), size=(len(NAMES), length))
    return dict(zip(NAMES, zip(scores.argmax(-1), scores, strict=True), strict=True))


def influence(tokens):
    rows = [(t, LABELS[1 + t % 4]) for t in range(0, len(tokens), 4)]
    values = np.random.default_rng(0).uniform(-0.3, 0.9, (len(rows), len(tokens)))
    return influence_figure(values, tokens, rows)


def weights(length):
    return np.random.default_rng(0).uniform(-0.2, 0.5, length)


FIGURES = {
    "influence": influence,
    "direction_answers": lambda tokens: direction_answers_figure(
        answers(len(tokens)), LABELS, tokens, LABELS[0]
    ),
    "word_weights": lambda tokens: word_weights_figure(weights(len(tokens)), tokens, "positive"),
}


@pytest.mark.grid
@pytest.mark.parametrize("length", [1, 7, 40])
@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_everything_can_be_read(draw, length):
    assert_legible(draw(take(WORDS, length)))


@pytest.mark.grid
@pytest.mark.parametrize("length", [1, 7, 40])
@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_everything_can_be_read_on_a_narrow_screen(draw, length):
    with narrow_figures():
        figure = draw(take(WORDS, length))
    assert_legible(figure)


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_any_token_can_be_drawn(draw):
    assert_legible(draw([*SCRIPTS, *TRAPS]))


def test_the_predictions_can_be_read():
    figure = direction_predictions_figure(
        dict(zip(NAMES, (0.97, 0.5, 0.0), strict=True)), "positive"
    )
    assert_legible(figure)
    bars = figure.axes[0].patches
    assert [bar.get_width() for bar in bars] == [0.97, 0.5, 0.0]
    assert [to_hex(bar.get_facecolor()).upper() for bar in bars] == [FOR, FOR, AGAINST]


def test_influence_shows_its_numbers_on_a_scale_symmetric_about_zero():
    values = np.array([[0.9, -0.2, 0.1]])
    figure = influence_figure(values, ["a", "b", "c"], [(1, "PER")])
    (image,) = figure.axes[0].images
    np.testing.assert_array_equal(image.get_array(), values)
    assert image.get_clim() == (-0.9, 0.9)
    (frame,) = figure.axes[0].patches
    assert frame.get_xy() == (0.5, -0.5)


def test_what_a_half_says_differently_is_framed():
    scores = np.full((3, len(LABELS)), 1 / len(LABELS))
    figure = direction_answers_figure(
        {"both": ([0, 1, 4], scores), "forward alone": ([0, 2, 4], scores)}, LABELS, WORDS[:3], "O"
    )
    frames = [patch for patch in figure.axes[0].patches if not patch.get_fill()]
    assert [frame.get_xy() for frame in frames] == [pytest.approx((0.54, 0.58))]
    assert [t.get_text() for t in figure.axes[0].texts] == ["LOC", "PER", "MISC", "PER"]
    assert figure.legends[0].get_texts()[-1].get_text() == "differs from both directions"


def test_labels_have_colours_of_their_own():
    colours = label_colours(LABELS, "O")
    assert list(colours) == list(LABELS)
    assert len(set(colours.values())) == len(LABELS)
    assert colours["O"] == PALE_GREY not in label_colours(LABELS).values()
    assert len(label_colours([str(i) for i in range(20)])) == 20


@pytest.mark.parametrize("none_label", ["O", None])
def test_every_label_is_written_but_that_of_none(none_label):
    scores = np.full((2, len(LABELS)), 1 / len(LABELS))
    figure = direction_answers_figure({"both": ([0, 2], scores)}, LABELS, WORDS[:2], none_label)
    expected = ["O", "MISC"] if none_label is None else ["MISC"]
    assert [text.get_text() for text in figure.axes[0].texts] == expected


@pytest.mark.parametrize(
    "draw, message",
    [
        (lambda: influence_figure(np.ones((1, 2)), ["a"], [(0, "X")]), "`influence` must be"),
        (lambda: influence_figure(np.ones((0, 1)), ["a"], []), "not empty"),
        (lambda: word_weights_figure([], [], "good"), "`weights` must be"),
        (lambda: word_weights_figure([0.1], ["a", "b"], "good"), "`tokens` must name every"),
        (lambda: direction_answers_figure({}, LABELS, []), "`answers` must be pairs"),
        (lambda: direction_answers_figure(answers(3), LABELS, ["a"]), "`answers` must be pairs"),
        (lambda: direction_predictions_figure({}, "good"), "`shares` must be fractions"),
        (lambda: direction_predictions_figure({"both": 1.2}, "good"), "`shares` must be fractions"),
    ],
)
def test_bad_input(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
