"""Is a text for or against? A BiLSTM on IMDB's reviews, or on any labelled texts.

Reads words in both directions and pools over all positions. Can first learn the language of the
reviews from all of them, labelled or not, as a language model in both directions; can train with
adversarial steps, start from a trained model, learn from another model's soft labels, and add a
linear model of words and hashed bigrams. Chooses epoch and seed on reviews held out of train,
reports test once, beside the linear model that it has to beat. The same command on the same folder
resumes where it was stopped.

    zoo train sentiment --vectors glove.6B.100d.txt.gz --output runs/sentiment
    zoo train sentiment --set pretrain.epochs=3 --set pretrain.rate=0.002
    zoo train sentiment --train my.csv --test my-test.csv --start bilstm-sentiment
    tensorboard --logdir runs/sentiment
"""

import zoo
from zoo.recipes import Recipe
from zoo.recipes.keys import CLASSIFIER, CLASSIFIER_TRAINING, with_defaults

ENCODER = {"units": 128, "embedding_dropout": 0.3, "locked_dropout": True}
KEYS = {"model": with_defaults(CLASSIFIER, {"encoder": ENCODER}), **CLASSIFIER_TRAINING}
TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5]  # the steps of `hp.Float` would add up to 0.30000000000000004
DEV_PART, DEV_SEED = 0.1, 0
FILMS = [
    "Reviews of films in English: of other things, other words are good and bad.",
    "Irony, and a plot told at length, mislead it.",
]


def space(hp):
    """Return changes of the configuration that a search tries."""
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
    """Return train, dev, test and unlabelled texts, by name, and the labels."""
    return zoo.data.load_labelled_splits(
        options.train, options.test, data_dir=options.data_dir, fraction=DEV_PART, seed=DEV_SEED
    )


def describe(labels):
    """Return what the card says first."""
    return f"Says what a text is as a whole: {' or '.join(labels)}."


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
    limitations=lambda options: [] if options.train else FILMS,
)

if __name__ == "__main__":
    RECIPE.main()
