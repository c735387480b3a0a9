"""Conversions of the tests of exports, as a rule in the process of the tests."""

from pathlib import Path

import pytest

from zoo.export import convert, tflite


@pytest.fixture(autouse=True)
def conversion_here(monkeypatch):
    """A child starts TensorFlow anew; `test_convert.py` shows that it writes the same bytes."""

    def convert_here(folder, output, quantization="float32", samples=None):
        Path(output).write_bytes(convert.convert(folder, quantization, samples))

    monkeypatch.setattr(tflite, "convert_in_child", convert_here)


@pytest.fixture
def conversion_in_child(conversion_here, monkeypatch):
    """As it is for a user."""
    monkeypatch.setattr(tflite, "convert_in_child", convert.convert_in_child)
