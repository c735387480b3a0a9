"""Laws of the check: what it counts and measures, and that no file, however broken, breaks it."""

import ast
import json
import sys

import numpy as np
import pytest

from tests.export.models import tagger
from zoo.export import export_tflite, verify_tflite
from zoo.export.verify import LENGTHS, PROBE, TIMED, probe, random_inputs
from zoo.hub import ModelFileError


@pytest.fixture(scope="module")
def model():
    return tagger(cell="gru")


@pytest.fixture(scope="module")
def content(model, tmp_path_factory):
    """A file with loops, converted in a child."""
    folder = tmp_path_factory.mktemp("export")
    return export_tflite(model, folder / "model.tflite").read_bytes()


@pytest.fixture
def path(content, tmp_path):
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    return path


def test_the_report_holds_what_was_measured(path, model):
    report = verify_tflite(path, model)
    assert report.problems == []
    assert report.size_bytes == len(path.read_bytes())
    assert report.lengths == list(LENGTHS) and len(report.largest_difference) == len(LENGTHS)
    assert list(report.latency_ms) == [str(length) for length in TIMED]
    assert all(ms > 0 for ms in report.latency_ms.values())
    assert report.operators["TANH"] == 8  # four steps of two directions
    if sys.platform == "linux":
        assert 10 < report.peak_memory_mb < 150  # TensorFlow alone would take more
    assert json.loads(json.dumps(report.to_dict())) == report.to_dict()
    found = report.facts()
    assert found["size"] == f"{report.size_bytes:,} bytes" and found["problems"] == "none"


def test_the_probe_needs_litert_and_numpy_alone():
    tree = ast.parse(PROBE.read_text(encoding="utf-8"))
    names = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    names += [each.name for n in ast.walk(tree) if isinstance(n, ast.Import) for each in n.names]
    outside = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
    assert outside == {"numpy", "ai_edge_litert"}


def test_both_interfaces_give_the_same_answers_in_any_order(path, model):
    rng = np.random.default_rng(0)
    inputs = [random_inputs(model, length, rng) for length in (5, 1, 40)]
    runs = probe(path, inputs)[1]
    assert list(runs) == ["Interpreter 1", "Interpreter 2", "CompiledModel 1", "CompiledModel 2"]
    first = runs["Interpreter 1"]
    for answers in runs.values():
        for number, outputs in answers.items():
            for name, array in outputs.items():
                np.testing.assert_array_equal(array, first[number][name])


@pytest.mark.parametrize("part", [0.0, 0.001, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(part, path, content, model):
    path.write_bytes(content[: int(part * len(content))])
    with pytest.raises(ModelFileError, match=r"model\.tflite"):
        verify_tflite(path, model)


@pytest.mark.parametrize(
    "other",
    [b"PK\x03\x04" * 99, b"\x1c\x00\x00\x00TFL3" + b"\xff" * 99, b"{}"],
    ids=["zip", "head alone", "json"],
)
def test_a_foreign_file_is_refused(other, path, model):
    path.write_bytes(other)
    with pytest.raises(ModelFileError, match=r"model\.tflite"):
        verify_tflite(path, model)


def test_a_file_that_is_not_there_is_refused(tmp_path, model):
    with pytest.raises(ModelFileError, match="no such file"):
        verify_tflite(tmp_path / "model.tflite", model)


def test_a_model_of_other_outputs_is_refused(path):
    from tests.export.models import classifier

    with pytest.raises(ModelFileError, match=r"returns \['scores', 'tags'\], the model"):
        verify_tflite(path, classifier("final"))


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bits_are_answered_or_refused_and_break_nothing(seed, path, content):
    """A flip may hit a weight, which only the hash tells; it may not end this process."""
    rng = np.random.default_rng(seed)
    broken = bytearray(content)
    for position in rng.integers(8, len(broken), 20):
        broken[position] ^= 1 << rng.integers(8)
    path.write_bytes(broken)
    inputs = {"ids": np.arange(1, 6, dtype="int32")}
    try:
        found, answers = probe(path, [inputs])
    except ModelFileError as error:
        assert str(path) in str(error)
    else:
        assert answers["Interpreter 1"][0]["tags"].shape == (5,) and found["operators"]
