"""Fine-tuning from a shipped model, from the examples to a folder that loads and exports."""

import json
import pickle

import numpy as np
import pytest

import zoo
from zoo.export import verify_folder

CONFIG = {"epochs": 6, "rate": 0.05}
STARTS = ["bilstm-ner-tiny", pytest.param("bilstm-ner", marks=pytest.mark.exhaustive)]


def sentences(count, seed):
    """Return sentences like "Ada went to Ulm .", with a label that the start has, and a new one."""
    rng = np.random.default_rng(seed)
    tags = ["B-PER", "O", "O", "B-RIVER", "O"]
    names, rivers = ["Ada", "Turing", "Noether"], ["Rhine", "Donau", "Ybbs"]
    return [
        ([rng.choice(names).item(), "went", "to", rng.choice(rivers).item(), "."], tags)
        for _ in range(count)
    ]


def test_a_few_sentences_teach_a_new_label(tmp_path):
    tagger = zoo.load("bilstm-ner-tiny")
    examples = sentences(60, 0), sentences(10, 1)
    assert tagger.fine_tune(*examples, output=tmp_path, config=CONFIG, dev_only=True) is None
    assert json.loads((tmp_path / "dev.json").read_text())["dev"] > 0.9
    history = json.loads((tmp_path / "seed-0" / "history.json").read_text())
    assert history[0]["dev"] > 0.4  # persons are known


@pytest.fixture(scope="module", params=STARTS)
def tuned(request):
    tagger = zoo.load(request.param)
    return request.param, tagger.fine_tune(sentences(60, 0), sentences(10, 1), config=CONFIG)


@pytest.mark.slow("exports a model")
def test_a_tuned_tagger_finds_old_labels_and_new_ones(tuned):
    _, tagger = tuned
    assert tagger.labels == ("PER", "RIVER")
    found = [(each.text, each.label) for each in tagger("Ada went to Donau.")]
    assert found == [("Ada", "PER"), ("Donau", "RIVER")]
    assert pickle.loads(pickle.dumps(tagger))("Ada went.") == tagger("Ada went.")


@pytest.mark.slow("exports a model")
def test_its_folder_is_loaded_and_its_card_says_what_it_has_learned_from(tuned, tmp_path):
    name, tagger = tuned
    folder = f"path:{tagger.save(tmp_path / 'mine')}"
    text = "Noether went to Ybbs."
    assert zoo.load(folder)(text) == tagger(text)
    card = zoo.info(folder)
    assert card.data == f"train.jsonl; warm start from {name}, trained on: {zoo.info(name).data}"
    assert (card.licence, card.languages) == ("not stated", ())
    assert "--train train.jsonl --dev dev.jsonl" in card.command
    assert f"--start {name}" in card.command
    assert not any("news" in each for each in card.limitations)


@pytest.mark.slow("exports anew")
def test_its_folder_is_exported(tuned, tmp_path):
    _, tagger = tuned
    folder = tagger.save(tmp_path / "mine")
    assert verify_folder(folder).problems == []
    zoo.export.write_bundle(folder, tmp_path / "bundle")
    assert (tmp_path / "bundle" / "model.tflite").is_file()


@pytest.mark.slow("trains a classifier")
def test_a_classifier_is_tuned_too(tmp_path):
    texts = [("a fine film", "good"), ("a dull film", "bad"), ("a film", "so-so")] * 40
    start = zoo.load("bilstm-sentiment-tiny")
    tagger = start.fine_tune(texts, output=tmp_path, config={"epochs": 3})
    assert tagger.labels == ("bad", "good", "so-so")
    assert json.loads((tmp_path / "train.jsonl").read_text().splitlines()[0]) == {
        "text": "a fine film",
        "label": "good",
    }


def test_examples_of_the_wrong_form_are_named(tmp_path):
    tagger = zoo.load("bilstm-ner-tiny")
    with pytest.raises(ValueError, match=r"train\.jsonl:2: 2 words and 1 tags"):
        tagger.fine_tune([*sentences(1, 0), (["Ada", "."], ["O"])], output=tmp_path)
    with pytest.raises(ValueError, match=r"no key is named 'epoch'"):
        tagger.fine_tune(sentences(2, 0), config={"epoch": 3})


def test_what_cannot_be_tuned_says_why():
    with pytest.raises(ValueError, match="a model of token-tagging cannot be fine-tuned"):
        zoo.load("bilstm-brackets").fine_tune([])
    with pytest.raises(ValueError, match="`dev_only` needs `output`"):
        zoo.load("bilstm-ner-tiny").fine_tune([], dev_only=True)
    with pytest.raises(ValueError, match="only a predictor that `zoo.load` returned"):
        zoo.load("bilstm-ner-tiny").sequential().fine_tune([])
