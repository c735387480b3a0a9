"""Laws of the SavedModel on raw texts: it answers as the predictor, and needs nothing of ours."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.export.texts import MODELS, name_model
from tests.grids import quick
from zoo.export import check_saved_model, export_saved_model
from zoo.export.saved_model.compact import compact
from zoo.export.saved_model.model import saved_model_operators
from zoo.export.saved_model.text_answers import TEXTS, check_texts

REPOSITORY = Path(__file__).resolve().parents[2]
ASK = """
import json, sys
import tensorflow as tf
serve = tf.saved_model.load(sys.argv[1]).signatures["serving_default"]
found = serve(text=tf.constant(json.loads(sys.argv[2])))
assert "zoo" not in sys.modules
answers = {name: each.numpy().tolist() for name, each in found.items()}
print(json.dumps(answers, default=bytes.decode))
"""


@pytest.fixture(scope="module", params=quick(MODELS, "names"))
def exported(request, tmp_path_factory):
    """Return a model's folder, the function on texts loaded from it, the model, its predictor."""
    model, config, vocabularies, predictor = MODELS[request.param]()
    folder = tmp_path_factory.mktemp("exported") / "saved"
    export_saved_model(model, folder, config, vocabularies)
    return folder, asking(folder), model, predictor


one_of_each = pytest.mark.parametrize(
    "exported",
    ["names", *(pytest.param(n, marks=pytest.mark.exhaustive) for n in ("characters", "reviews"))],
    indirect=True,
)


def asking(folder):
    """Return a function from texts to the outputs of the signature on texts."""
    serve = tf.saved_model.load(str(folder)).signatures["serving_default"]

    def ask(texts):
        outputs = serve(text=tf.constant(texts, tf.string))
        return {name: each.numpy() for name, each in outputs.items()}

    return ask


def test_texts_are_answered_as_by_the_predictor(exported):
    folder, _, model, predictor = exported
    assert check_texts(folder, predictor) == []
    assert check_saved_model(folder, model) == []  # on ids, under that name


def test_the_signatures_are_named(exported):
    folder, ask, model, _ = exported
    signatures = tf.saved_model.load(str(folder)).signatures
    assert set(signatures) == {"serving_default", "ids"}
    assert set(signatures["ids"].structured_input_signature[1]) == set(model.input_sizes)
    tagged = {"tokens", "starts", "ends", "tags", "scores", "lengths"}
    assert set(ask(["a"])) in ({"label", "scores"}, tagged)


def test_a_text_is_answered_alone_as_among_others(exported):
    _, ask, _, _ = exported
    together = ask(TEXTS)
    for row, text in enumerate(TEXTS):
        for name, alone in ask([text]).items():
            among = together[name][row : row + 1]
            same = among[tuple(map(slice, alone.shape))]
            if alone.dtype.kind == "f":
                np.testing.assert_allclose(same, alone, atol=1e-6)
            else:
                np.testing.assert_array_equal(same, alone)
            if alone.ndim > 1:  # behind it is padding: 0 and ""
                assert not among[:, alone.shape[1] :].any()


def test_no_text_and_texts_of_nothing_are_legal(exported):
    _, ask, _, predictor = exported
    assert {len(each) for each in ask([]).values()} == {0}
    assert predictor.task.from_graph(ask(["", " \n"]), ["", " \n"]) == predictor(["", " \n"])


def test_long_texts_are_read_whole(exported):
    folder, _, _, predictor = exported
    assert check_texts(folder, predictor, ["the Bo of 10TH & great film " * 350]) == []


@pytest.mark.slow("exports the other models")
@one_of_each
def test_the_check_sees_another_model(exported):
    folder, _, _, predictor = exported
    others = [make()[-1] for make in MODELS.values()]
    wrong = next(other for other in others if type(other) is not type(predictor))
    (problem,) = check_texts(folder, wrong, ["Bo, the film."])
    assert problem == "the SavedModel's answer to 'Bo, the film.' differs"


@pytest.mark.slow("loads TensorFlow in a process of its own")
@one_of_each
def test_a_process_without_this_package_answers_the_same_elsewhere(exported, tmp_path):
    folder, ask, _, _ = exported
    turkish = "tr_TR.UTF-8"  # where TensorFlow's own lower case of I is another one
    moved = shutil.copytree(folder, tmp_path / "moved")
    texts = ["IN İSTANBUL the 10TH ΟΔΟΣ. A great film &amp; FUN (b)"]
    child = subprocess.run(
        [sys.executable, "-P", "-c", ASK, moved, json.dumps(texts)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "LC_ALL": turkish, "LANG": turkish, "PYTHONPATH": ""},
    )
    assert child.returncode == 0, child.stderr
    answers = json.loads(child.stdout)
    for name, expected in ask(texts).items():
        if expected.dtype == object:
            assert answers[name] == np.vectorize(bytes.decode, otypes=[object])(expected).tolist()
        else:
            np.testing.assert_allclose(answers[name], expected, atol=1e-6)


def test_the_files_name_no_place_and_no_operator_of_others(exported):
    folder, *_ = exported
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for place in (REPOSITORY, Path(sys.prefix), Path.home(), folder.parent):
        assert str(place).encode() not in content
    known = {name for name in dir(tf.raw_ops) if not name.startswith("_")}
    assert saved_model_operators(folder) <= known
    assert not [name for name in saved_model_operators(folder) if "Cudnn" in name]


@pytest.mark.slow("loads TensorFlow in a process of its own")
def test_the_command_of_tensorflow_answers_texts(tmp_path):
    model, config, vocabularies, _ = name_model()
    folder = export_saved_model(model, tmp_path / "saved", config, vocabularies)
    text = "Bo met the 10TH in ISTANBUL."
    command = Path(sys.executable).parent / "saved_model_cli"
    options = ["--tag_set=serve", "--signature_def=serving_default", f"--outdir={tmp_path}"]
    options += [f"--dir={folder}", f'--input_exprs=text=["{text}"]']
    done = subprocess.run([command, "run", *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, expected in asking(folder)([text]).items():
        if expected.dtype == object:  # which NumPy would keep as code; the command prints them
            assert all(repr(each) in done.stdout for each in expected.ravel())
        else:
            np.testing.assert_allclose(np.load(tmp_path / f"{name}.npy"), expected, atol=1e-6)


@pytest.mark.slow("exports twice")
def test_a_compact_model_is_smaller_and_the_same(tmp_path, monkeypatch):
    model, config, vocabularies, _ = name_model()
    with monkeypatch.context() as patch:
        patch.setattr("zoo.export.saved_model.model.compact", lambda folder: None)
        folder = export_saved_model(model, tmp_path / "saved", config, vocabularies)
    graph = folder / "saved_model.pb"
    before, size = asking(folder)(TEXTS), graph.stat().st_size
    compact(folder)
    assert graph.stat().st_size < size / 2
    again = asking(folder)(TEXTS)
    assert set(again) == set(before)
    for name, expected in before.items():
        np.testing.assert_array_equal(again[name], expected)
    once = graph.read_bytes()
    compact(folder)
    assert graph.read_bytes() == once
