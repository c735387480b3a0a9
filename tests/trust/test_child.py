"""A folder from elsewhere is opened in another process first."""

import json

import pytest

import zoo
from tests.trust.folders import change, config_of, copy_of, with_config, with_field
from zoo.cli import main
from zoo.hub import ModelFileError, resolve
from zoo.runtime import child

ENDS = {
    "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)": "ended by SIGSEGV; do not use it",
    "import os; os.abort()": "ended by SIGABRT; do not use it",
    "import sys; sys.exit(7)": "exit code 7",
    "while True: pass": "took more than 1 s",
}


@pytest.mark.parametrize("code", ENDS)
def test_what_ends_the_other_process_is_an_error_here(monkeypatch, tmp_path, code):
    monkeypatch.setattr(child, "CODE", code)
    with pytest.raises(ModelFileError, match=ENDS[code]):
        child.open_in_child(tmp_path, ["litert"], seconds=1 if "while" in code else 60)


@pytest.mark.slow("starts Python again")
def test_a_good_folder_opens(tmp_path):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    tagger = zoo.load(f"path:{folder}", trusted=False)
    assert tagger("a(b)") == zoo.load("bilstm-brackets")("a(b)")


@pytest.mark.slow("starts Python again")
def test_the_error_is_the_same_as_in_this_process(tmp_path):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    with_config(folder, with_field(config_of(folder), ("model", "num_labels"), 0))
    with pytest.raises(ModelFileError) as here:
        zoo.load(f"path:{folder}")
    with pytest.raises(ModelFileError) as there:
        zoo.load(f"path:{folder}", trusted=False)
    assert str(here.value) == str(there.value)


def test_a_bundled_model_needs_no_other_process(monkeypatch):
    monkeypatch.setattr(child, "CODE", "raise SystemExit(1)")
    assert zoo.load("bilstm-brackets", trusted=False)("a")


def test_verify_opens_a_folder_in_another_process_first(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(child, "CODE", "import os; os.abort()")
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    assert main(["verify", str(folder)]) == 2
    assert "SIGABRT" in capsys.readouterr().err


@pytest.mark.slow("loads TensorFlow in a new process")
@pytest.mark.parametrize("runtime", ["keras", "saved_model"])
def test_a_hostile_folder_of_each_runtime(tmp_path, runtime):
    folder = copy_of("bilstm-brackets", tmp_path / "model")
    if runtime == "keras":
        other = (resolve("bilstm-ner-tiny") / "model.weights.h5").read_bytes()
        change(folder, **{"model_dot_weights_dot_h5": other})
    else:
        change(folder, saved_model__saved_model_dot_pb=b"\x0a\xff\xff\xff\xff")
    assert json.loads((folder / "card.json").read_text())
    with pytest.raises(ModelFileError, match=r"model\.weights\.h5|saved_model\.pb"):
        zoo.load(f"path:{folder}", runtime=runtime, trusted=False)
