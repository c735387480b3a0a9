"""Figures of measures: functions from data to `matplotlib.figure.Figure`."""

from zoo.inspect.figures.answers import (
    direction_answers_figure,
    direction_predictions_figure,
    influence_figure,
    label_colours,
    word_weights_figure,
)
from zoo.inspect.figures.curves import learning_curves, per_position_figure
from zoo.inspect.figures.files import write_pictures
from zoo.inspect.figures.images import figure_to_array, save_png
from zoo.inspect.figures.labels import confusion_counts, confusion_figure, transitions_figure
from zoo.inspect.figures.matrices import (
    direction_correlation_figure,
    direction_cosine_figure,
    information_flow_figure,
    unit_correlation_figure,
)
from zoo.inspect.figures.sequence import sequence_pictures
from zoo.inspect.figures.states import activation_heatmap, concatenated_layout, state_evolution
from zoo.inspect.figures.style import narrow_figures

__all__ = [
    "activation_heatmap",
    "concatenated_layout",
    "confusion_counts",
    "confusion_figure",
    "direction_answers_figure",
    "direction_correlation_figure",
    "direction_cosine_figure",
    "direction_predictions_figure",
    "figure_to_array",
    "influence_figure",
    "information_flow_figure",
    "label_colours",
    "learning_curves",
    "narrow_figures",
    "per_position_figure",
    "save_png",
    "sequence_pictures",
    "state_evolution",
    "transitions_figure",
    "unit_correlation_figure",
    "word_weights_figure",
    "write_pictures",
]
