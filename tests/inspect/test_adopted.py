"""The measures of inspection work on any Keras model, once `adopt` has replaced its layers."""

import pytest

from tests.grids import quick
from tests.inspect.adopted import inspected
from tests.tutorials import TUTORIALS, draw
from zoo.layers import adopt


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", quick(TUTORIALS, "many_to_many", "encoder_decoder"))
def test_all_recurrent_layers_of_a_tutorial_model_are_measured(name):
    model = adopt(TUTORIALS[name]())
    for padded in (False, True):
        assert inspected(model, draw(model, 12, padded))
