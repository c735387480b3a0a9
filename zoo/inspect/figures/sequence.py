"""All figures of one sequence in a bidirectional model, compared with unidirectional models."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from zoo.inspect.figures.matrices import (
    direction_correlation_figure,
    direction_cosine_figure,
    information_flow_figure,
    unit_correlation_figure,
)
from zoo.inspect.figures.states import activation_heatmap, concatenated_layout, state_evolution
from zoo.inspect.measures.flow import information_flow
from zoo.inspect.measures.states import direction_correlation, direction_outputs, state_norms
from zoo.inspect.tensors import to_numpy


def sequence_pictures(
    models: Mapping[str, Any],
    ids: ArrayLike,
    tokens: Sequence[str],
    labels: Sequence[str] | None = None,
    panels: bool = False,
) -> dict[str, Figure]:
    """Draw the first recurrent layer of a bidirectional model for one sequence.

    Args:
        models: models with an `encoder` by name; the first one is bidirectional and is drawn, the
            information flow compares it with the others.
        ids: (T,) integers without padding.
        tokens: the T tokens.
        labels: T labels for the background of the states, or None.
        panels: whether each panel becomes a figure of its own, for cards of TensorBoard.

    Returns:
        Figures by name: `state_evolution`, `information_flow`, `activations`,
        `concatenated_layout`, `direction_correlation`. With `panels`, `information_flow/NAME` of
        each model, `activations/DIRECTION`, and no `concatenated_layout`, which shows the same.
    """
    layers = {name: model.recurrent.rnns[0] for name, model in models.items()}
    embedded = {
        name: to_numpy(model.encoder.embedding(np.asarray(ids)[None]))
        for name, model in models.items()
    }
    drawn = next(iter(models))
    outputs = {
        direction: output[0]
        for direction, output in direction_outputs(layers[drawn], embedded[drawn]).items()
    }
    flows = {  # a layer may return its final states too: the sequence comes first
        name: information_flow(lambda x, layer=layer: _sequence(layer(x)), embedded[name])
        for name, layer in layers.items()
    }
    return {
        "state_evolution": state_evolution(state_norms(outputs), tokens, labels),
        **_drawn("information_flow", information_flow_figure, flows, tokens, panels),
        **_drawn("activations", activation_heatmap, outputs, tokens, panels),
        **({} if panels else {"concatenated_layout": concatenated_layout(outputs, tokens)}),
        **_correlations(outputs, tokens, panels),
    }


def _drawn(name, draw, parts, tokens, panels):
    if panels:
        return {f"{name}/{part}": draw({part: array}, tokens) for part, array in parts.items()}
    return {name: draw(parts, tokens)}


def _correlations(outputs, tokens, panels):
    name, (correlation, cosine) = "direction_correlation", direction_correlation(outputs)
    if panels:
        return {
            f"{name}/units": unit_correlation_figure(correlation),
            f"{name}/cosine": direction_cosine_figure(cosine, tokens),
        }
    return {name: direction_correlation_figure(correlation, cosine, tokens)}


def _sequence(outputs):
    return outputs[0] if isinstance(outputs, tuple | list) else outputs
