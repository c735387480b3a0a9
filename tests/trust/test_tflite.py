"""A damaged TFLite file is refused before LiteRT, which believes its offsets, reads it."""

import sys
from pathlib import Path

import numpy as np
import pytest

import zoo
from tests.trust.folders import change, copy_of
from zoo.hub import ModelFileError, resolve
from zoo.trust.tflite import check_tflite

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))


@pytest.fixture(scope="module")
def content():
    return (resolve("bilstm-brackets") / "model.tflite").read_bytes()


@pytest.mark.parametrize("name", zoo.list_models())
def test_the_files_of_bundled_models_pass(name):
    path = resolve(name) / "model.tflite"
    check_tflite(path.read_bytes(), path)


@pytest.mark.parametrize("size", [0, 3, 8, 12, 1_000, 100_000, -1])
def test_a_file_that_was_cut_is_refused(content, size):
    with pytest.raises(ModelFileError, match=r"model\.tflite: "):
        check_tflite(content[:size], "model.tflite")


@pytest.mark.parametrize("root", [0, 1, 2, 2**31, 2**32 - 1])
def test_an_offset_out_of_the_file_is_refused(content, root):
    damaged = root.to_bytes(4, "little") + content[4:]
    with pytest.raises(ModelFileError, match="a damaged TFLite file"):
        check_tflite(damaged, "model.tflite")


def test_weights_that_are_nan_are_refused(tmp_path, content):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    floats = np.frombuffer(content, "<f4").copy()
    weights = (np.abs(floats) > 1e-3) & (np.abs(floats) < 1)
    inner = np.flatnonzero(weights[:-4] & weights[1:-3] & weights[2:-2] & weights[3:-1])
    floats[inner[len(inner) // 2]] = np.nan
    change(folder, model_dot_tflite=floats.tobytes())
    with pytest.raises(ModelFileError, match="NaN"):
        zoo.load(f"path:{folder}")


def test_the_file_of_another_model_is_refused(tmp_path):
    folder = copy_of("bilstm-ner-tiny", tmp_path / "model")
    other = resolve("bilstm-brackets") / "model.tflite"
    change(folder, model_dot_tflite=other.read_bytes())
    with pytest.raises(ModelFileError, match=r"model\.tflite: the model cannot read"):
        zoo.load(f"path:{folder}")


def test_every_number_of_the_structure_is_checked_or_harmless(content):
    from fuzz_tflite import damaged, structure_of

    structure = structure_of(content)
    for seed in range(60):
        try:
            check_tflite(damaged(content, structure, seed), "model.tflite")
        except ModelFileError as error:
            assert "model.tflite: " in str(error)


def test_options_count_the_tensors_that_there_are(content):
    from fuzz_tflite import damaged, structure_of

    # This change, 65,535 outputs of a SPLIT, ended LiteRT with SIGSEGV.
    with pytest.raises(ModelFileError, match="count other tensors"):
        check_tflite(damaged(content, structure_of(content), 1964), "model.tflite")


@pytest.mark.slow("opens hundreds of damaged files in children")
def test_no_damaged_file_ends_the_process(tmp_path, content):
    from fuzz_tflite import fuzz

    found = fuzz(content, range(400), tmp_path)
    assert found.total() == 400
    assert found["refused by the check"] > 200
    assert not [outcome for outcome in found if outcome.startswith("child")]
