"""See inside a bidirectional model: measures that return numbers, figures that draw them."""

from zoo.inspect.figures.answers import (
    direction_answers_figure,
    direction_verdicts_figure,
    influence_figure,
    word_weights_figure,
)
from zoo.inspect.figures.curves import learning_curves, per_position_figure
from zoo.inspect.figures.files import write_pictures
from zoo.inspect.figures.images import figure_to_array, save_png
from zoo.inspect.figures.matrices import direction_correlation_figure, information_flow_figure
from zoo.inspect.figures.sequence import sequence_pictures
from zoo.inspect.figures.states import (
    activation_heatmap,
    concatenated_layout,
    state_evolution,
)
from zoo.inspect.measures.ablate_direction import silenced
from zoo.inspect.measures.flow import information_flow
from zoo.inspect.measures.influence import hide_each
from zoo.inspect.measures.states import (
    direction_correlation,
    direction_outputs,
    per_position_accuracy,
    state_norms,
)
from zoo.inspect.report.inspection import Inspection, inspect_text, inspection_figures
from zoo.inspect.report.page import write_page

__all__ = [
    "Inspection",
    "activation_heatmap",
    "concatenated_layout",
    "direction_answers_figure",
    "direction_correlation",
    "direction_correlation_figure",
    "direction_outputs",
    "direction_verdicts_figure",
    "figure_to_array",
    "hide_each",
    "influence_figure",
    "information_flow",
    "information_flow_figure",
    "inspect_text",
    "inspection_figures",
    "learning_curves",
    "per_position_accuracy",
    "per_position_figure",
    "save_png",
    "sequence_pictures",
    "silenced",
    "state_evolution",
    "state_norms",
    "word_weights_figure",
    "write_page",
    "write_pictures",
]
