"""The article's comparison on IMDB's reviews: directions, cells, heads and merge modes.

    python benchmarks/sentiment_comparison.py --vectors glove.6B.100d.txt.gz

Trains small classifiers the recipe's way, one seed each, on both ends of the reviews, and measures
them on the same. One way is compared at equal units and again at equal parameters. What was trained
before in the same folder is not trained again: run several at once with `--only`, then all. Writes
`sentiment_comparison.csv` and its picture on the site.
"""

import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURE = HERE.parent / "docs" / "pages" / "benchmarks" / "sentiment_comparison.png"
sys.path.insert(0, str(HERE.parent))

import keras  # noqa: E402

from tables import write_rows  # noqa: E402
from zoo import inspect  # noqa: E402
from zoo.data.encoded import EncodedTexts  # noqa: E402
from zoo.data.texts import both_ends  # noqa: E402
from zoo.inspect.figures import style  # noqa: E402
from zoo.layers import MERGE_MODES  # noqa: E402
from zoo.layers.pooling import POOLINGS  # noqa: E402
from zoo.metrics import accuracy, predict_logits  # noqa: E402
from zoo.models import build, units_of_budget  # noqa: E402
from zoo.recipes import recipe_named  # noqa: E402
from zoo.training.classification import read_word_vectors, train_classifier  # noqa: E402
from zoo.training.classification.recipe import build_classifier, encode  # noqa: E402

UNITS = 64
OWN = recipe_named("sentiment").config()
CONFIG = {
    **OWN,
    "model": {
        **OWN["model"],
        "encoder": {**OWN["model"]["encoder"], "units": UNITS},
        "pooling": "final",
    },
    "max_words": 200,
    "epochs": 3,
    "pretrain": None,
    "adversarial": None,
}
EQUAL = "equal parameters"
PARAMETERS = "parameters without word vectors"
# Without merging (None) there are two vectors where a classifier takes one.
MERGED = [mode for mode in MERGE_MODES if mode != "concat"]


def plan():
    """Return what each variant changes in the encoder, or in `pooling`: group -> name -> changes.

    Final states are concatenated in any merge mode, so the merge modes are compared with maximum
    pooling over all positions.
    """
    more = units_of_equal_parameters()
    return {
        "direction": {
            "bidirectional": {},
            "forward": {"direction": "forward"},
            "backward": {"direction": "backward"},
            f"forward, {EQUAL}": {"direction": "forward", "units": more},
            f"backward, {EQUAL}": {"direction": "backward", "units": more},
        },
        "cell": {"GRU": {"cell": "gru"}, "simple RNN": {"cell": "simple_rnn"}},
        "head": {f"{pooling} pooling": {"pooling": pooling} for pooling in POOLINGS},
        "merge mode": {
            f"{mode}, max pooling": {
                "merge_mode": mode,
                "projection_units": UNITS if mode == "projection" else None,
                "pooling": "max",
            }
            for mode in MERGED
        },
    }


def model_config(changes):
    changes = {"pooling": CONFIG["model"]["pooling"], **changes}
    pooling = changes.pop("pooling")
    encoder = {**CONFIG["model"]["encoder"], **changes}
    return {**CONFIG["model"], "pooling": pooling, "encoder": encoder}


def parameters(config):
    """Return the number of weights without the word vectors, which all models share."""
    encoder = {**config["encoder"], "vocabulary_size": 2}
    model = build("sequence-classification", {**config, "encoder": encoder, "num_labels": 2})
    return model.count_params() - model.encoder.get_layer("embedding").count_params()


def units_of_equal_parameters():
    """Return the units of a forward model with about the parameters of the bidirectional one."""

    def one_way(units):
        return parameters(model_config({"direction": "forward", "units": units}))

    return units_of_budget(one_way, parameters(model_config({})), UNITS)


def read(options):
    """Return labels, vocabulary, vectors, and the splits with both ends of each text."""
    corpus, labels = recipe_named("sentiment").read(options)
    corpus = {name: corpus[name] for name in ("train", "dev", "test")}
    vocabulary, encoded = encode(CONFIG, corpus, labels, options.output)
    ends = {
        name: EncodedTexts([both_ends(text, CONFIG["max_words"]) for text in texts], kinds)
        for name, (texts, kinds) in encoded.items()
    }
    dim = CONFIG["model"]["encoder"]["embedding_dim"]
    vectors = options.vectors and read_word_vectors(options.vectors, vocabulary, dim)
    return labels, vocabulary, vectors, ends


