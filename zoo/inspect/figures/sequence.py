"""All pictures of one sequence in one model, and of what its one-way peers see of it."""

import numpy as np

from zoo.inspect.figures.matrices import direction_correlation_figure, information_flow_figure
from zoo.inspect.figures.states import activation_heatmap, concatenated_layout, state_evolution
from zoo.inspect.measures.flow import information_flow
from zoo.inspect.measures.states import direction_correlation, direction_outputs, state_norms


def sequence_pictures(models, ids, tokens, labels=None):
    """Draw what goes on in the first recurrent layer of a two-way model, for one sequence.

    Args:
        models: dict of name to model with an `encoder`; the first one is two-way and is drawn, the
            others are compared with it in the information flow.
        ids: (T,) integers without padding.
        tokens: T strings.
        labels: T labels, shown behind the states; or None.

    Returns:
        Dict of name to figure: `state_evolution`, `information_flow`, `activations`,
        `concatenated_layout`, `direction_correlation`.
    """
    layers = {name: model.recurrent.rnns[0] for name, model in models.items()}
    embedded = {
        name: np.array(model.encoder.embedding(np.asarray(ids)[None]))
        for name, model in models.items()
    }
    drawn = next(iter(models))
    outputs = {
        direction: output[0]
        for direction, output in direction_outputs(layers[drawn], embedded[drawn]).items()
    }
    flows = {  # a layer of a stack may return its final states too: the sequence comes first
        name: information_flow(lambda x, layer=layer: _sequence(layer(x)), embedded[name])
        for name, layer in layers.items()
    }
    correlation, cosine = direction_correlation(outputs)
    return {
        "state_evolution": state_evolution(state_norms(outputs), tokens, labels),
        "information_flow": information_flow_figure(flows, tokens),
        "activations": activation_heatmap(outputs, tokens),
        "concatenated_layout": concatenated_layout(outputs, tokens),
        "direction_correlation": direction_correlation_figure(correlation, cosine, tokens),
    }


def _sequence(outputs):
    return outputs[0] if isinstance(outputs, tuple | list) else outputs
