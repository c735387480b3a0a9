"""Training of taggers and classifiers ends with warnings of a model that dev speaks against."""

from types import SimpleNamespace

import numpy as np
import pytest

import zoo.export
from tests.grids import quick
from tests.training.test_fit_words import ENCODE, LABELS, corpus
from zoo.data.encoded import EncodedTexts
from zoo.metrics import predict_logits
from zoo.models import Encoder, SequenceClassifier, WordTagger
from zoo.recipes import recipe_named
from zoo.text import Vocabulary
from zoo.training.classification.card import export_classifier
from zoo.training.tagging import SpanTags
from zoo.training.tagging.card import export_tagger
from zoo.training.tagging.kinds import WordTags
from zoo.training.tagging.run import TaggerRun

UNDER_TRAINED = "Under-trained: the result on dev"


@pytest.fixture
def card(monkeypatch):
    """The fields of the card of the model that is exported; no file is written."""
    fields = {}

    def export(folder, model, config, vocabularies, *, metrics, **card):
        fields.update(card)
        return SimpleNamespace(**card), None

    monkeypatch.setattr(zoo.export, "export_folder", export)
    return fields


@pytest.mark.parametrize("kind", quick([SpanTags, WordTags], WordTags))
def test_of_an_untrained_tagger(kind, card, capsys, tmp_path):
    kind = kind()
    recipe = recipe_named("ner")
    options, _ = recipe.parse([f"--output={tmp_path}"])
    sentences = corpus(30, 0)
    model = WordTagger(7, LABELS, word_dim=6, stack={"units": 6}, head="softmax")
    best = TaggerRun(kind, 0, model, ENCODE, {("dev", "as written"): 0.0})
    export_tagger(recipe, options, best, [best], {"train": sentences, "dev": sentences})
    found = [each for each in card["limitations"] if each.startswith(UNDER_TRAINED)]
    assert len(found) == 1
    assert f"warning: {found[0]}\n" in capsys.readouterr().out


def test_of_an_untrained_classifier(card, capsys, tmp_path):
    recipe = recipe_named("sentiment")
    options, _ = recipe.parse([f"--output={tmp_path}"])
    model = SequenceClassifier(Encoder(30, embedding_dim=4, units=3), 2)
    rng = np.random.default_rng(0)
    texts = [rng.integers(2, 30, 9) for _ in range(200)]
    wrong = 1 - predict_logits(model, texts).argmax(axis=-1)
    wrong[:50] = 1 - wrong[:50]  # about a quarter is right
    training = SimpleNamespace(
        options=options,
        labels=["bad", "good"],
        vocabulary=Vocabulary(["[PAD]", "[UNK]"]),
        encoded={"dev": EncodedTexts(texts, wrong)},
    )
    export_classifier(recipe, training, model, {0: {"dev": 0.25}}, None)
    (found,) = [each for each in card["limitations"] if each.startswith(UNDER_TRAINED)]
    assert f"warning: {found}\n" in capsys.readouterr().out
