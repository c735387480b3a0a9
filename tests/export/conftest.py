"""Conversions of the tests of exports, as a rule in the process of the tests."""

import pytest

from zoo.export.keras import check
from zoo.export.keras import model as keras_model
from zoo.export.tflite import convert, string_words
from zoo.export.tflite import model as tflite
from zoo.export.verify import run_probe


@pytest.fixture(scope="module", autouse=True)
def conversion_here(conversion_here):
    """For all tests of this folder."""


@pytest.fixture
def conversion_in_child(monkeypatch):
    """As it is for a user."""
    for module in (tflite, keras_model, string_words):
        monkeypatch.setattr(module, "convert_in_child", convert.convert_in_child)
    monkeypatch.setattr(check, "run_probe", run_probe)
