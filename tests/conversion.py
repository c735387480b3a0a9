"""Conversion to TFLite in the process of the tests: a child would load its libraries anew."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from zoo.export.keras import check
from zoo.export.keras import model as keras_model
from zoo.export.tflite import convert, probe, string_words
from zoo.export.tflite import model as tflite


def convert_here(folder, output, quantization="float32", samples=None):
    """Do what `zoo.export.tflite.convert.convert_in_child` does, without a child."""
    try:
        Path(output).write_bytes(convert.convert(folder, quantization, samples))
    except Exception as error:
        if missing := convert.missing_builtins(str(error)):
            raise convert.UnsupportedError(str(error), missing) from error
        raise


@contextmanager
def converting_here():
    """Convert in this process; `tests/export/test_convert.py` shows that a child gives the same."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (tflite, keras_model, string_words):
            patch.setattr(module, "convert_in_child", convert_here)
        patch.setattr(check, "run_probe", lambda *files: probe.answer_calls(*map(str, files)))
        yield
