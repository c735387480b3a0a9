"""Real words a second in training: the networks of the recipes, and the same networks in PyTorch.

    python benchmarks/training_speed.py

A turn of a network trains on a few batches of random words, labels and lengths. The lengths are
distributed as those of CoNLL-2003's sentences and of IMDB's reviews, and batches hold similar
lengths, as in the recipes. All networks train with dropout and on all cores. PyTorch reads packed
sequences. "zoo, built-in layer" is the zoo's network with Keras' own recurrent layers; "zoo,
padded" is the zoo's network on batches of as many positions, whose sequences are drawn at random
and padded to the longest of all. All take turns in one process; the first step of a turn and the
first turns are not counted. The figures are medians over turns, and words do not count padding.
Without PyTorch its rows are left out.

Writes `training_speed.csv`.
"""

import argparse
import importlib.util
import os
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from tables import write_rows
from zoo.data.buckets import bucket_batches
from zoo.models import Encoder, SequenceClassifier, WordTagger
from zoo.recipes import recipe_named

HERE = Path(__file__).resolve().parent
NETWORKS = {"zoo": "zoo", "zoo, built-in layer": "keras"}
PADDED = "zoo, padded"
WARM_UP = 2  # turns in which graphs are made
LABELS = ["O", *(f"{prefix}-{kind}" for prefix in "BIES" for kind in "ABCD")]
WORDS, CHARACTERS, CASES = 12_224, 86, 8  # sizes of the tables of `bilstm-ner`


class Tagging:
    """The recipe "ner": sentences of 15 words in the mean, 10 in a batch."""

    name = "ner"

    def __init__(self):
        self.config = recipe_named("ner").config()

    def lengths(self, rng):
        return np.clip(rng.gamma(1.6, 9.1, size=4000).round(), 1, 113).astype(int)

    def batches(self, lengths):
        return bucket_batches(lengths, batch_size=self.config["batch_size"], seed=0)

    def batch(self, lengths, rng, width=0):
        """Return inputs and tags of sentences, padded with 0, at least to `width`."""
        shape, inside = _inside(lengths, width)
        letters = np.arange(16) < rng.integers(1, 12, size=(*shape, 1))
        inputs = {
            "words": rng.integers(1, WORDS, size=shape) * inside,
            "characters": rng.integers(1, CHARACTERS, size=(*shape, 16)) * letters,
            "cases": rng.integers(1, CASES, size=shape) * inside,
        }
        inputs["characters"] *= inside[..., None]
        inputs = {name: array.astype("int32") for name, array in inputs.items()}
        return inputs, (rng.integers(0, len(LABELS), size=shape) * inside).astype("int32")

    def keras_model(self, backend_layer):
        model = dict(self.config["model"])
        model["characters"] = {**model["characters"], "vocabulary_size": CHARACTERS}
        model["stack"] = {**model["stack"], "backend_layer": backend_layer}
        # Random tags break the rules of a scheme.
        network = WordTagger(WORDS, LABELS, scheme=None, **model)
        network.compile(keras.optimizers.SGD(self.config["rate"], momentum=0.9, clipnorm=5.0))
        return network

    def torch_model(self):
        from torch.optim import SGD

        from peers.networks import TaggerNetwork

        model = self.config["model"]
        spelling = model["characters"]
        count = spelling["units"] // len(spelling["widths"])
        network = TaggerNetwork(
            (WORDS, model["word_dim"]),
            (CHARACTERS, spelling["embedding_dim"]),
            (CASES, model["case_dim"]),
            {width: count for width in spelling["widths"]},
            model["stack"]["units"],
            len(LABELS),
            (model["input_dropout"], model["output_dropout"]),
        )
        return network, SGD(network.parameters(), self.config["rate"], momentum=0.9), 5.0

    def torch_loss(self, network, inputs, tags, lengths):
        flat = [inputs[name].flatten(0, 1) for name in ("words", "characters", "cases")]
        features = network.features(*flat).unflatten(0, inputs["words"].shape)
        return network.loss(network.emissions(features, lengths), lengths, tags)


