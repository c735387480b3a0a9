"""Laws of the SavedModel: it answers TensorFlow's own command, and needs no GPU."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tensorflow.core.protobuf import saved_model_pb2

from tests.export.models import classifier, filled, tagger, word_tagger
from tests.grids import quick
from zoo.export import check_saved_model, export_saved_model
from zoo.export.saved_model.model import saved_model_operators
from zoo.export.saved_model.text_answers import check_texts

MODELS = {
    "tagger, builtin": (tagger, {"backend_layer": "keras"}),
    "classifier, gru": (classifier, {"pooling": "attention", "cell": "gru"}),
    "crf": (word_tagger, {"characters": {"vocabulary_size": 6, "units": 4}}),
}


@pytest.mark.parametrize("name", quick(MODELS, "crf"))
def test_a_saved_model_answers_as_keras_without_cudnn(name, tmp_path):
    make, config = MODELS[name]
    model = filled(make(**config))
    folder = export_saved_model(model, tmp_path / "saved")
    assert check_saved_model(folder, model) == []
    assert check_texts(folder, predictor=None) == ["the SavedModel takes no texts"]
    operators = saved_model_operators(folder)
    assert "MatMul" in operators  # those of functions are among them
    assert not [each for each in operators if "Cudnn" in each]


def test_the_check_sees_other_weights_and_other_answers(tmp_path):
    folder = export_saved_model(filled(tagger()), tmp_path / "saved")
    (problem,) = check_saved_model(folder, filled(tagger(), seed=1))
    assert problem.startswith("the SavedModel's scores differ by")
    (problem,) = check_saved_model(folder, classifier("final"))
    assert problem == "the SavedModel returns ['scores', 'tags'], the model ['label', 'scores']"


def test_the_check_sees_an_operator_of_a_gpu(tmp_path):
    model = tagger()
    folder = export_saved_model(model, tmp_path / "saved")
    proto = saved_model_pb2.SavedModel()
    path = folder / "saved_model.pb"
    proto.ParseFromString(path.read_bytes())
    function = proto.meta_graphs[0].graph_def.library.function.add()
    function.signature.name = "unused"
    function.node_def.add(name="x", op="CudnnRNNV3")
    path.write_bytes(proto.SerializeToString())
    assert "CudnnRNNV3" in saved_model_operators(folder)


@pytest.mark.slow("runs the command of TensorFlow")
def test_the_command_of_tensorflow_gives_the_answers(tmp_path):
    model = filled(tagger())
    folder = export_saved_model(model, tmp_path / "saved")
    ids = [[1, 2, 3, 4], [5, 6, 0, 0]]
    command = Path(sys.executable).parent / "saved_model_cli"
    options = ["--tag_set=serve", "--signature_def=serving_default", f"--outdir={tmp_path}"]
    np.save(tmp_path / "ids.npy", np.array(ids, "int32"))
    options += [f"--dir={folder}", f"--inputs=ids={tmp_path / 'ids.npy'}"]
    done = subprocess.run([command, "run", *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, expected in model.answers({"ids": np.array(ids)}).items():
        np.testing.assert_allclose(np.load(tmp_path / f"{name}.npy"), expected, atol=1e-6)
