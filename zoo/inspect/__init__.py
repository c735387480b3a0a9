"""See inside a bidirectional model: measures that return numbers, figures that draw them."""

from zoo.inspect.curves import learning_curves, per_position_figure
from zoo.inspect.figures import (
    activation_heatmap,
    concatenated_layout,
    state_evolution,
)
from zoo.inspect.flow import information_flow
from zoo.inspect.images import figure_to_array, save_png
from zoo.inspect.matrices import direction_correlation_figure, information_flow_figure
from zoo.inspect.measure import (
    direction_correlation,
    direction_outputs,
    per_position_accuracy,
    state_norms,
)
from zoo.inspect.pictures import sequence_pictures
from zoo.inspect.tensorboard import write_pictures

__all__ = [
    "activation_heatmap",
    "concatenated_layout",
    "direction_correlation",
    "direction_correlation_figure",
    "direction_outputs",
    "figure_to_array",
    "information_flow",
    "information_flow_figure",
    "learning_curves",
    "per_position_accuracy",
    "per_position_figure",
    "save_png",
    "sequence_pictures",
    "state_evolution",
    "state_norms",
    "write_pictures",
]
