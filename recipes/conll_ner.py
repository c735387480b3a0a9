"""Named entities: a BiLSTM-CRF on CoNLL-2003 or on any corpus in its format.

The network reads words (fine-tuned GloVe vectors), their characters and their casing with a BiLSTM
and a CRF. The recipe trains one model per seed, selects epoch and seed on dev, and evaluates once
on test. It writes the best model as a folder with exports and card, for `zoo.load("path:...")`. To
resume an interrupted run, repeat the command.

    zoo train ner --vectors glove.6B.100d.txt.gz --output runs/ner
    zoo train ner --train my.conll --dev my-dev.conll --test my-test.conll
    zoo train ner --set model.stack.units=150 --set epochs=20
    tensorboard --logdir runs/ner
"""

import zoo
from zoo.recipes import Recipe
from zoo.recipes.keys import SPAN_AUGMENTATION, TAGGER_TRAINING, WORD_TAGGER, with_defaults

KEYS = {
    "model": with_defaults(WORD_TAGGER, {"stack": {"units": 200}}),
    **TAGGER_TRAINING,
    "augmentation": SPAN_AUGMENTATION,
}
WIDTHS = {"3": [3], "3 5": [3, 5]}  # KerasTuner chooses among strings or numbers only
TENTHS = [0.2, 0.3, 0.4, 0.5, 0.6]  # `hp.Float` with steps returns 0.30000000000000004
NEWS = "English news; less accurate on other periods, languages and kinds of text."
LIMITATIONS = [
    "Nested names are not found: there is one label per word.",
    "Less accurate on text that is all lower case or all upper case; see the metrics.",
]


def space(hp):
    """Return the changes of the configuration that a search tries."""
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
    """Return a dict of train, dev and test: lists of pairs of words and BIO tags."""
    if options.train:
        reader = zoo.data.EntityReader.from_options(options)
        files = zoo.data.Files(options.train, options.dev, options.test)
        corpus = zoo.data.read_splits(reader, files)
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
    describe=lambda labels: f"Finds names in text and classifies them: {', '.join(labels)}.",
    data="CoNLL-2003 English, train split: Reuters news of August 1996, by TensorFlow Datasets",
    licence="Apache-2.0",
    languages=("en",),
    limitations=lambda options: [*([] if options.train else [NEWS]), *LIMITATIONS],
)

if __name__ == "__main__":
    RECIPE.main()
