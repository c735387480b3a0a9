"""Which tokens stand inside a matched pair of brackets? An exact ceiling for one direction.

Trains forward, backward and bidirectional LSTM taggers, at equal units and again at equal
parameters, and compares each with the exact accuracy that the best possible unidirectional model
could reach. Keeps the best bidirectional model as a folder that `zoo.load("path:...")` reads, with
its SavedModel, its TFLite file and its card; draws what it learnt; logs to TensorBoard.

    zoo train brackets --output runs/brackets
    zoo train brackets --output runs/brackets --seeds 5
    tensorboard --logdir runs/brackets/logs
"""

import csv
import shlex
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

import zoo
from zoo.recipes import Key, Recipe
from zoo.recipes.configuration import merged
from zoo.recipes.keys import ENCODER, with_defaults

if TYPE_CHECKING:
    import keras

TRAINED, TWICE = (8, 32), (33, 64)  # lengths in tokens
DEV_SEED, TEST_SEED, EXAMPLE_SEED = (
    1_000_001,
    1_000_002,
    1_000_003,
)  # far from the seeds of training
LABELS = ("outside", "inside")
ENCODER_KEYS = with_defaults(
    ENCODER,
    {
        "units": 48,
        "embedding_dim": 16,
        # Vectors that start far apart: with Keras' small default the kinds are hard to tell.
        "embeddings_initializer": {"class_name": "RandomNormal", "config": {"stddev": 1.0}},
    },
)
KEYS = {
    "model": {
        "encoder": ENCODER_KEYS,
        # "Inside" is an or over the kinds of brackets, of the two directions' ands: not linear.
        "hidden_units": Key(32, "units of the hidden layer of the head"),
    },
    "epochs": Key(10, "epochs; each ends with a measurement on dev"),
    "steps": Key(200, "batches of an epoch; no sequence comes twice"),
    "batch_size": Key(128, "sequences of a batch"),
    "rate": Key(1e-2, "highest learning rate"),
}


def space(hp):
    """Return changes of the configuration that a search tries."""
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


@dataclass
class Run:
    """A model, how it was trained, and how well it does."""

    name: str
    direction: str
    seed: int
    model: "keras.Model"
    config: dict
    history: list
    rows: list = field(default_factory=list)  # one a range of lengths, as in results.csv
    by_position: dict = field(default_factory=dict)  # range of lengths -> (from start, from end)


def model_config(config, direction, units):
    from zoo.data.brackets import VOCABULARY

    encoder = {"vocabulary_size": len(VOCABULARY), "direction": direction, "units": units}
    return merged(config["model"], {"encoder": encoder, "num_labels": len(LABELS)})


def units_of_equal_parameters(config, direction):
    """Return the units at which a one-way model comes nearest to the two-way one's parameters."""

    def parameters(units, direction=direction):
        structure = model_config(config, direction, units)
        return zoo.models.build("token-tagging", structure).count_params()

    units = config["model"]["encoder"]["units"]
    return zoo.models.units_of_budget(parameters, parameters(units, "both"), units)


def plan(config):
    """Return the models to compare: name -> (direction, units)."""
    units, more = config["model"]["encoder"]["units"], units_of_equal_parameters(config, "forward")
    return {
        "bidirectional": ("both", units),
        "forward": ("forward", units),
        "backward": ("backward", units),
        f"forward, {more} units": ("forward", more),
        f"backward, {more} units": ("backward", more),
    }


def watching(log_dir, dev):
    """Return the callback that writes what goes on inside of a model, for TensorBoard."""
    from zoo.callbacks import Sample, TrainingMonitor
    from zoo.data.brackets import VOCABULARY

    ids, labels = dev.ids[:32], dev.labels[:32]
    tokens = [[VOCABULARY[i] for i in row if i] for row in ids]
    weights = (ids != 0).astype("float32")
    sample = Sample(ids, labels, weights, tokens=tokens, labels=LABELS)
    return TrainingMonitor(log_dir, sample)


