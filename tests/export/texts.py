"""What the tests of graphs that read texts share: pieces of texts, small models on words."""

import tensorflow as tf
from hypothesis import strategies as st

from tests.export.models import LABELS, classifier, filled, tagger, word_tagger
from tests.text.test_words import PIECES
from zoo.export.signature import SERVING, serving_module
from zoo.runtime import EntityTagger, TextClassifier, TokenTaggingPredictor
from zoo.text import CharacterTokenizer, Vocabulary, WordEncoder, WordTokenizer
from zoo.text.markup import blank_markup

# What sentences, cases, and the lower case of a word are about.
FORMS = [
    *("The", "the", "Although", "Althoughx", "HE", "I", "1996", "10TH", "٣", "Ⅷ.", "x" * 31),
    *("Σ", "ΟΔΟΣ", "ΑΣ", "a\u00adΣ", "ʰΣ", "\u0345", "İ", "ſ", "'ſ", "ǅ", "Ünïcode", "𝒳", "\ufeff"),
    *(
        "…",
        "。",
        "“",
        "»",
        "\u2029",
        "\x85",
        "\r",
        "\f",
        "- ",
        "•",
        "\r\n",
        "?!",
        "!!",
        "++",
        "a@b.c",
        "ABCD$",
        "AB$",
        "3. ",
    ),
    *("Messrs.", "Colo.", "approx.", "www.a", "https://x.y)", "ftp:/", "12. x", "A.B.", "i.e."),
]
MARKUP = [
    *("<br />", "</p>", "<b>", "<", "<3", "<!-- x -->", "<h1>", "<h9>", "<LI class='a'>", "<trx>"),
    *("<d\u0130v>", "<\u0131 x>", "<p_>", ">", "&amp;", "&eacute;", "&notit;", "&#39;", "&#0;"),
    *("&#x80;", "&#X1F600;", "&#xFDD0;", "&#55296;", "&#1114112;", "&#1234567;", "&#12345678;"),
    *("&;", "&a;", "&", "#", "&NotEqualTilde;", "&fjlig;", "&#x;", "&#٣;", "&#xfffff;", "&#11;"),
]


def texts(pieces=()):
    """Return a strategy of texts of Unicode scalar values, many of them of what rules are about."""
    legal = [piece for piece in [*PIECES, *FORMS] if piece != "\ud800"]
    spelled = st.lists(st.sampled_from([*pieces, *legal])).map("".join)
    return st.one_of(st.text(st.characters(exclude_categories=["Cs"])), spelled)


def compiled(model):
    """Return an engine for predictors: from the inputs of one sequence to its answers."""
    serve = serving_module(model, batch=None)[1][SERVING]

    def engine(inputs):
        outputs = serve(**{name: tf.constant(array[None]) for name, array in inputs.items()})
        return {name: value.numpy()[0] for name, value in outputs.items()}

    return engine


def character_model():
    """Return a tagger of characters, its configuration, vocabularies and predictor."""
    model = filled(tagger())
    labels = ["no", "yes", "maybe"]
    config = {
        "task": "token-tagging",
        "labels": labels,
        "preprocessor": {"tokenizer": "characters"},
        "model": {},
    }
    vocabulary = Vocabulary(["[PAD]", "[UNK]", *"(b)中aé."])
    engine = compiled(model)
    predictor = TokenTaggingPredictor(CharacterTokenizer(), vocabulary, labels, engine, None)
    return model, config, {"vocabulary": vocabulary}, predictor


def name_model():
    """Return the same of a tagger of words, their letters and cases."""
    model = filled(word_tagger(characters={"vocabulary_size": 6, "units": 4}))
    config = {
        "task": "entity-tagging",
        "labels": ["X", "Y"],
        "preprocessor": {
            "tokenizer": "words",
            "features": ["words", "characters", "cases"],
            "markup": "blank",
        },
        "model": {"labels": LABELS},
    }
    vocabularies = {
        "words": Vocabulary(
            ["[PAD]", "[UNK]", "the", "0000", "10th", ".", "οδος", "i̇stanbul", "in"]
        ),
        "characters": Vocabulary(["[PAD]", "[UNK]", *"Tao."]),
    }
    features = config["preprocessor"]["features"]
    predictor = EntityTagger(
        *(WordTokenizer(), WordEncoder(*vocabularies.values()), LABELS, features, ["X", "Y"]),
        *(compiled(model), None, blank_markup),
    )
    return model, config, vocabularies, predictor


def review_model():
    """Return the same of a classifier of texts that may hold markup."""
    model = filled(classifier("max"))
    labels = ["bad", "good", "other"]
    config = {
        "task": "sequence-classification",
        "labels": labels,
        "preprocessor": {"tokenizer": "words", "markup": "blank"},
        "model": {},
    }
    vocabulary = Vocabulary(["[PAD]", "[UNK]", "great", "film", "&", "00/00", ".", "the", "fun"])
    engine = compiled(model)
    predictor = TextClassifier(WordTokenizer(), vocabulary, blank_markup, labels, engine, None)
    return model, config, {"words": vocabulary}, predictor


MODELS = {"characters": character_model, "names": name_model, "reviews": review_model}
