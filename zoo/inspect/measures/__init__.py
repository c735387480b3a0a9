"""Measures of a bidirectional model: functions that return numbers."""

from zoo.inspect.measures.ablate_direction import ablate_direction
from zoo.inspect.measures.flow import information_flow
from zoo.inspect.measures.influence import hide_each
from zoo.inspect.measures.layer_inputs import LayerInputs, layer_inputs
from zoo.inspect.measures.states import (
    direction_correlation,
    direction_outputs,
    per_position_accuracy,
    state_norms,
)
from zoo.inspect.measures.study import UnitMeaning, clearest_units, feature_table

__all__ = [
    "LayerInputs",
    "UnitMeaning",
    "ablate_direction",
    "clearest_units",
    "direction_correlation",
    "direction_outputs",
    "feature_table",
    "hide_each",
    "information_flow",
    "layer_inputs",
    "per_position_accuracy",
    "state_norms",
]
