import json

import pytest

import zoo
from tests.hub.folders import make_model
from zoo.hub import ModelCard, ModelFileError, UnknownModelError
from zoo.hub.load import RUNTIME_FILES


def test_unknown_runtime_names_those_that_there_are(tmp_path):
    folder = make_model(tmp_path)
    with pytest.raises(ValueError, match="Did you mean 'litert'?") as caught:
        zoo.load(f"path:{folder}", runtime="lite")
    for runtime in RUNTIME_FILES:
        assert repr(runtime) in str(caught.value)


def test_unknown_model():
    with pytest.raises(UnknownModelError, match="'bilstm-bananas'"):
        zoo.load("bilstm-bananas")


def own_file(card, runtime):
    """Return the path of the file on the card that only this runtime reads."""
    name = {"litert": "model.tflite", "keras": "model.weights.h5"}
    return name.get(runtime, "saved_model/variables/variables.index")


@pytest.mark.parametrize("runtime", RUNTIME_FILES)
@pytest.mark.parametrize("shared", ["config.json", "vocabulary.txt"])
def test_files_that_all_runtimes_read_are_checked(tmp_path, runtime, shared):
    folder = make_model(tmp_path)
    (folder / shared).write_text("{}")
    with pytest.raises(ModelFileError, match=f"{shared}: changed"):
        zoo.load(f"path:{folder}", runtime=runtime)


@pytest.mark.parametrize("runtime", RUNTIME_FILES)
def test_the_runtimes_own_file_is_checked(tmp_path, runtime):
    folder = make_model(tmp_path)
    own = own_file(ModelCard.read(folder), runtime)
    (folder / own).write_bytes(b"other")
    with pytest.raises(ModelFileError, match=f"{own}: changed"):
        zoo.load(f"path:{folder}", runtime=runtime)


@pytest.mark.parametrize("runtime", RUNTIME_FILES)
def test_a_runtime_whose_file_is_not_on_the_card(tmp_path, runtime):
    folder = make_model(tmp_path)
    card = ModelCard.read(folder).to_dict()
    dropped = card["files"].pop(own_file(card, runtime))
    card["size_bytes"] -= dropped["bytes"]
    (folder / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelFileError, match=f"the '{runtime}' runtime needs"):
        zoo.load(f"path:{folder}", runtime=runtime)


@pytest.mark.parametrize("task", [None, 3])
def test_config_without_a_task(tmp_path, task):
    folder = make_model(tmp_path, config={"task": task})
    with pytest.raises(ModelFileError, match="'task' must be a string"):
        zoo.load(f"path:{folder}")
