"""Small predictors with fresh weights, and texts to read with them."""

import keras

from zoo.models import Encoder, SequenceClassifier, TokenTagger, build
from zoo.runtime import TextClassifier, TokenTaggingPredictor
from zoo.runtime.keras_engines import KerasEngine
from zoo.runtime.words import WordTaggingPredictor
from zoo.text import CharacterTokenizer, Vocabulary, WordEncoder, WordTokenizer

NAMES = "George Washington left Washington for Washington State University."
PRAISE = "The acting is dull and the plot is boring, yet somehow I loved this wonderful film."
SCRIPT = "<script>alert('x')</script> said John & \"Bo\" <b>in</b> London."
LONG = " ".join(["the good film", "Donaudampfschifffahrtsgesellschaftskapitän" * 3, NAMES] * 6)
HEBREW = "ג'ון סמית ביקר ב London ואמר <script>alert(1)</script> שלום."
WORDS = ("[PAD]", "[UNK]", "good", "bad", "film", "the")


def classifier(pooling="max", **encoder):
    """Return a predictor of texts with a fresh model."""
    keras.utils.set_random_seed(0)
    model = SequenceClassifier(
        Encoder(len(WORDS), embedding_dim=4, units=3, embeddings_initializer="normal", **encoder),
        num_labels=2,
        pooling=pooling,
    )
    labels = ["negative", "positive"]
    return TextClassifier(
        WordTokenizer(), Vocabulary(WORDS), str, labels, KerasEngine(model), lambda: model
    )


def character_tagger(**encoder):
    """Return a predictor of one label a character with a fresh model."""
    keras.utils.set_random_seed(0)
    vocabulary = Vocabulary(["[PAD]", "[UNK]", *"abc()"])
    model = TokenTagger(Encoder(len(vocabulary), embedding_dim=4, units=3, **encoder), num_labels=3)
    return TokenTaggingPredictor(
        CharacterTokenizer(), vocabulary, ["x", "y", "z"], KerasEngine(model), lambda: model
    )


def first_label_tagger():
    """Return a predictor of one label a word, which gives every word its first label."""
    tagger = word_tagger(["NOUN", "VERB", "PUNCT"])
    tagger.model.set_weights([0 * weight for weight in tagger.model.get_weights()])
    return tagger


def word_tagger(labels):
    """Return a predictor of one label a word with a fresh model."""
    keras.utils.set_random_seed(0)
    words = Vocabulary(WORDS)
    sizes = {"vocabulary_size": len(words), "labels": labels, "scheme": None, "word_dim": 4}
    model = build("word-tagging", {**sizes, "stack": {"units": 3}})
    encode = WordEncoder(words, Vocabulary(WORDS[:2]))
    arguments = (WordTokenizer(), encode, labels, ["words", "cases"], labels, KerasEngine(model))
    return WordTaggingPredictor(*arguments, lambda: model)
