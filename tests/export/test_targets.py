"""Laws of the TFLite files in apps: each platform gets one that it runs, and says what it is."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from tests.grids import quick
from zoo.export import AccuracyError, check_accuracy, export
from zoo.export.device.model_file import VARIANTS, file_options
from zoo.export.tflite.model import VARIANTS as ALL_VARIANTS
from zoo.export.tflite.probe import content
from zoo.export.verify import probe
from zoo.hub import resolve

NAME = "bilstm-brackets"
# What is asked of each platform, and the variant that it gets.
ASKED = {
    "python": ({"quantization": "float16"}, "while"),
    "python, fused": ({"variant": "fused", "quantization": "dynamic"}, "fused"),
    "ios": ({"quantization": "dynamic"}, "while"),
    "android": ({"quantization": "dynamic"}, "fixed-lengths"),
}
WEIGHTS = {"float16": schema.TensorType.FLOAT16, "dynamic": schema.TensorType.INT8}
APIS = {"python": "Interpreter", "ios": "Interpreter", "android": "CompiledModel"}


def json_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


def runs_of(model):
    """Return the runs of all golden vectors of a bundle, their inputs as arrays."""
    runs = [run for vector in json_of(model / "golden.json")["texts"] for run in vector["runs"]]
    return [({n: np.array(ids, "int32") for n, ids in r["inputs"].items()}, r) for r in runs]


def large_weights(path):
    """Return the types of the file's weights of more than a thousand bytes."""
    model = content(str(path))
    tensors = [each for graph in model.subgraphs for each in graph.tensors]
    sizes = [0 if b.data is None else len(b.data) for b in model.buffers]
    return {each.type for each in tensors if sizes[each.buffer] > 1000}


@pytest.mark.parametrize("case", quick(ASKED, "python"))
def test_an_app_has_the_file_that_was_asked_for_and_says_so(case, tmp_path):
    asked, variant = ASKED[case]
    target = case.partition(",")[0]
    model = export(NAME, tmp_path / "app", target, **asked) / "model"
    assert json_of(model / "bundle.json")["file"] == {**asked, "variant": variant}
    page = (model / "card.md").read_text(encoding="utf-8")
    assert f"variant `{variant}`, quantization `{asked['quantization']}`" in page
    assert WEIGHTS[asked["quantization"]] in large_weights(model / "model.tflite")
    golden = runs_of(model)
    _, answers = probe(model / "model.tflite", [inputs for inputs, _ in golden])
    for run in (f"{APIS[target]} 1", f"{APIS[target]} 2"):
        if (variant, target) == ("fused", "python"):
            continue  # example.py resets the state
        for number, (_, expected) in enumerate(golden):
            length = len(expected["outputs"]["tags"])
            found = {name: array[:length] for name, array in answers[run][number].items()}
            assert found["tags"].tolist() == expected["outputs"]["tags"]
            np.testing.assert_allclose(found["scores"], expected["outputs"]["scores"], atol=1e-4)
    if target == "python":
        check = [sys.executable, tmp_path / "app" / "example.py", model, "--check"]
        done = subprocess.run([*map(str, check)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


REFUSED = [
    (target, {"variant": variant})
    for target in VARIANTS
    for variant in ALL_VARIANTS
    if variant not in VARIANTS[target]
]


@pytest.mark.parametrize(
    ("target", "asked"),
    [*REFUSED, ("python", {"variant": "x"}), ("web", {"quantization": "int4"})],
    ids=str,
)
def test_a_file_that_a_platform_cannot_run_is_refused_before_any_work(
    target, asked, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", str(tmp_path))  # no npm, which would be asked for LiteRT.js first
    message = "|".join(f"`{name}` must be .*, got '{value}'" for name, value in asked.items())
    with pytest.raises(ValueError, match=message):
        export(NAME, tmp_path / "app", target, **asked)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def folder(request, tmp_path):
    """A model folder whose report says that its file was made otherwise."""
    folder = shutil.copytree(resolve(NAME), tmp_path / "model")
    report = json_of(folder / "export_report.json")
    (folder / "export_report.json").write_text(json.dumps({**report, **request.param}))
    return folder


OWN = {
    "float32": ({}, {target: (runs[0], "float32") for target, runs in VARIANTS.items()}),
    "fused": (
        {"variant": "fused"},
        {"python": ("fused", "float32"), "ios": ("while", "float32")},
    ),
    "dynamic": (
        {"quantization": "dynamic"},
        {"python": ("while", "dynamic"), "web": ("fixed-lengths", "dynamic")},
    ),
}


@pytest.mark.parametrize(("folder", "expected"), OWN.values(), ids=OWN.keys(), indirect=["folder"])
def test_without_wishes_a_platform_gets_the_models_own_file_if_it_runs_it(folder, expected):
    for target, (variant, quantization) in expected.items():
        found = file_options(folder, target, None, None)
        assert found == {"variant": variant, "quantization": quantization}


def metric(*values):
    """A metric that has these values, one after the other: of the float model, of the file."""
    left = iter(values)

    def measure(predictor):
        predictor("(a)")
        return next(left)

    measure.name = "accuracy"
    return measure


def test_a_file_that_loses_too_much_gets_into_no_app(tmp_path):
    with pytest.raises(AccuracyError, match="accuracy is 90.00, of the float model 95.00"):
        export(NAME, tmp_path / "app", "python", metric=metric(0.95, 0.9))
    assert list(tmp_path.iterdir()) == []
    app = export(NAME, tmp_path / "app", "python", metric=metric(0.95, 0.949))
    file = json_of(app / "model" / "bundle.json")["file"]
    assert file["metric"] == check_accuracy(0.949, 0.95, name="accuracy")
