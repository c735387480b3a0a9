"""The images and texts of a `TrainingMonitor`."""

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from matplotlib.figure import Figure

from zoo.callbacks.probe import LayerRecord, Probe, Sample
from zoo.callbacks.scalars import flow_numbers, known_labels
from zoo.callbacks.tags import ALONG, BY_POSITION, CONFUSION, CORRELATION, COSINE, CRF_SCORES, FLOW
from zoo.inspect import (
    direction_correlation,
    direction_cosine_figure,
    information_flow,
    information_flow_figure,
    narrow_figures,
    per_position_accuracy,
    per_position_figure,
    state_evolution,
    state_norms,
    unit_correlation_figure,
)
from zoo.inspect.figures.labels import confusion_counts, confusion_figure, transitions_figure
from zoo.layers import CRF
from zoo.layers.model_layers import name_of

POSITIONS = 24  # of a sequence, in an image
PROBES = 4  # for the information flow
TEXTS, TEXT_LENGTH = 8, 60
Known = tuple[np.ndarray, np.ndarray, np.ndarray]  # as from `known_labels`
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+.!|~-])")


@narrow_figures()
def layer_figures(
    probe: Probe, records: Mapping[keras.layers.Layer, LayerRecord]
) -> tuple[dict[str, Figure], dict[str, float]]:
    """Return images of one sequence in each recurrent layer: states, flow, correlation.

    Args:
        probe: `zoo.callbacks.probe.Probe`.
        records: dict from layer to `LayerRecord`.

    Returns:
        Dict from tag to figure, and dict from tag to number of the information flow.
    """
    figures: dict[str, Figure] = {}
    numbers: dict[str, float] = {}
    for layer, (sequences, mask, directions) in records.items():
        name = name_of(layer)
        row = int(np.argmax(np.minimum(mask.sum(axis=1), POSITIONS)))
        here = np.flatnonzero(mask[row])[:POSITIONS]
        if not len(here):
            continue
        tokens = _tokens(probe.sample, mask, row)
        outputs = {d: traced["h"][row, here] for d, traced in directions.items()}
        figures[f"{ALONG}/{name}"] = state_evolution(state_norms(outputs), tokens)
        flow = information_flow(probe.flow_function(layer), sequences[row : row + 1, here], PROBES)
        figures[f"{FLOW}/{name}"] = information_flow_figure({name: flow}, tokens)
        numbers |= flow_numbers(name, flow)
        if len(outputs) == 2:
            # Units are compared over the whole sample, positions within this sequence.
            whole = {d: traced["h"] for d, traced in directions.items()}
            figures[f"{CORRELATION}/{name}"] = unit_correlation_figure(
                direction_correlation(whole, mask)[0]
            )
            figures[f"{COSINE}/{name}"] = direction_cosine_figure(
                direction_correlation(outputs)[1], tokens
            )
    return figures, numbers


def _tokens(sample: Sample, mask: np.ndarray, row: int) -> list[str] | None:
    """Return the tokens of a layer's sequence, None if its inputs are not the sample's tokens."""
    same = sample.mask is None or np.array_equal(sample.mask, mask)
    return list(sample.tokens[row][:POSITIONS]) if sample.tokens is not None and same else None


@narrow_figures()
def label_figures(
    sample: Sample, predictions: np.ndarray | None, labels: Sequence[str] | None
) -> dict[str, Figure]:
    """Return the confusion matrix and, for a tagger, the accuracy at every position.

    Args:
        sample: a checked `Sample`.
        predictions: (B,) or (B, T) integers, or None.
        labels: the K names, or None for their ids.
    """
    known = known_labels(sample, predictions)
    if known is None:
        return {}
    right, predicted, where = known
    count = int(max(right[where].max(), predicted[where].max())) + 1
    names = list(map(str, range(count))) if labels is None else list(labels)
    counts = confusion_counts(right[where], predicted[where], len(names))
    figures = {CONFUSION: confusion_figure(counts, names)}
    if right.ndim == 2:
        accuracy, _ = per_position_accuracy(right, predicted, where)
        figures[BY_POSITION] = per_position_figure({"sample": accuracy})
    return figures


@narrow_figures()
def crf_figures(crfs: Iterable[CRF], labels: Sequence[str] | None) -> dict[str, Figure]:
    """Return a heat map of the transitions of each CRF."""
    figures = {}
    for crf in crfs:
        names = crf.labels or (labels if labels and len(labels) == crf.num_tags else None)
        start, end = (None if w is None else np.asarray(w) for w in (crf.start, crf.end))
        figures[f"{CRF_SCORES}/{name_of(crf)}"] = transitions_figure(
            np.asarray(crf.transitions), start, end, names
        )
    return figures


def sample_texts(
    sample: Sample, predictions: np.ndarray | None, labels: Sequence[str] | None
) -> str:
    """Return the texts of the sample with their predictions, in Markdown; "" without texts.

    A wrong prediction is shown in bold, as true label → predicted label.
    """
    if sample.tokens is None or predictions is None:
        return ""
    known = known_labels(sample, predictions)
    names: Callable[[int], str] = str if labels is None else labels.__getitem__
    blocks = []
    for row, words in enumerate(sample.tokens[:TEXTS]):
        places = np.arange(predictions.shape[-1])
        if predictions.ndim == 2 and sample.mask is not None:
            places = np.flatnonzero(sample.mask[row])
        shown = []
        for word, place in zip(words[:TEXT_LENGTH], places, strict=False):
            at = (row, place) if predictions.ndim == 2 else None
            shown.append(_markdown(word) + (_verdict(at, known, predictions, names) if at else ""))
        line = " ".join(shown) + (" …" if len(words) > TEXT_LENGTH else "")
        blocks.append(
            line if predictions.ndim == 2 else line + _verdict(row, known, predictions, names)
        )
    return "\n\n".join(blocks)


def _verdict(
    at: Any, known: Known | None, predictions: np.ndarray, names: Callable[[int], str]
) -> str:
    """Return the label of a token or text in Markdown; "" for a correct "O"."""
    predicted = names(int(predictions[at]))
    if known is None or not known[2][at] or known[0][at] == predictions[at]:
        return "" if predicted == "O" else f" `{predicted}`"
    return f" **`{names(int(known[0][at]))}` → `{predicted}`**"


def _markdown(text: str) -> str:
    """Escape a text for Markdown, on one line."""
    return MARKDOWN.sub(r"\\\1", html.escape(" ".join(str(text).split()), quote=False))
