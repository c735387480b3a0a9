"""Conversions of the tests of exports, as a rule in the process of the tests."""

import pytest

from tests.conversion import converting_here
from zoo.export.tflite import convert, keras_model
from zoo.export.tflite import model as tflite


@pytest.fixture(scope="module", autouse=True)
def conversion_here():
    """See `tests.conversion`."""
    with converting_here():
        yield


@pytest.fixture
def conversion_in_child(monkeypatch):
    """As it is for a user."""
    for module in (tflite, keras_model):
        monkeypatch.setattr(module, "convert_in_child", convert.convert_in_child)
