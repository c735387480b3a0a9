"""Conversion to TFLite in the process of the tests: a child would load TensorFlow anew."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from zoo.export.tflite import convert, keras_model
from zoo.export.tflite import model as tflite


def convert_here(folder, output, quantization="float32", samples=None):
    """Do what `zoo.export.tflite.convert.convert_in_child` does, without a child."""
    Path(output).write_bytes(convert.convert(folder, quantization, samples))


@contextmanager
def converting_here():
    """Convert in this process; `tests/export/test_convert.py` shows that a child gives the same."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (tflite, keras_model):
            patch.setattr(module, "convert_in_child", convert_here)
        yield
