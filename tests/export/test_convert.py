"""The converter's child process: the same bytes, and an error with its output if it fails."""

import sys

import pytest
import tensorflow as tf

from tests.export.models import tagger
from zoo.export import ExportError, export_tflite
from zoo.export.tflite import convert
from zoo.export.tflite import model as tflite
from zoo.export.tflite.convert import convert_in_child


@pytest.mark.slow("starts converters in processes of their own")
def test_a_child_writes_what_this_process_would(tmp_path, monkeypatch):
    model = tagger()
    here = export_tflite(model, tmp_path / "1.tflite", quantization="dynamic")
    monkeypatch.setattr(tflite, "convert_in_child", convert_in_child)
    child = export_tflite(model, tmp_path / "2.tflite", quantization="dynamic")
    assert child.read_bytes() == here.read_bytes()


def test_a_child_says_why_it_refused(tmp_path):
    module = tf.Module()
    lower = tf.function(tf.strings.lower).get_concrete_function(tf.TensorSpec((1,), tf.string))
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=lower)
    # There is no builtin operator for it.
    with pytest.raises(ExportError, match="TFLite has no builtin for StringLower"):
        convert_in_child(tmp_path / "saved", tmp_path / "model.tflite")


@pytest.mark.parametrize("name", ["SIGABRT", "SIGSEGV", "SIGKILL"])
def test_a_child_that_dies_is_an_error(name, tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho 'F0000 Check failed: x' >&2\nkill -{name[3:]} $$\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(
        ExportError, match=rf"was killed by {name} .* Its output: F0000 Check failed: x$"
    ):
        convert_in_child(tmp_path, tmp_path / "model.tflite", "dynamic")


def test_a_child_that_does_not_end_is_an_error(tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(convert, "TIMEOUT", 0.2)
    with pytest.raises(ExportError, match="did not end within 0.2 seconds"):
        convert_in_child(tmp_path, tmp_path / "model.tflite")


@pytest.mark.slow("starts converters in processes of their own")
def test_a_folder_that_is_no_saved_model_is_an_error(tmp_path):
    with pytest.raises(ExportError, match="failed on this model .* SavedModel file does not exist"):
        convert_in_child(tmp_path, tmp_path / "model.tflite")
