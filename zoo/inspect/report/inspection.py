"""Everything that is measured of one text in one model, and the pictures of it."""

from dataclasses import dataclass

import numpy as np

from zoo.inspect.figures.answers import (
    direction_answers_figure,
    direction_verdicts_figure,
    influence_figure,
    word_weights_figure,
)
from zoo.inspect.figures.matrices import direction_correlation_figure, information_flow_figure
from zoo.inspect.figures.states import activation_heatmap, state_evolution
from zoo.inspect.measures.ablate_direction import OTHER, silenced
from zoo.inspect.measures.flow import information_flow
from zoo.inspect.measures.influence import hide_each
from zoo.inspect.measures.states import direction_correlation, direction_outputs, state_norms
from zoo.inspect.model_parts import Answer, open_model
from zoo.inspect.report.reading import Reading, read_text

BOTH = "both directions"


@dataclass(frozen=True)
class Inspection:
    """What was measured of the drawn words of a text; T words, L labels.

    Args:
        reading: the text and the model's answer.
        labels: the L labels.
        states: dict of "forward" and "backward", or one of them, to the states (T, U) of the
            first recurrent layer.
        flows: dict of name to the information flow (T, T) of that layer: as it is, and with one
            direction silenced.
        answers: dict of the same names to a `zoo.inspect.model_parts.Answer` without its axis B: of
            a tagger to the drawn words, of a classifier to all words that a page shows.
        influence: of a tagger (T, T), how far the probability of a word's label (row) falls when
            another word (column) is hidden; of a classifier (T,), that of the verdict.
    """

    reading: Reading
    labels: tuple
    states: dict
    flows: dict
    answers: dict
    influence: np.ndarray

    @property
    def words(self):
        """The T words that are drawn."""
        return [self.reading.tokens[index].text for index in self.reading.drawn]

    @property
    def marked(self):
        """Pairs of position and label of the words that a tagger marks; of all if it marks none."""
        best = self.answers[BOTH].best
        found = [(t, self.labels[index]) for t, index in enumerate(best) if index]
        return found or [(t, self.labels[0]) for t in range(len(best))]


def inspect_text(predictor, text, size=40):
    """Measure what goes on in a model while it reads a text.

    Args:
        predictor: of `zoo.load`; its Keras model is opened, which needs the [train] extra.
        text: a string of any length.
        size: how many words are drawn, see `zoo.inspect.read_text`; they are measured as a text
            of their own.

    Returns:
        An `Inspection`.

    Raises:
        TypeError: the text is no string, or the model is none that can be drawn.
        ValueError: there is no word in the text.
    """
    reading = read_text(predictor, text, size)
    model = open_model(predictor)
    _, features = drawn = _read(model, reading, reading.drawn)
    ids, answered = drawn if reading.verdict is None else _read(model, reading, reading.shown)
    layer = model.stack.rnns[0]
    flows, answers = {}, {}
    for name, silent in _variants(model).items():
        with _silent(model, silent):
            flows[name] = information_flow(lambda x: _sequence(layer(x)), features)
            answers[name] = Answer(*(each[0] for each in model.answer(answered, ids)))
    if reading.verdict is None:
        best = answers[BOTH].best
        falls = hide_each(lambda x: model.answer(x).scores, features[0])  # (hidden, T, L)
        influence = falls[:, np.arange(len(best)), best].T
    else:
        influence = reading.weights[reading.drawn.start : reading.drawn.stop]
    states = {name: h[0] for name, h in direction_outputs(layer, features).items()}
    return Inspection(reading, model.labels, states, flows, answers, influence)


def inspection_figures(inspection):
    """Draw an `Inspection`.

    Returns:
        Dict of name to figure, in the order in which a page shows them: `influence`; of a two-way
        model `direction_answers`; `state_evolution`, `activations`, `information_flow`; of a
        two-way model `direction_correlation`.
    """
    words, states = inspection.words, inspection.states
    figures = {
        **_answer_figures(inspection),
        "state_evolution": state_evolution(state_norms(states), words),
        "activations": activation_heatmap(states, words),
        "information_flow": information_flow_figure(inspection.flows, words),
    }
    if len(states) == 2:
        figures["direction_correlation"] = direction_correlation_figure(
            *direction_correlation(states), words
        )
    return figures


def _answer_figures(inspection):
    answers, words, reading = inspection.answers, inspection.words, inspection.reading
    if reading.verdict:
        label = reading.verdict[0]
        figures = {"influence": word_weights_figure(inspection.influence, words, label)}
        index = inspection.labels.index(label)
        parts = {name: answer.scores[index] for name, answer in answers.items()}
        halves = direction_verdicts_figure(parts, label)
    else:
        rows = inspection.marked
        figures = {
            "influence": influence_figure(
                inspection.influence[[position for position, _ in rows]], words, rows
            )
        }
        halves = direction_answers_figure(answers, inspection.labels, words)
    return {**figures, "direction_answers": halves} if len(answers) > 1 else figures


def _read(model, reading, where):
    """Return the ids of words of a text, as a batch of one, and their vectors."""
    inputs = reading.encode([reading.tokens[index].text for index in where])
    batch = {name: array[None] for name, array in inputs.items()}
    return batch, model.embed(batch)


def _variants(model):
    """Return what is silenced: name -> direction, or None."""
    alone = {f"{direction} alone": OTHER[direction] for direction in OTHER}
    return {BOTH: None, **(alone if model.two_way else {})}


def _silent(model, direction):
    return silenced(model.stack.rnns if direction else [], direction or "forward")


def _sequence(outputs):
    return outputs[0] if isinstance(outputs, tuple | list) else outputs
