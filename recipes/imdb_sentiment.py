"""Is a text for or against? A BiLSTM on IMDB's reviews, or on any labelled texts.

Reads words both ways and pools over all positions. Can first learn the language of the reviews
from all of them, labelled or not, as a language model in both directions; can train on adversarial
steps. Chooses epoch and seed on reviews held out of train, reports test once, beside the linear
model that it has to beat. The same command on the same folder goes on where it was stopped.

    python recipes/imdb_sentiment.py --vectors glove.6B.100d.txt.gz --output runs/sentiment
    python recipes/imdb_sentiment.py --config '{"pretrain": {"epochs": 3}}' --seeds 0 1 2
    python recipes/imdb_sentiment.py --train my.csv --test my-test.csv
    tensorboard --logdir runs/sentiment
"""

import json

import keras
import numpy as np

from zoo.data import TextBatches, frequent_words, hold_out, load_imdb, read_vectors, words_of
from zoo.data.encoded import EncodedTexts, load_encoded, save_encoded
from zoo.data.reviews import read_labelled
from zoo.export import export_folder
from zoo.models import build, quantize_embedding
from zoo.text import Vocabulary
from zoo.training import fit_best
from zoo.training.adversarial import AdversarialClassifier
from zoo.training.classification import (
    accuracy,
    best_temperature,
    measure_classifier,
    predict_logits,
    row,
)
from zoo.training.language_model import LanguageBatches, TwoWayLanguageModel
from zoo.training.linear import LinearBaseline
from zoo.training.recipe import changed, command_of, data_of, recipe_parser

CONFIG = {
    "words": 30_000,  # that the model knows, the most frequent
    "model": {
        "encoder": {
            "embedding_dim": 100,
            "units": 128,
            "embedding_dropout": 0.3,
            "locked_dropout": True,
        },
        "pooling": "max",
        "dropout": 0.5,
    },
    "max_words": 400,  # of a longer text training reads the first and the last half of so many
    "unknown": 0.1,  # part of the words hidden in training
    "batch_tokens": 10_000,
    "epochs": 8,
    "rate": 1e-3,  # falls to 0 in a straight line
    "pretrain": None,  # {"epochs": 3, "rate": 2e-3}: as a language model, on all texts
    "adversarial": None,  # {"kind": "adversarial" or "virtual", "size": 0.02, "weight": 1.0}
}
SCRIPT = "recipes/imdb_sentiment.py"
FILES = {
    "train": "folder of folders, or CSV file, of labelled texts, instead of IMDB",
    "test": "the same, only for the report",
}
DEV_PART, DEV_SEED = 0.1, 0
AVERAGING, AVERAGE_EVERY = 0.95, 20  # the weights of the last 400 batches or so
IMDB = "IMDB's large movie review data set (Maas et al., 2011), by TensorFlow Datasets"
LINEAR = "words and pairs of words weighted by naive Bayes, trained on the same texts"
LIMITATIONS = [
    "Reviews of films in English: of other things, other words are good and bad.",
    "Says for or against of every text that has words, also where it is neither.",
    "Irony, and a plot told at length, mislead it.",
]


def read_corpus(options):
    """Return train, dev, test and unlabelled texts, by name, and the labels."""
    if options.train:
        corpus = {"train": read_labelled(options.train)}
        corpus |= {"test": read_labelled(options.test)} if options.test else {}
    else:
        corpus = load_imdb(options.data_dir)
    corpus["train"], corpus["dev"] = hold_out(corpus["train"], DEV_PART, DEV_SEED)
    return corpus, sorted({text.label for text in corpus["train"]})