def measure(name, changes, data, options):
    """Train a variant, or read what it gave, and return its row."""
    labels, vocabulary, vectors, encoded = data
    config = {**CONFIG, "epochs": options.epochs, "model": model_config(changes)}
    folder = options.output / name.replace(",", "").replace(" ", "-")
    print(f"\n{name}", flush=True)
    keras.utils.set_random_seed(options.seed)
    model = build_classifier(config, labels, vocabulary, vectors)
    conditions = {**config, "vectors": str(options.vectors)}
    history = train_classifier(config, model, encoded, options.seed, folder, conditions)
    path = folder / "row.json"
    if not path.is_file():
        test = accuracy(predict_logits(model, encoded["test"].texts), encoded["test"].labels)
        encoder = model.encoder.recurrent.options.to_config()
        row = {
            "variant": name,
            "cell": encoder["cell"],
            "direction": encoder["direction"],
            "merge mode": encoder["merge_mode"] if encoder["direction"] == "both" else "",
            "pooling": model.pooling,
            "units": encoder["units"],
            PARAMETERS: parameters(config["model"]),
            "dev accuracy": round(100 * max(each["dev"] for each in history), 2),
            "test accuracy": round(100 * test, 2),
            "training seconds": round(sum(each["seconds"] for each in history)),
            "epochs": len(history),
            "seed": options.seed,
        }
        path.write_text(json.dumps(row, indent=1) + "\n")
    return json.loads(path.read_text())


def draw(groups, rows):
    """Return a figure: a line a variant, with its test accuracy and its parameters."""
    figure = style.new_figure(1.1 + 0.25 * len(rows))
    axes = figure.add_subplot()
    style.bare(axes)
    names = [row["variant"] for row in rows]
    scores = {row["variant"]: row["test accuracy"] for row in rows}
    handles = []
    for index, (group, members) in enumerate(groups.items()):
        look = {"color": style.COLOURS[index], "marker": style.MARKERS[index], "linestyle": "none"}
        places = [names.index(name) for name in members]
        handles += axes.plot([scores[name] for name in members], places, label=group, **look)
    line = {"color": style.GREY, "linestyle": "--", "linewidth": 1, "zorder": 0}
    handles.append(axes.axvline(scores[names[0]], label=names[0], **line))
    for place, name in enumerate(names):
        text = f"{scores[name]:.2f}"
        offset = {"xytext": (7, 0), "textcoords": "offset points", "va": "center"}
        axes.annotate(text, (scores[name], place), fontsize=style.SMALL, **offset)
    axes.margins(x=0.15)  # for the number behind the last dot
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("test accuracy (%)")
    right = axes.secondary_yaxis("right")
    right.set_yticks(range(len(rows)), [f"{row[PARAMETERS]:,}" for row in rows])
    right.set_ylabel(PARAMETERS)
    right.tick_params(length=0, labelsize=style.SMALL)
    right.spines["right"].set_visible(False)
    style.legend_above(figure, handles)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--vectors", type=Path, help="GloVe's text format, plain or gzip")
    parser.add_argument("--output", type=Path, default=Path("runs/sentiment-comparison"))
    parser.add_argument("--epochs", type=int, default=CONFIG["epochs"])
    parser.add_argument("--seed", type=int, default=0)
    groups = plan()
    variants = {name: changes for group in groups.values() for name, changes in group.items()}
    parser.add_argument("--only", nargs="+", choices=variants, metavar="VARIANT")
    options = parser.parse_args()
    options.train = options.test = options.extra = None  # IMDB
    options.output.mkdir(parents=True, exist_ok=True)
    data = read(options)
    rows = [measure(name, variants[name], data, options) for name in options.only or variants]
    if options.only:
        return
    write_rows(rows, HERE / "sentiment_comparison.csv")
    inspect.save_png(draw(groups, rows), PICTURE)


if __name__ == "__main__":
    main()
