"""All measures of one text in one model, and their figures."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from zoo.inspect.figures.answers import (
    direction_answers_figure,
    direction_predictions_figure,
    influence_figure,
    word_weights_figure,
)
from zoo.inspect.figures.matrices import direction_correlation_figure, information_flow_figure
from zoo.inspect.figures.states import activation_heatmap, state_evolution
from zoo.inspect.measures.ablate_direction import OTHER, ablate_direction
from zoo.inspect.measures.flow import information_flow
from zoo.inspect.measures.influence import hide_each
from zoo.inspect.measures.states import direction_correlation, direction_outputs, state_norms
from zoo.inspect.model_parts import Answer, ModelParts
from zoo.inspect.report.reading import DRAWN, Reading, read_text

BOTH = "both directions"


@dataclass(frozen=True)
class Inspection:
    """The measures of the drawn words of a text, with T words and L labels.

    Args:
        reading: the text and the model's answer.
        labels: the L labels.
        none_label: the label of words outside of everything that is labelled, or None.
        states: the states (T, U) of the first recurrent layer, by "forward" and "backward", or one
            of them.
        flows: the information flow (T, T) of that layer, by name: unchanged, and with one direction
            ablated.
        answers: the `Answer` of the model, without the axis B, by the same names: of a tagger to
            the drawn words, of a classifier to all words on the page.
        influence: of a tagger (T, T), the decrease of the probability of a word's label (row) when
            another word (column) is hidden; of a classifier (T,), that of the prediction.
    """

    reading: Reading
    labels: tuple[str, ...]
    none_label: str | None
    states: dict[str, np.ndarray]
    flows: dict[str, np.ndarray]
    answers: dict[str, Answer]
    influence: np.ndarray

    @property
    def words(self) -> list[str]:
        """The T words that are drawn."""
        return [self.reading.tokens[index].text for index in self.reading.drawn]

    @property
    def marked(self) -> list[tuple[int, str]]:
        """Positions and labels of the words with a label; of all words if there are none."""
        words = [(t, self.labels[index]) for t, index in enumerate(self.answers[BOTH].best)]
        return [word for word in words if word[1] != self.none_label] or words


def inspect_text(predictor: Any, text: str, size: int = DRAWN) -> Inspection:
    """Measure what a model does when it reads a text.

    Args:
        predictor: as returned by `zoo.load`. Its Keras model is used, which needs the extra
            [train].
        text: a text of any length.
        size: largest number of words to draw, see `zoo.inspect.read_text`. They are measured
            without the rest of the text.

    Raises:
        TypeError: `text` is not a string, or `predictor` not a predictor of the zoo.
        ValueError: `text` contains no word.
    """
    reading = read_text(predictor, text, size)
    model = ModelParts.of(predictor)
    _, features = drawn = _read(model, reading, reading.drawn)
    ids, answered = drawn if reading.prediction is None else _read(model, reading, reading.shown)
    layer = model.stack.rnns[0]
    flows: dict[str, np.ndarray] = {}
    answers: dict[str, Answer] = {}
    for name, ablated in _variants(model).items():
        with _ablated(model, ablated):
            flows[name] = information_flow(lambda x: _sequence(layer(x)), features)
            answers[name] = Answer(*(each[0] for each in model.answer(answered, ids)))
    if reading.weights is None:
        best = answers[BOTH].best
        falls = hide_each(lambda x: model.answer(x).scores, features[0])  # (hidden, T, L)
        influence = falls[:, np.arange(len(best)), best].T
    else:
        influence = reading.weights[reading.drawn.start : reading.drawn.stop]
    states = {name: h[0] for name, h in direction_outputs(layer, features).items()}
    return Inspection(reading, model.labels, model.none_label, states, flows, answers, influence)


def inspection_figures(inspection: Inspection) -> dict[str, Figure]:
    """Draw an `Inspection`.

    Returns:
        The figures by name, in the order of the page: `influence`, `direction_answers`,
        `state_evolution`, `activations`, `information_flow`, `direction_correlation`. Those that
        compare directions are left out for a unidirectional model.
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
    if reading.prediction:
        label = reading.prediction[0]
        figures = {"influence": word_weights_figure(inspection.influence, words, label)}
        index = inspection.labels.index(label)
        parts = {name: answer.scores[index] for name, answer in answers.items()}
        directions = direction_predictions_figure(parts, label)
    else:
        rows = inspection.marked
        figures = {
            "influence": influence_figure(
                inspection.influence[[position for position, _ in rows]], words, rows
            )
        }
        directions = direction_answers_figure(
            answers, inspection.labels, words, inspection.none_label
        )
    return {**figures, "direction_answers": directions} if len(answers) > 1 else figures


def _read(model, reading, where):
    """Return the ids and the embedded features of words of a text, as a batch of one."""
    inputs = reading.encode([reading.tokens[index].text for index in where])
    batch = {name: array[None] for name, array in inputs.items()}
    return batch, model.embed(batch)


def _variants(model):
    """Return the ablated direction, or None, by name."""
    alone = {f"{direction} alone": OTHER[direction] for direction in OTHER}
    return {BOTH: None, **(alone if model.bidirectional else {})}


def _ablated(model: ModelParts, direction: str | None) -> AbstractContextManager[None]:
    return ablate_direction(model.stack.rnns, direction) if direction else nullcontext()


def _sequence(outputs):
    return outputs[0] if isinstance(outputs, tuple | list) else outputs