def encode(config, corpus, labels, folder):
    """Return vocabulary and encoded splits; those of the folder, if they are there."""
    words_file, path = folder / "words.txt", folder / "encoded.npz"
    if path.is_file():
        return Vocabulary.load(words_file), load_encoded(path)
    splits = {name: list(words_of(text.text for text in texts)) for name, texts in corpus.items()}
    read = [*splits["train"], *(splits.get("unsupervised", ()) if config["pretrain"] else ())]
    vocabulary = frequent_words(read, config["words"])
    encoded = {
        name: EncodedTexts.of(
            words, [labels.index(t.label) if t.label else -1 for t in corpus[name]], vocabulary
        )
        for name, words in splits.items()
    }
    vocabulary.save(words_file)
    save_encoded(path, encoded)
    return vocabulary, encoded


def build_model(config, labels, vocabulary, vectors):
    """Return a classifier with the vectors of the words that have one."""
    encoder = {**config["model"]["encoder"], "vocabulary_size": len(vocabulary)}
    changes = {"encoder": encoder, "num_labels": len(labels)}
    model = build("sequence-classification", {**config["model"], **changes})
    if vectors:
        layer = model.encoder.get_layer("embedding")
        table = np.array(layer.embeddings)
        table *= vectors[1].std() / table.std()
        names, known = vectors
        ids = vocabulary.encode(names)
        table[ids[ids > 1]] = known[ids > 1]
        layer.embeddings.assign(table)
    return model


def optimizer(rate):
    return keras.optimizers.Adam(rate, beta_2=0.98, clipnorm=1.0)


def falling(settings):
    return lambda epoch: settings["rate"] * (1 - epoch / settings["epochs"])


def pretrain(config, model, encoded, folder, conditions):
    """Train the encoder as a language model on all texts of train, labelled or not."""
    settings = config["pretrain"]
    read = [encoded[name] for name in ("train", "unsupervised") if name in encoded]
    texts = [text for split in read for text in split.texts]
    counts = np.bincount(np.concatenate(texts), minlength=model.encoder.vocabulary_size)
    language = TwoWayLanguageModel(model.encoder)
    language.compile(optimizer(settings["rate"]))

    def batches(texts, **options):
        limits = {"max_tokens": config["batch_tokens"], "max_words": config["max_words"]}
        return LanguageBatches(TextBatches(texts, **limits, **options), counts)

    dev = batches(encoded["dev"].texts)
    print("\nlanguage model in both directions", flush=True)
    fit_best(
        language,
        lambda epoch: batches(texts, seed=0, epoch=epoch),
        lambda: -np.mean([float(language.test_on_batch(*dev[i])) for i in range(len(dev))]),
        folder,
        epochs=settings["epochs"],
        rate=falling(settings),
        averaging=AVERAGING,
        average_every=AVERAGE_EVERY,
        conditions=conditions,
        log_dir=folder / "logs",
    )


def train(config, model, encoded, seed, folder, conditions):
    """Train a classifier, or go on with it; return its accuracy on dev."""
    trained = model
    if config["adversarial"]:
        trained = AdversarialClassifier(model, **config["adversarial"])
        trained.build((None, None))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    trained.compile(optimizer(config["rate"]), loss=loss)
    dev = encoded["dev"]
    history = fit_best(
        trained,
        lambda epoch: TextBatches(
            *encoded["train"],
            max_tokens=config["batch_tokens"],
            seed=seed,
            epoch=epoch,
            unknown=config["unknown"],
            max_words=config["max_words"],
        ),
        lambda: accuracy(predict_logits(model, dev.texts), dev.labels),
        folder,
        epochs=config["epochs"],
        rate=falling(config),
        averaging=AVERAGING,
        average_every=AVERAGE_EVERY,
        conditions=conditions,
        log_dir=folder / "logs",
    )
    return max(each["dev"] for each in history)


