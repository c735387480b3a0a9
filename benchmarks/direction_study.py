"""What the two directions of the shipped models have learnt, unit by unit, on dev data.

    python benchmarks/direction_study.py
    python benchmarks/direction_study.py --only bilstm-ner --sentences 300

For each simple feature of a word's neighbourhood ("after a title", "inside parentheses", ...) the
unit of each direction that follows it most closely, chosen on one half of the words and measured
on the other, beside the same feature moved to other words (`zoo.inspect.measures.study`). Reads
CoNLL-2003's dev sentences and the dev reviews of the sentiment recipe. Writes
`direction_study.csv` and `docs/pages/gallery/direction_study.png`.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
GALLERY = HERE.parent / "docs" / "pages" / "gallery"
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402

import zoo  # noqa: E402
from tables import write_rows  # noqa: E402
from zoo import inspect  # noqa: E402
from zoo.data import bucket_batches, load_conll2003  # noqa: E402
from zoo.inspect.figures import style  # noqa: E402
from zoo.inspect.measures.study import clearest_units, feature_table  # noqa: E402
from zoo.inspect.model_parts import ModelParts  # noqa: E402
from zoo.recipes import imdb_sentiment  # noqa: E402
from zoo.text.word_encoder import pad, word_ids  # noqa: E402

BATCH = 64  # sentences
LONGEST = 400  # words of a review, from its beginning
READERS = {">": "forward", "<": "backward"}


def ner_sentences(predictor, options):
    """Return CoNLL-2003's dev sentences, and the function from words to ids."""
    sentences = [each.words for each in load_conll2003(options.data_dir)["dev"]]
    features = predictor.model.features
    return sentences, lambda words: {name: predictor.word_encoder(words)[name] for name in features}


def sentiment_sentences(predictor, options):
    """Return the beginnings of the recipe's dev reviews, and the same."""
    options.train = options.test = options.extra = None  # IMDB
    texts = [each.text for each in imdb_sentiment.read(options)[0]["dev"]]
    chosen = np.random.default_rng(options.seed).permutation(len(texts))[: options.reviews]
    cut = (predictor.tokenizer(predictor.clean(texts[index]))[:LONGEST] for index in chosen)
    sentences = [[token.text for token in tokens] for tokens in cut if tokens]
    return sentences, lambda words: {"ids": word_ids(predictor.vocabulary, words)}


MODELS = {"bilstm-ner": ner_sentences, "bilstm-sentiment": sentiment_sentences}


def states_of(model, sentences, encode):
    """Return the states of the first layer at all words: direction -> (N, U)."""
    found = [None] * len(sentences)
    for batch in bucket_batches([len(words) for words in sentences], batch_size=BATCH):
        inputs = pad([encode(sentences[index]) for index in batch])
        mask = next(iter(inputs.values())) != 0
        outputs = inspect.direction_outputs(model.stack.rnns[0], model.embed(inputs), mask)
        for row, index in enumerate(batch):
            length = len(sentences[index])
            found[index] = {name: h[row, :length] for name, h in outputs.items()}
    return {name: np.concatenate([each[name] for each in found]) for name in found[0]}


def study(name, options):
    """Return the rows of one model."""
    predictor = zoo.load(name)
    sentences, encode = MODELS[name](predictor, options)
    sentences = sentences[: options.sentences]
    model = ModelParts.of(predictor)
    states = states_of(model, sentences, encode)
    features = feature_table(sentences)
    rows = [
        {
            "model": name,
            "direction": direction,
            "feature": each.feature,
            "share of words": round(float((features[each.feature] != 0).mean()), 4),
            "unit": each.unit,
            "correlation": round(each.correlation, 3),
            "shuffled": round(each.shuffled, 3),
            "words": len(h),
        }
        for direction, h in states.items()
        for each in clearest_units(h, features, options.shuffles, options.seed)
    ]
    return sorted(rows, key=lambda row: (row["direction"] != "forward", -_margin(row)))


def _margin(row):
    return abs(row["correlation"]) - row["shuffled"]


def draw(rows):
    """Return a figure: for each feature, how closely the best unit of each direction follows it."""
    models = list(dict.fromkeys(row["model"] for row in rows))
    features = list(dict.fromkeys(row["feature"] for row in rows))
    best = {name: max(_margin(r) for r in rows if r["feature"] == name) for name in features}
    features.sort(key=best.get)
    figure = style.new_figure(1.2 + 0.24 * len(features))
    columns = figure.subplots(1, len(models), sharex=True, sharey=True, squeeze=False)[0]
    for axes, model in zip(columns, models, strict=True):
        style.bare(axes)
        axes.set_title(model, fontsize=10)
        there = [row for row in rows if row["model"] == model]
        chance = {name: max(r["shuffled"] for r in there if r["feature"] == name)
                  for name in {row["feature"] for row in there}}  # fmt: skip
        places = [features.index(name) for name in chance]
        axes.barh(places, list(chance.values()), height=0.8, color=style.PALE_GREY)
        for marker, direction in READERS.items():
            mine = [row for row in there if row["direction"] == direction]
            axes.plot(
                [abs(row["correlation"]) for row in mine],
                [features.index(row["feature"]) for row in mine],
                marker,
                color=style.DIRECTION_COLOURS[direction],
                markersize=7,
            )
        axes.set_xlim(-0.02, 1)
    columns[0].set_yticks(range(len(features)), features)
    figure.supxlabel("|correlation| of the best unit", fontsize=10)
    handles = [
        Line2D([], [], color=style.DIRECTION_COLOURS[d], marker=m, linestyle="none", label=d)
        for m, d in READERS.items()
    ]
    chance = {"color": style.PALE_GREY, "linewidth": 6, "label": "best of shuffled features"}
    style.legend_above(figure, [*handles, Line2D([], [], **chance)])
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--sentences", type=int, help="take that many (default all)")
    parser.add_argument("--reviews", type=int, default=500, help="of those on dev")
    parser.add_argument("--shuffles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=MODELS, help="print the rows of one model, write nothing")
    options = parser.parse_args()
    rows = [row for name in MODELS if options.only in (None, name) for row in study(name, options)]
    for row in rows:
        print(*row.values(), sep=", ")
    if options.only or options.sentences:
        return
    write_rows(rows, HERE / "direction_study.csv")
    GALLERY.mkdir(exist_ok=True)
    inspect.save_png(draw(rows), GALLERY / "direction_study.png", colours=256)


if __name__ == "__main__":
    main()
