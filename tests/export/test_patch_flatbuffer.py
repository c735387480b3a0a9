"""A file in 8 bits says what its numbers are: what an operator writes is read on the same scale."""

import numpy as np
import pytest
from tensorflow.lite.tools import flatbuffer_utils

from tests.export.models import classifier, filled
from tests.export.test_variants import samples_of
from zoo.export import export_tflite, verify_tflite
from zoo.export.tflite import patch_flatbuffer as patch

SOURCES = {patch.LSTM: patch.STATE, patch.REVERSE: 0}  # what an operator's outputs are written as


def scales(path):
    """Yield the scales on which operators that have no say in it write and are read."""
    model = flatbuffer_utils.read_model(str(path))
    for graph in model.subgraphs:
        for operator in graph.operators:
            source = SOURCES.get(patch._code(model.operatorCodes[operator.opcodeIndex]))
            if source is not None:
                tensors = operator.inputs[source], operator.outputs[0]
                yield tuple(patch._scale(graph.tensors[index]) for index in tensors)


def export(variant, path, length=None):
    model = filled(classifier("max", units=32))
    samples = samples_of(model, count=12)
    return model, export_tflite(model, path, variant, "int8", length=length, samples=samples)


def test_samples_longer_than_an_unrolled_file_are_cut(tmp_path):
    model, path = export("unrolled", tmp_path / "model.tflite", length=8)
    report = verify_tflite(path, model, variant="unrolled", quantization="int8")
    assert report.problems == []
    assert 1e-6 < max(report.largest_difference) < 0.3


@pytest.mark.parametrize("variant", ["fused", "while"])
def test_what_is_written_on_one_scale_is_read_on_it(variant, tmp_path):
    model, path = export(variant, tmp_path / "model.tflite")
    found = list(scales(path))
    assert len([pair for pair in found if pair[0]]) >= (3 if variant == "fused" else 1)
    assert all(written == read for written, read in found)
    report = verify_tflite(path, model, variant=variant, quantization="int8")
    assert report.problems == []
    assert max(report.largest_difference) < 0.1


def test_the_converter_still_gets_it_wrong(monkeypatch, tmp_path):
    """If not, the patch may go."""
    monkeypatch.setattr(patch, "_rescaled", lambda model, graph, operator: [operator])
    _, path = export("fused", tmp_path / "model.tflite")
    assert any(written != read for written, read in scales(path) if written)


def test_a_file_that_is_right_is_left_alone(tmp_path):
    model = classifier("max")
    content = export_tflite(model, tmp_path / "model.tflite").read_bytes()
    assert np.array_equal(
        *(np.frombuffer(each, "uint8") for each in (content, patch.patch_flatbuffer(content)))
    )
