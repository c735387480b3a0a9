"""Named entities: a BiLSTM-CRF on CoNLL-2003 or on any corpus in its format.

Words (GloVe vectors, fine-tuned), the characters of each word and its case go into a BiLSTM with a
CRF on top. Trains on train, one run a seed, chooses epoch and seed on dev, reports test once. The
best run becomes a model folder with exports and card, which `zoo.load("path:...")` reads. The same
command on the same folder resumes where it was stopped.

    zoo train ner --vectors glove.6B.100d.txt.gz --output runs/ner
    zoo train ner --train my.conll --dev my-dev.conll --test my-test.conll
    zoo train ner --set model.stack.units=150 --set epochs=20
    tensorboard --logdir runs/ner
"""

import zoo
from zoo.recipes import Recipe
from zoo.recipes.keys import TAGGER_TRAINING, WORD_TAGGER, with_defaults

KEYS = {"model": with_defaults(WORD_TAGGER, {"stack": {"units": 200}}), **TAGGER_TRAINING}
WIDTHS = {"3": [3], "3 5": [3, 5]}  # a choice of KerasTuner is a string or a number
TENTHS = [0.2, 0.3, 0.4, 0.5, 0.6]  # the steps of `hp.Float` would add up to 0.30000000000000004
NEWS = "English news; names of other times, languages and kinds of text are found less well."
LIMITATIONS = [
    "Names inside of names are not found: one label a word.",
    "Text in one case alone is read less well than text as it is usually written: see the metrics.",
]


def space(hp):
    """Return changes of the configuration that a search tries."""
    optimizer = hp.Choice("optimizer", ["sgd", "adam"])
    rates = {}
    for name, low, high, default in (("sgd", 1e-2, 6e-2, 3e-2), ("adam", 5e-4, 4e-3, 1e-3)):
        with hp.conditional_scope("optimizer", [name]):
            rates[name] = hp.Float(f"rate_{name}", low, high, sampling="log", default=default)
    return {
        "model": {
            "characters": {
                "units": hp.Choice("character_units", [50, 100, 150], default=100),
                "widths": WIDTHS[hp.Choice("widths", [*WIDTHS], default="3 5")],
            },
            "stack": {
                "cell": hp.Choice("cell", ["lstm", "gru"]),
                "units": hp.Choice("units", [100, 150, 200, 250], default=200),
                "num_layers": hp.Int("num_layers", 1, 2),
                "merge_mode": hp.Choice("merge_mode", ["concat", "sum"]),
            },
            "input_dropout": hp.Choice("input_dropout", TENTHS, default=0.4),
            "output_dropout": hp.Choice("output_dropout", TENTHS, default=0.5),
            "locked_dropout": hp.Boolean("locked_dropout", default=True),
            "head": hp.Choice("head", ["crf", "softmax"]),
        },
        "epochs": hp.Choice("epochs", [20, 40, 60], default=40),
        "optimizer": optimizer,
        "rate": rates[optimizer],
        "batch_size": hp.Choice("batch_size", [8, 10, 16, 32], default=10),
    }


def read(options):
    """Return train, dev and test, lists of pairs of words and BIO tags, by name."""
    if options.train:
        paths = {"train": options.train, "dev": options.dev, "test": options.test}
        corpus = {name: zoo.data.read_conll(path) for name, path in paths.items() if path}
    else:
        corpus = zoo.data.load_conll2003(options.data_dir)
    return {name: [(s.words, s.tags) for s in sentences] for name, sentences in corpus.items()}


RECIPE = Recipe(
    name="ner",
    file=__file__,
    task="entity-tagging",
    summary="Named entities: a BiLSTM-CRF on CoNLL-2003 or on any corpus in its format.",
    keys=KEYS,
    read=read,
    space=space,
    describe=lambda labels: f"Finds names in text and says what they name: {', '.join(labels)}.",
    data="CoNLL-2003 English, train split: Reuters news of August 1996, by TensorFlow Datasets",
    limitations=lambda options: [*([] if options.train else [NEWS]), *LIMITATIONS],
)

if __name__ == "__main__":
    RECIPE.main()