class Classification:
    """The recipe "sentiment": reviews of 207 words in the mean, cut to 400, 10,000 in a batch."""

    name = "sentiment"

    def __init__(self):
        self.config = recipe_named("sentiment").config()

    def lengths(self, rng):
        lengths = rng.lognormal(5.37, 0.62, size=3000).round()
        return np.clip(lengths, 10, self.config["max_words"]).astype(int)

    def batches(self, lengths):
        return bucket_batches(lengths, max_tokens=self.config["batch_tokens"], seed=0)

    def batch(self, lengths, rng, width=0):
        """Return ids and labels of reviews, padded with 0, at least to `width`."""
        shape, inside = _inside(lengths, width)
        ids = rng.integers(1, self.config["words"], size=shape) * inside
        return ids.astype("int32"), rng.integers(0, 2, size=len(lengths)).astype("int32")

    def keras_model(self, backend_layer):
        model = dict(self.config["model"])
        encoder = {**model.pop("encoder"), "backend_layer": backend_layer}
        encoder = Encoder(**{**encoder, "vocabulary_size": self.config["words"]})
        network = SequenceClassifier(encoder, 2, **model)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(keras.optimizers.Adam(self.config["rate"], clipnorm=1.0), loss=loss)
        return network

    def torch_model(self):
        from torch.optim import Adam

        from peers.networks import ClassifierNetwork

        model = self.config["model"]
        encoder = model["encoder"]
        words = self.config["words"], encoder["embedding_dim"]
        dropout = encoder["embedding_dropout"], model["dropout"]
        network = ClassifierNetwork(words, encoder["units"], labels=2, dropout=dropout)
        return network, Adam(network.parameters(), self.config["rate"]), 1.0

    def torch_loss(self, network, inputs, labels, lengths):
        from torch.nn.functional import cross_entropy

        return cross_entropy(network(inputs, lengths), labels)


def _inside(lengths, width):
    width = max(width, *lengths)
    return (len(lengths), width), np.arange(width) < lengths[:, None]


def keras_step(recipe, backend_layer):
    """Return a function that trains on a batch and waits for its end."""
    keras.utils.set_random_seed(0)
    network = recipe.keras_model(backend_layer)
    return lambda x, y, lengths: network.train_on_batch(x, y)


def torch_step(recipe):
    """Return the same for PyTorch."""
    import torch

    torch.set_num_threads(os.cpu_count())
    network, optimizer, limit = recipe.torch_model()
    network.train()

    def step(x, y, lengths):
        x, y = keras.tree.map_structure(lambda array: torch.from_numpy(array).long(), (x, y))
        optimizer.zero_grad()
        loss = recipe.torch_loss(network, x, y, torch.from_numpy(lengths))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), limit)
        optimizer.step()
        return loss.item()

    return step


def data_of(recipe, sizes, lengths, rng):
    """Return what a turn reads: batches `(x, y, lengths)` of similar lengths, and padded ones.

    Args:
        recipe: the recipe.
        sizes: for each batch its lengths.
        lengths: all lengths.
        rng: a random generator.
    """
    sorted_sizes = [np.sort(each)[::-1].copy() for each in sizes]  # PyTorch packs the longest first
    longest = max(lengths)
    counts = [max(1, len(each) * max(each) // longest) for each in sizes]
    drawn = [rng.choice(lengths, count) for count in counts]
    return (
        [(*recipe.batch(each, rng), each) for each in sorted_sizes],
        [(*recipe.batch(each, rng, longest), each) for each in drawn],
    )


def words_a_second(step, data):
    """Train on batches, the first of which is not counted, and return the real words a second."""
    step(*data[0])
    start = time.perf_counter()
    for batch in data[1:]:
        step(*batch)
    return sum(int(lengths.sum()) for _, _, lengths in data[1:]) / (time.perf_counter() - start)


def measure(recipe, turns, batches):
    """Return the rows of a recipe."""
    rng = np.random.default_rng(0)
    lengths = recipe.lengths(rng)
    steps = {name: keras_step(recipe, layer) for name, layer in NETWORKS.items()}
    if importlib.util.find_spec("torch"):
        steps["PyTorch, packed sequences"] = torch_step(recipe)
    steps[PADDED] = keras_step(recipe, "zoo")
    chosen = [lengths[each] for each in recipe.batches(lengths)]
    speeds = {name: [] for name in steps}
    for turn in range(WARM_UP + turns):
        first = turn * batches % max(1, len(chosen) - batches)
        similar, padded = data_of(recipe, chosen[first : first + batches + 1], lengths, rng)
        for name, step in steps.items():
            speed = words_a_second(step, padded if name == PADDED else similar)
            speeds[name] += [speed] if turn >= WARM_UP else []
    ours = np.median(speeds["zoo"])
    return [
        {
            "recipe": recipe.name,
            "network": name,
            "words a second": round(np.median(each)),
            "zoo times as fast": f"{ours / np.median(each):.2f}",
        }
        for name, each in speeds.items()
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--batches", type=int, nargs=2, default=[40, 3], help="ner, sentiment")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    options = parser.parse_args()
    rows = []
    for recipe, batches in zip((Tagging(), Classification()), options.batches, strict=True):
        for row in measure(recipe, options.turns, batches):
            print("  ".join(f"{key}: {value}" for key, value in row.items()), flush=True)
            rows.append(row)
    write_rows(rows, options.output)


if __name__ == "__main__":
    main()