def train(name, direction, units, seed, source, config, output, watch=False):
    import keras

    from zoo.data.brackets import sample
    from zoo.training import TrainingOptions, warmup_cosine
    from zoo.training.tagging import fit_tokens

    print(f"\n{name}: {direction}, {units} units a direction, seed {seed}", flush=True)
    keras.utils.set_random_seed(seed)
    structure = model_config(config, direction, units)
    model = zoo.models.build("token-tagging", structure)
    count = config["epochs"] * config["steps"] * config["batch_size"]
    data = sample(source, count, TRAINED, seed=seed)
    dev = sample(source, 2000, TRAINED, seed=DEV_SEED)
    place = f"{name} seed {seed}".replace(" ", "-")
    logs = output / "logs" / place
    options = TrainingOptions(
        config["epochs"],
        warmup_cosine(config["rate"], config["epochs"]),
        patience=None,
        conditions={"model": structure, "rate": config["rate"], "epochs": config["epochs"]},
        log_dir=None if watch else logs,
        callbacks=[watching(logs, dev)] if watch else (),
    )
    history = fit_tokens(
        model,
        (data.ids, data.labels),
        (dev.ids, dev.labels),
        output / "checkpoints" / place,
        options,
        batch_size=config["batch_size"],
        steps_per_epoch=config["steps"],
        seed=seed,
    )
    return Run(name, direction, seed, model, structure, history)


def dev_scores(run):
    return [row["dev"] for row in run.history]


def evaluate(run, source, options, seconds):
    """Measure a model on fresh sequences, beside the ceiling of its direction."""
    from zoo.data.brackets import sample
    from zoo.metrics import predict_tags, token_accuracy

    for lengths in (TRAINED, TWICE):
        test = sample(source, options.test_sequences, lengths, seed=TEST_SEED)
        tags = predict_tags(run.model, test.ids)
        accuracy, error = token_accuracy(test.labels, tags, test.ids != 0)
        from_start, from_end = (
            zoo.inspect.per_position_accuracy(test.labels, tags, test.ids != 0, from_end=turned)[0]
            for turned in (False, True)
        )
        run.by_position[lengths] = (from_start, from_end)
        limit = ceiling(run.direction, source, lengths)
        run.rows.append(
            {
                "model": run.name,
                "parameters": run.model.count_params(),
                "seed": run.seed,
                "lengths": f"{lengths[0]}-{lengths[1]}",
                "accuracy": accuracy,
                "standard_error": error,
                "worst_position": float(np.nanmin(from_start)),
                "ceiling": limit.overall if limit else 1.0,
                "training_seconds": round(seconds, 1),
            }
        )


def ceiling(direction, source, lengths):
    """Return the exact ceiling of a one-way model; for both there is none below 1."""
    from zoo.data.ceiling import backward_ceiling, forward_ceiling

    exact = {"forward": forward_ceiling, "backward": backward_ceiling}.get(direction)
    return exact and exact(source, lengths)


def draw(runs, best, source):
    """Return the article's pictures, of the best model and the unidirectional ones of its seed."""
    from zoo.data.brackets import VOCABULARY, sample

    peers = {run.name: run for run in runs if run.seed == best.seed}
    names = {"both ways": best.name, "forward": "forward", "backward": "backward"}
    example = sample(source, 1, (24, 24), seed=EXAMPLE_SEED)
    pictures = zoo.inspect.sequence_pictures(
        {shown: peers[name].model for shown, name in names.items()},
        example.ids[0],
        [VOCABULARY[i] for i in example.ids[0]],
        [LABELS[i] for i in example.labels[0]],
    )
    limits = {r.name: ceiling(r.direction, source, TRAINED) for r in peers.values()}
    limits = {name: limit for name, limit in limits.items() if limit}
    pictures["learning_curves"] = zoo.inspect.learning_curves(
        {name: {"val_accuracy": dev_scores(run)} for name, run in peers.items()},
        {name: limit.overall for name, limit in limits.items()},
    )
    # Position by position, a ceiling holds for the count that the model can see.
    for name, way, bound, count in (
        ("forward", 0, limits["forward"].per_position, "position t"),
        ("backward", 1, limits["backward"].per_position_from_end, "position from the end"),
    ):
        curves = {each: peers[each].by_position[TRAINED][way] for each in (best.name, name)}
        pictures[f"accuracy_{name}"] = zoo.inspect.per_position_figure(curves, {name: bound}, count)
    return pictures


