"""The correction of a file after the converter: LSTM operators clip no cell, and nothing else."""

from tensorflow.lite.tools import flatbuffer_utils

from tests.export.models import classifier
from zoo.export import export_tflite
from zoo.export.tflite import convert
from zoo.export.tflite.patch_flatbuffer import patch_flatbuffer


def clips(path):
    """Return the cell clip of each LSTM operator of a file."""
    model = flatbuffer_utils.read_model(str(path))
    options = [each.builtinOptions for graph in model.subgraphs for each in graph.operators]
    return [each.cellClip for each in options if hasattr(each, "cellClip")]


def test_no_cell_is_clipped(tmp_path):
    path = export_tflite(classifier("max"), tmp_path / "model.tflite", "fused")
    assert clips(path) == [0, 0]


def test_the_converter_still_clips(monkeypatch, tmp_path):
    """If not, the patch may go."""
    monkeypatch.setattr(convert, "patch_flatbuffer", bytes)
    path = export_tflite(classifier("max"), tmp_path / "model.tflite", "fused")
    assert clips(path) == [10, 10]


def test_a_file_that_is_right_is_left_alone(tmp_path):
    content = export_tflite(classifier("max"), tmp_path / "model.tflite").read_bytes()
    assert bytes(patch_flatbuffer(content)) == content