def run(config, encoded, labels, vocabulary, vectors, seed, options):
    """Train with one seed and return model and accuracies by split."""
    keras.utils.set_random_seed(seed)
    conditions = {name: str(getattr(options, name)) for name in ("train", "vectors")}
    conditions |= {"config": config}
    model = build_model(config, labels, vocabulary, vectors)
    if config["pretrain"]:
        pretrain(config, model, encoded, options.output / "language", conditions)
        keras.utils.set_random_seed(seed)
    print(f"\nseed {seed}: {model.count_params():,} parameters", flush=True)
    folder = options.output / f"seed-{seed}"
    train(config, model, encoded, seed, folder, {**conditions, "seed": seed})
    splits = [name for name in ("dev", "test") if name in encoded]
    scores = {
        s: accuracy(predict_logits(model, encoded[s].texts), encoded[s].labels) for s in splits
    }
    print(f"seed {seed}: {json.dumps(scores)}", flush=True)
    return model, scores


def ship(model, vocabulary, encoded, corpus, labels, runs, options):
    """Write a model as a folder; its card holds what the folder's own files answer."""
    small = quantize_embedding(model)
    dev = encoded["dev"]
    small.temperature = best_temperature(predict_logits(small, dev.texts), dev.labels)
    splits = [name for name in ("dev", "test") if name in corpus]
    card, _ = export_folder(
        options.output / "model",
        small,
        {
            "task": "sequence-classification",
            "labels": labels,
            "preprocessor": {"tokenizer": "words", "markup": "blank"},
            "model": {**small.get_config(), "encoder": small.encoder.get_config()},
        },
        {"words": vocabulary},
        name=options.name,
        summary=f"Says what a text is as a whole: {' or '.join(labels)}.",
        metrics=lambda predictor: [
            *(
                each
                for split in splits
                for each in measure_classifier(predictor, corpus[split], split, small.temperature)
            ),
            *measure_runs(runs, linear_accuracies(corpus, splits)),
        ],
        licence="Apache-2.0",
        data=data_of(options, IMDB),
        recipe=SCRIPT,
        command=command_of(SCRIPT, options, FILES),
        seeds=sorted(runs, key=lambda seed: -runs[seed]["dev"]),
        limitations=[
            *LIMITATIONS,
            f"Knows {len(vocabulary):,} words; all others look alike to it.",
        ],
    )
    return card


def measure_runs(runs, linear):
    """Yield the rows of all seeds, and of the linear model, for the card."""
    seeds = f"{len(runs)} seeds, as trained: embeddings in 32 bits"
    for split, baseline in linear.items():
        values = [scores[split] for scores in runs.values()]
        yield row("mean accuracy", np.mean(values), split, seeds)
        yield row("deviation of accuracy", np.std(values), split, seeds)
        yield row("accuracy of a linear model", baseline, split, LINEAR)


def linear_accuracies(corpus, splits):
    """Return what a linear model trained on the same texts reaches on each split."""
    words = {name: list(words_of(t.text for t in corpus[name])) for name in ("train", *splits)}
    labels = {name: [text.label for text in corpus[name]] for name in words}
    baseline = LinearBaseline(sorted({*labels["train"]}))
    baseline.fit(words["train"], labels["train"], words["dev"], labels["dev"])
    return {name: baseline.accuracy(words[name], labels[name]) for name in splits}


def main(arguments=None):
    parser = recipe_parser(__doc__.split("\n")[0], "runs/sentiment", "my-sentiment", FILES)
    options = parser.parse_args(arguments)
    try:
        config = changed(CONFIG, options.config)
    except ValueError as error:
        parser.error(error)
    options.output.mkdir(parents=True, exist_ok=True)
    corpus, labels = read_corpus(options)
    vocabulary, encoded = encode(config, corpus, labels, options.output)
    vectors = options.vectors and read_vectors(options.vectors, words={*vocabulary.tokens})
    runs, best = {}, None
    for seed in options.seeds:
        model, runs[seed] = run(config, encoded, labels, vocabulary, vectors, seed, options)
        if runs[seed]["dev"] >= max(scores["dev"] for scores in runs.values()):
            best = model
    (options.output / "results.json").write_text(json.dumps(runs, indent=1) + "\n")
    card = ship(best, vocabulary, encoded, corpus, labels, runs, options)
    print(f"exported: {options.output / 'model'}, {card.size_bytes:,} bytes in all")


if __name__ == "__main__":
    main()