def export(best, rows, recipe, options):
    """Write the best model as a folder for `zoo.load`, with its card."""
    from zoo.data.brackets import VOCABULARY

    config = {
        "task": "token-tagging",
        "labels": LABELS,
        "preprocessor": {"tokenizer": "characters"},
        "model": best.config,
    }
    conditions = f"{options.test_sequences} sequences, seed {TEST_SEED}"
    metrics = [
        {
            "metric": f"{statistic}{measured.replace('_', ' ')}",
            "value": float(function([row[measured] for row in same])),
            "split": f"test, lengths {lengths}",
            "conditions": f"{whose}, {conditions}",
        }
        for whose, statistic, function, chosen in (
            ("this model", "", np.mean, [row for row in rows if row in best.rows]),
            (f"{options.seeds} seeds", "mean ", np.mean, rows),
            (f"{options.seeds} seeds", "lowest ", np.min, rows),
        )
        for lengths in dict.fromkeys(row["lengths"] for row in rows)
        for measured in ("accuracy", "worst_position")
        if (same := [r for r in chosen if (r["model"], r["lengths"]) == (best.name, lengths)])
    ]
    seeds = [best.seed, *(seed for seed in range(options.seeds) if seed != best.seed)]
    return zoo.export.export_folder(
        options.output / "model",
        best.model,
        config,
        {"vocabulary": zoo.text.Vocabulary(VOCABULARY)},
        name=options.name,
        summary=recipe.describe(LABELS),
        metrics=metrics,
        licence=recipe.licence,
        data=f"{recipe.data}, difficulty {options.difficulty!r}, "
        f"lengths {TRAINED[0]} to {TRAINED[1]}",
        recipe=recipe.script,
        command=f"zoo train brackets {shlex.join(options.arguments)}",
        seeds=seeds,
        limitations=recipe.limitations(options),
    )


def add_arguments(parser):
    """Add the options of this recipe alone."""
    parser.add_argument("--difficulty", default="kinds", help="single, nested or kinds")
    parser.add_argument("--seeds", type=int, default=1, help="how many, from 0 on")
    parser.add_argument("--test-sequences", type=int, default=20_000, help="of each length")


def run(recipe, options, config):
    """Train all models, compare them, draw them, and export the best."""
    from zoo.callbacks import write_figures
    from zoo.metrics import ceiling_table
    from zoo.training.results import write_dev

    source, models = recipe.read(options), plan(config)
    watch, output = options.watch, options.output
    if options.dev_only:
        best = train("bidirectional", *models["bidirectional"], 0, source, config, output, watch)
        write_dev(options.output, max(dev_scores(best)))
        return
    runs = []
    for seed in range(options.seeds):
        for name, (direction, units) in models.items():
            start = time.perf_counter()
            runs.append(train(name, direction, units, seed, source, config, output, watch))
            evaluate(runs[-1], source, options, time.perf_counter() - start)
    rows = [row for run in runs for row in run.rows]
    with open(options.output / "results.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    (options.output / "results.md").write_text(ceiling_table(rows) + "\n")
    print(f"\n{ceiling_table(rows)}\n")

    both = [run for run in runs if run.direction == "both"]
    best = max(both, key=lambda run: max(dev_scores(run)))  # chosen on dev
    print(best.model.encoder.explain())
    figures = draw(runs, best, source)
    pictures = zoo.inspect.write_pictures(figures, options.output / "pictures")
    write_figures(figures, options.output / "logs" / "pictures")
    print(f"pictures: {', '.join(path.name for path in pictures)} in {pictures[0].parent}")
    card, report = export(best, rows, recipe, options)
    print(f"exported: {options.output / 'model'}, {card.size_bytes:,} bytes in all")
    print(f"TFLite: {report.size_bytes:,} bytes, operators {report.operators}")
    print(f"largest difference from Keras: {max(report.largest_difference):.1e}")


def read(options):
    """Return the source of the sequences."""
    from zoo.data.brackets import bracket_source

    return bracket_source(options.difficulty)


RECIPE = Recipe(
    name="brackets",
    file=__file__,
    task="token-tagging",
    summary="Bracket tagging: both directions against the exact ceiling of one.",
    keys=KEYS,
    read=read,
    space=space,
    describe=lambda labels: (
        "Says of every character whether it stands inside a matched pair of brackets; "
        "each kind, (), [] and {}, is matched on its own."
    ),
    data="generated: zoo.data.brackets",
    limitations=lambda options: [
        f"Trained on up to {TRAINED[1]} tokens; measured up to {TWICE[1]}, not beyond.",
        "Brackets nested deeper than about ten of one kind are rarer than it has seen.",
    ],
    run=run,
    add_arguments=add_arguments,
)

if __name__ == "__main__":
    RECIPE.main()
