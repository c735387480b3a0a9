import json

import pytest

from tests.hub.folders import make_model
from zoo.hub import (
    ModelCard,
    ModelFileError,
    UnknownModelError,
    bundled,
    info,
    list_models,
    resolve,
    store,
    verify_files,
)


@pytest.fixture(params=["wheel", "checkout"])
def shelf(request, tmp_path, monkeypatch):
    """A folder of bundled models, inside of the package or beside it."""
    package = tmp_path / "zoo"
    package.mkdir()
    monkeypatch.setattr(store, "_PACKAGE", package)
    shelf = (package if request.param == "wheel" else tmp_path) / "saved_models"
    for name in ("tiny-ner", "tiny-brackets", "large-ner"):
        make_model(shelf, name)
    return shelf


def test_bundled_folders_of_this_repository():
    assert {"LICENSE", "zoo"} <= {p.name for p in bundled("saved_models").parent.iterdir()}


@pytest.mark.parametrize(
    "pattern, names",
    [
        ("*", ["large-ner", "tiny-brackets", "tiny-ner"]),
        ("*ner*", ["large-ner", "tiny-ner"]),
        ("tiny-?er", ["tiny-ner"]),
        ("NER", []),
    ],
)
def test_list_models(shelf, pattern, names):
    assert list_models(pattern) == names


def test_a_folder_without_a_card_is_no_model(shelf):
    (shelf / "half-done").mkdir()
    assert "half-done" not in list_models()


def test_info_reads_the_card(shelf):
    assert info("tiny-ner") == ModelCard.read(shelf / "tiny-ner")
    assert info(f"path:{shelf / 'tiny-ner'}") == info("tiny-ner")


def test_unknown_name_tells_what_was_meant_and_what_there_is(shelf):
    with pytest.raises(UnknownModelError) as caught:
        resolve("tiny-bracket")
    assert "Did you mean 'tiny-brackets'?" in str(caught.value)
    assert "large-ner, tiny-brackets, tiny-ner" in str(caught.value)


def test_a_bare_name_is_never_taken_for_a_path(shelf, tmp_path, monkeypatch):
    make_model(tmp_path, "mine")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownModelError, match="write 'path:mine'"):
        resolve("mine")
    assert resolve("path:mine").samefile(tmp_path / "mine")


@pytest.mark.parametrize("name", ["", ".", "..", "../saved_models/tiny-ner", "/etc", "a/b", None])
def test_names_that_are_none(shelf, name):
    with pytest.raises(UnknownModelError):
        resolve(name)


def test_path_without_a_card(tmp_path):
    with pytest.raises(ModelFileError, match=r"has no card\.json"):
        resolve(f"path:{tmp_path}")


def test_verify_files_checks_all_but_the_skipped(tmp_path):
    folder = make_model(tmp_path)
    card = ModelCard.read(folder)
    assert verify_files(folder, card) == list(card.files)
    kept = verify_files(folder, card, skip=["saved_model/*", "*.h5"])
    assert kept == ["config.json", "model.tflite", "vocabulary.txt"]


def test_changed_file(tmp_path):
    folder = make_model(tmp_path)
    card = ModelCard.read(folder)
    changed = folder / "model.tflite"
    changed.write_bytes(b"\x01" + changed.read_bytes()[1:])
    with pytest.raises(ModelFileError, match=r"model\.tflite: changed") as caught:
        verify_files(folder, card)
    assert card.files["model.tflite"].sha256 in str(caught.value)
    assert store.file_record(changed).sha256 in str(caught.value)
    assert verify_files(folder, card, skip=["*.tflite"])


def test_missing_file(tmp_path):
    folder = make_model(tmp_path)
    card = ModelCard.read(folder)
    (folder / "vocabulary.txt").unlink()
    with pytest.raises(ModelFileError, match=r"vocabulary\.txt: missing") as caught:
        verify_files(folder, card)
    assert card.files["vocabulary.txt"].sha256 in str(caught.value)
    assert "recipe again" in str(caught.value)


def test_the_way_to_mend_a_bundled_model_is_to_install_again(shelf):
    (shelf / "tiny-ner" / "vocabulary.txt").unlink()
    with pytest.raises(ModelFileError, match="Install the package again"):
        verify_files(shelf / "tiny-ner", info("tiny-ner"))


@pytest.mark.parametrize("escape", ["../secret.txt", "{tmp}/secret.txt", "link.txt"])
def test_a_file_outside_of_the_folder_is_refused_though_its_hash_is_right(tmp_path, escape):
    folder = make_model(tmp_path)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (folder / "link.txt").symlink_to(secret)
    record = store.file_record(secret)
    card = ModelCard.read(folder).to_dict()
    card["files"][escape.format(tmp=tmp_path)] = {"sha256": record.sha256, "bytes": record.bytes}
    card["size_bytes"] += record.bytes
    (folder / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelFileError, match="outside of"):
        verify_files(folder, ModelCard.read(folder))
