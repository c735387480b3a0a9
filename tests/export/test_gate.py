"""Exports of a trained model as folders: verified, gated, never half made; and their check."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format
from tensorflow.core.protobuf import saved_model_pb2

import zoo
from tests.grids import quick
from zoo import cli
from zoo.export import AccuracyError, ExportError, check_accuracy, export_variant, verify_folder
from zoo.export.gate import BOUND
from zoo.hub import ModelFileError, bundled, resolve, verify_files
from zoo.metrics.examples import TaskMetric

NAME = "bilstm-brackets"
GRAPH = "saved_model/saved_model.pb"
EXAMPLES = [("a(b)[", ["outside", "inside", "inside", "inside", "outside"]), ("x", ["outside"])]


@pytest.fixture(scope="module")
def metric():
    return TaskMetric("token-tagging", [(list(text), labels) for text, labels in EXAMPLES])


@pytest.fixture
def copy(tmp_path):
    """The folder of a shipped model, to be damaged."""
    return shutil.copytree(bundled("saved_models") / NAME, tmp_path / "copy")


@pytest.mark.parametrize("bound", [0.0, BOUND, 5.0])
def test_the_gate_lets_pass_what_loses_no_more_than_its_bound(bound):
    reference = 0.9
    for lost in (0, bound, -1):
        figures = check_accuracy(reference - lost / 100, reference, bound, "F1")
        assert figures["float"] == reference and figures["bound"] == bound
    for lost in (bound + 0.01, 90, float("nan")):
        with pytest.raises(AccuracyError, match=f"F1 is .* model 90.00: .* at most {bound:g} are"):
            check_accuracy(reference - lost / 100, reference, bound, "F1")


MADE_AS = {
    "quantized": {"quantization": "dynamic"},
    "unrolled": {"variant": "unrolled", "length": 8},
}


@pytest.mark.parametrize("name", quick(MADE_AS, "quantized"))
def test_an_export_is_a_model_folder_with_its_report(name, metric, tmp_path):
    made_as = MADE_AS[name]
    report = export_variant(NAME, tmp_path / "made", **made_as, metric=metric)
    card = zoo.info(f"path:{tmp_path / 'made'}")
    assert set(verify_files(tmp_path / "made", card)) >= {"model.tflite", "export_report.json"}
    assert json.loads((tmp_path / "made" / "export_report.json").read_text()) == report.to_dict()
    assert made_as.items() <= {**report.to_dict(), "length": made_as.get("length")}.items()
    predict = zoo.load(f"path:{tmp_path / 'made'}")
    for text, labels in EXAMPLES:
        assert [token.label for token in predict(text)] == labels
    (claim,) = card.metrics  # those of the shipped file were not measured on this one
    assert claim.value == report.metric["value"] == report.metric["float"] == 1.0
    again = verify_folder(tmp_path / "made", metric)
    assert again.problems == [] and again.quantization == report.quantization
    assert again.metric == report.metric


def worse(name="accuracy"):
    """A metric by which the first predictor is right, and any later one hardly."""
    values = iter([0.95, 0.9])

    def measure(predictor):
        predictor("(a)")
        return next(values)

    measure.name = name
    return measure


def test_a_quantized_model_that_loses_too_much_is_never_written(tmp_path):
    with pytest.raises(AccuracyError, match="accuracy is 90.00, of the float model 95.00: .* 5.00"):
        export_variant(NAME, tmp_path / "made", quantization="float16", metric=worse())
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_does_not_run_is_never_written(tmp_path, monkeypatch):
    from zoo.export import variants

    def broken(model, path, **_):
        path.write_bytes(b"\x1c\x00\x00\x00TFL3" + b"\xff" * 99)

    monkeypatch.setattr(variants, "export_tflite", broken)
    with pytest.raises(ExportError, match="wrote a file that does not run"):
        export_variant(NAME, tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_asked_is_refused(tmp_path, copy):
    with pytest.raises(ValueError, match="`metric` must be given with quantization='dynamic'"):
        export_variant(NAME, tmp_path / "made", quantization="dynamic")
    with pytest.raises(ValueError, match="`folder` must be new or empty"):
        export_variant(NAME, copy)
    (copy / "model.weights.h5").write_bytes(b"changed")
    with pytest.raises(ModelFileError, match="changed"):
        export_variant(f"path:{copy}", tmp_path / "made")


@pytest.mark.parametrize("seed", range(3))
def test_a_flipped_bit_is_told_by_the_hash(seed, copy):
    content = bytearray((copy / "model.tflite").read_bytes())
    rng = np.random.default_rng(seed)
    content[rng.integers(len(content))] ^= 1 << rng.integers(8)
    (copy / "model.tflite").write_bytes(content)
    with pytest.raises(ModelFileError, match="model.tflite: changed"):
        verify_folder(copy)


def test_a_tflite_file_beside_its_configuration_is_checked(copy, capsys):
    shutil.copy(copy / "model.tflite", copy / "other.tflite")
    assert cli.main(["verify", str(copy / "other.tflite"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["problems"] == [] and report["same_answers"]
    assert report["size_bytes"] == zoo.info(NAME).files["model.tflite"].bytes


def test_other_weights_fail_the_check(copy, capsys):
    (copy / "card.json").unlink()  # or the hash would tell before
    model = zoo.load(NAME).model
    kept = model.get_weights()
    model.set_weights([w + 0.1 for w in kept])
    model.save_weights(copy / "model.weights.h5")
    assert cli.main(["verify", str(copy)]) == 1
    lines = " ".join(capsys.readouterr().out.split())
    assert "scores differ" in lines and "SavedModel's scores differ" in lines


def test_the_commands_export_and_verify_with_a_corpus(tmp_path, capsys):
    corpus = tmp_path / "dev.conll"
    sentences = (
        "\n".join(map(" ".join, zip(text, labels, strict=True))) for text, labels in EXAMPLES
    )
    corpus.write_text("\n\n".join(sentences) + "\n")
    made = str(tmp_path / "made")
    options = ["--quantization=dynamic", f"--corpus={corpus}", "--json"]
    assert cli.main(["export", NAME, f"--to={made}", *options]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["metric"]["name"] == "token accuracy" and report["quantization"] == "dynamic"
    assert cli.main(["verify", made, f"--corpus={corpus}", "--limit=1"]) == 0
    out = capsys.readouterr().out
    assert "dynamic" in out and "WHILE" in out and "metric: value" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify", "nowhere"], "PATH must be a model folder or a .tflite file; got 'nowhere'"),
        (["verify", "."], "model.tflite: no such file"),
        (["verify", str(resolve(NAME)), "--corpus=nowhere"], "--corpus must be a file or folder"),
        (["export", "bilstm-bracket", "--to=x"], "Did you mean 'bilstm-brackets'?"),
        (["export", NAME, "--to=x", "--variant=fuse"], "`variant` must be one of"),
        (["export", NAME, "--to=x", "--quantization=dynamic"], "`metric` must be given"),
        (["export", NAME, "--to=x", "--quantization=int8"], "`quantization` must be one of"),
        (["export", NAME, "--to=x", "--target=web", "--variant=fused"], "LiteRT.js cannot resize"),
        (["export", NAME, "--to=x", "--variant=unrolled"], "`length` must be a number of tokens"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_error_is_one_line(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and words in err and err.startswith("zoo: ") and err.count("\n") == 1
    assert not (tmp_path / "x").exists()


# The large models are made by the same code as the tiny ones.
SHIPPED = [
    pytest.param(name, marks=[pytest.mark.exhaustive] * (f"{name}-tiny" in zoo.list_models()))
    for name in zoo.list_models()
]


@pytest.mark.slow("makes the shipped exports again, each in a process of its own")
@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_exports_are_made_again_byte_for_byte(name, tmp_path):
    """By the pinned versions, up to where TensorFlow's count of functions in a process begins.

    The report is another one, since it holds times, and so is what the card says of it.
    """
    command = [sys.executable, "-m", "zoo.cli", "export", name, "--to", str(tmp_path / "made")]
    subprocess.run(command, check=True, capture_output=True)
    shipped, made = zoo.info(name), zoo.info(f"path:{tmp_path / 'made'}")
    differing = {path for path in shipped.files if shipped.files[path] != made.files.get(path)}
    if GRAPH in differing and _graph(resolve(name)) == _graph(tmp_path / "made"):
        differing.remove(GRAPH)
    assert differing <= {"export_report.json"} and set(made.files) == set(shipped.files)
    assert made.metrics == shipped.metrics
    assert (made.command, made.seeds) == (shipped.command, shipped.seeds)


def _graph(folder):
    """Return a SavedModel as a text in which its functions and captured tensors are numbered anew.

    Their numbers count what TensorFlow has made in a process. Here they count from 0 in the same
    order, so that no two functions have one name.
    """
    proto: Any = saved_model_pb2.SavedModel()
    proto.ParseFromString((Path(folder) / GRAPH).read_bytes())
    names = []
    for meta in proto.meta_graphs:
        functions = sorted(meta.graph_def.library.function, key=lambda f: _number(f.signature.name))
        names += [each.signature.name for each in functions]
        del meta.graph_def.library.function[:]
        meta.graph_def.library.function.extend(functions)
    text = str(proto)
    captured = sorted(set(re.findall(r's: "(\d+)"', text)), key=int)
    order = {name: f"{name.rpartition('_')[0]}_{index}" for index, name in enumerate(names)}
    order |= {name: str(index) for index, name in enumerate(captured)}
    return re.sub(r'"(\w+)"', lambda found: f'"{order.get(found[1], found[1])}"', text)


def _number(name):
    return int(name.rpartition("_")[2])


@pytest.mark.parametrize("swapped", [False, True])
def test_a_count_that_begins_elsewhere_is_no_difference_and_swapped_functions_are(swapped, copy):
    before, proto = _graph(copy), saved_model_pb2.SavedModel()
    proto.ParseFromString((copy / GRAPH).read_bytes())
    functions = proto.meta_graphs[0].graph_def.library.function
    names = [each.signature.name for each in functions]
    if swapped:
        functions[0].signature.name, functions[1].signature.name = names[1], names[0]
    later = {name: f"{name.rpartition('_')[0]}_{_number(name) + 1000}" for name in names}
    text = re.sub(r'"(\w+)"', lambda found: f'"{later.get(found[1], found[1])}"', str(proto))
    changed = text_format.Parse(text, saved_model_pb2.SavedModel())
    (copy / GRAPH).write_bytes(changed.SerializeToString())
    assert (_graph(copy) != before) == swapped
