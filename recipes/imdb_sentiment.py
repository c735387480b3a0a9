"""Sentiment: a BiLSTM on IMDB's reviews, or on any labelled texts.

The network reads words with a BiLSTM and pools over all positions. Options: pretraining as a
bidirectional language model on all reviews, labelled or not; adversarial training; a warm start
from a trained model; distillation from another model's soft labels; an added linear model of words
and hashed bigrams. The recipe selects epoch and seed on reviews held out of train, and evaluates
once on test, next to a linear baseline. To resume an interrupted run, repeat the command.

    zoo train sentiment --vectors glove.6B.100d.txt.gz --output runs/sentiment
    zoo train sentiment --set pretrain.epochs=3 --set pretrain.rate=0.002
    zoo train sentiment --train my.csv --test my-test.csv --start bilstm-sentiment
    zoo train sentiment --start bilstm-sentiment --extra short-texts.csv
    tensorboard --logdir runs/sentiment
"""

import zoo
from zoo.recipes import Recipe
from zoo.recipes.keys import CLASSIFIER, CLASSIFIER_TRAINING, with_defaults

ENCODER = {"units": 128, "embedding_dropout": 0.3, "locked_dropout": True}
KEYS = {"model": with_defaults(CLASSIFIER, {"encoder": ENCODER}), **CLASSIFIER_TRAINING}
TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5]  # `hp.Float` with steps returns 0.30000000000000004
DEV_PART, DEV_SEED = 0.1, 0
FILMS = [
    "English film reviews; less accurate on reviews of other things and on other kinds of text.",
    "Irony and long retellings of a plot lead to errors.",
]
REVIEWS_ALONE = 'Misreads many negations in short sentences, such as "Not one dull minute."'


def space(hp):
    """Return the changes of the configuration that a search tries."""
    size = hp.Choice("adversarial_size", [0.0, 0.01, 0.02, 0.03, 0.05])
    return {
        "model": {
            "encoder": {
                "cell": hp.Choice("cell", ["lstm", "gru"]),
                "units": hp.Choice("units", [64, 128, 192], default=128),
                "merge_mode": hp.Choice("merge_mode", ["concat", "sum", "ave"]),
                "embedding_dropout": hp.Choice("embedding_dropout", TENTHS, default=0.3),
            },
            "pooling": hp.Choice("pooling", ["max", "mean", "attention", "final"]),
            "dropout": hp.Choice("dropout", TENTHS, default=0.3),
        },
        "epochs": hp.Choice("epochs", [6, 9, 12]),
        "word_dropout": hp.Choice("word_dropout", [0.0, 0.05, 0.1, 0.15, 0.2], default=0.1),
        "rate": hp.Float("rate", 5e-4, 4e-3, sampling="log", default=2e-3),
        "batch_tokens": hp.Choice("batch_tokens", [5_000, 10_000, 20_000], default=10_000),
        "adversarial": {"size": size} if size else None,
    }


def read(options):
    """Return a dict of train, dev, test and unlabelled texts, and the list of labels."""
    held_out = {"fraction": DEV_PART, "seed": DEV_SEED}
    if not (options.train or options.extra):
        return zoo.data.load_labelled_splits(data_dir=options.data_dir, **held_out)
    files = options.train, options.dev, options.test
    more = {"extra": options.extra, "reader": zoo.data.TextReader.from_options(options)}
    return zoo.data.load_labelled_splits(*files, **more, data_dir=options.data_dir, **held_out)


def describe(labels):
    """Return the summary on the card."""
    return f"Classifies a text as {' or '.join(labels)}."


def limitations(options):
    """Return the limitations on the card; those of one's own data are not known."""
    if options.train:
        return []
    return [*FILMS, *([] if options.extra else [REVIEWS_ALONE])]


RECIPE = Recipe(
    name="sentiment",
    file=__file__,
    task="sequence-classification",
    summary="Sentiment: a BiLSTM on IMDB's reviews, or on any labelled texts.",
    keys=KEYS,
    read=read,
    space=space,
    describe=describe,
    data="IMDB's large movie review data set (Maas et al., 2011), by TensorFlow Datasets",
    licence="Apache-2.0",
    languages=("en",),
    limitations=limitations,
)

if __name__ == "__main__":
    RECIPE.main()
