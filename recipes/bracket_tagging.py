"""Bracket tagging: is a token inside a matched pair of brackets?

The recipe trains forward, backward and bidirectional LSTM taggers, the unidirectional ones with as
many units and again with as many parameters as the bidirectional one. It compares each with the
exact accuracy of the best possible unidirectional model. It writes the best bidirectional model as
a folder with exports and card, for `zoo.load("path:...")`, pictures of it, and TensorBoard's logs.

    zoo train brackets --output runs/brackets
    zoo train brackets --output runs/brackets --seeds 5
    tensorboard --logdir runs/brackets/logs
"""

from zoo.recipes import Key, Recipe
from zoo.recipes.checks import whole_number
from zoo.recipes.keys import ENCODER, with_defaults

DIFFICULTIES = ("single", "nested", "kinds")  # of zoo.data.brackets
TRAINED, TWICE = (8, 32), (33, 64)  # lengths in tokens
ENCODER_KEYS = with_defaults(
    ENCODER,
    {
        "units": 48,
        "embedding_dim": 16,
        # Large initial embeddings: with Keras' small default, the kinds are hard to tell apart.
        "embeddings_initializer": {"class_name": "RandomNormal", "config": {"stddev": 1.0}},
    },
)
KEYS = {
    "model": {
        "encoder": ENCODER_KEYS,
        # The label is an OR over the kinds of brackets of an AND of both directions: not linear.
        "hidden_units": Key(32, "units of the hidden layer of the head"),
    },
    "epochs": Key(10, "number of epochs; each ends with an evaluation on dev"),
    "steps": Key(200, "batches per epoch; all sequences are new"),
    "batch_size": Key(128, "sequences per batch"),
    "rate": Key(1e-2, "peak learning rate"),
}


def space(hp):
    """Return the changes of the configuration that a search tries."""
    return {
        "model": {
            "encoder": {
                "cell": hp.Choice("cell", ["lstm", "gru"]),
                "units": hp.Choice("units", [16, 24, 32, 48], default=48),
                "merge_mode": hp.Choice("merge_mode", ["concat", "sum", "mul"]),
                "embedding_dim": hp.Choice("embedding_dim", [8, 16], default=16),
            },
            "hidden_units": hp.Choice("hidden_units", [16, 32], default=32),
        },
        "rate": hp.Float("rate", 2e-3, 2e-2, sampling="log", default=1e-2),
        "batch_size": hp.Choice("batch_size", [64, 128], default=128),
    }


def add_arguments(parser):
    """Add the options of this recipe."""
    difficulty = "of the sequences (default kinds)"
    parser.add_argument("--difficulty", choices=DIFFICULTIES, default="kinds", help=difficulty)
    seeds = "number of seeds, from 0 (default 1)"
    parser.add_argument("--seeds", type=whole_number, default=1, help=seeds)
    number = "test sequences per range of lengths (default 20000)"
    parser.add_argument("--test-sequences", type=whole_number, default=20_000, help=number)


def read(options):
    """Return the generator of the sequences."""
    from zoo.data.brackets import bracket_source

    return bracket_source(options.difficulty)


def run(recipe, options, config):
    """Train all models, compare them, draw them, and export the best."""
    from zoo.training.directions import compare_directions

    compare_directions(recipe, options, config, TRAINED, TWICE)


RECIPE = Recipe(
    name="brackets",
    file=__file__,
    task="token-tagging",
    summary="Bracket tagging: a bidirectional model and the exact ceiling of unidirectional ones.",
    keys=KEYS,
    read=read,
    space=space,
    describe=lambda labels: (
        "Labels every character as inside or outside a matched pair of brackets; the kinds (), [] "
        "and {} are matched independently."
    ),
    data="generated: zoo.data.brackets",
    licence="Apache-2.0",
    limitations=lambda options: [
        f"Trained on up to {TRAINED[1]} tokens, evaluated on up to {TWICE[1]}; untested beyond.",
        "Brackets nested deeper than about ten of one kind are rare in the training data.",
    ],
    run=run,
    add_arguments=add_arguments,
)

if __name__ == "__main__":
    RECIPE.main()
