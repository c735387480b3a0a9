"""Is a text for or against? A BiLSTM on IMDB's reviews, or on any labelled texts.

Reads words both ways and pools over all positions. Can first learn the language of the reviews
from all of them, labelled or not, as a language model in both directions; can train on adversarial
steps, go on from a trained model, and have a linear model of words and pairs of words beside the
network. Chooses epoch and seed on reviews held out of train, reports test once, beside the linear
model that it has to beat. The same command on the same folder goes on where it was stopped.

    python recipes/imdb_sentiment.py --vectors glove.6B.100d.txt.gz --output runs/sentiment
    python recipes/imdb_sentiment.py --config '{"pretrain": {"epochs": 3, "rate": 2e-3}}'
    python recipes/imdb_sentiment.py --train my.csv --test my-test.csv --start bilstm-sentiment
    tensorboard --logdir runs/sentiment
"""

import json

import keras
import numpy as np

from zoo.callbacks import monitor_callbacks, text_sample
from zoo.data import frequent_words, words_of
from zoo.data.encoded import encode_corpus
from zoo.data.reviews import fingerprints, read_reviews
from zoo.errors import CorpusError
from zoo.metrics import (
    best_temperature,
    measure_accuracy_over_seeds,
    measure_classifier,
    predict_logits,
)
from zoo.models import build, quantize_embedding
from zoo.training.classification import (
    WarmStart,
    fit_linear,
    fit_word_pairs,
    measure_linear,
    read_word_vectors,
    run_classifier,
    save_soft_labels,
    set_word_vectors,
    soft_label_logits,
    warm_start_config,
    with_soft_labels,
)
from zoo.training.distribution.devices import distributed
from zoo.training.recipe import (
    changed,
    command_of,
    data_of,
    recipe_parser,
    tuned,
    write_dev,
)

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
        "dropout": 0.3,
    },
    "max_words": 400,  # of a longer text training reads the first and the last half of so many
    "word_dropout": 0.1,  # part of the words hidden in training
    "batch_tokens": 10_000,
    "epochs": 6,
    "rate": 2e-3,  # falls to 0 in a straight line
    "products": None,  # "bfloat16": of matrices, while it trains; faster where the CPU has it
    # {"epochs": 3, "rate": 2e-3}: as a language model, on all texts; perhaps of other "max_words"
    "pretrain": None,
    "adversarial": None,  # {"size": 0.02, "weight": 1.0}: adversarial steps on word vectors
    "pairs": None,  # 2 ** 20: beside the network a linear model of so many pairs of words
}
SCRIPT = "recipes/imdb_sentiment.py"
FILES = {
    "train": "folder of folders, or CSV file, of labelled texts, instead of IMDB",
    "test": "the same, only for the report",
    "teacher": "what another run's models say of the unlabelled texts, to learn them by",
    "start": "a model of the zoo, or path:DIR, to go on from with its words and weights",
}
ALONE = "accuracy of the network without word pairs"
DEV_PART, DEV_SEED = 0.1, 0
IMDB = "IMDB's large movie review data set (Maas et al., 2011), by TensorFlow Datasets"
FILMS = [
    "Reviews of films in English: of other things, other words are good and bad.",
    "Irony, and a plot told at length, mislead it.",
]


def read_corpus(options):
    """Return train, dev, test and unlabelled texts, by name, and the labels."""
    return read_reviews(
        options.train, options.test, data_dir=options.data_dir, part=DEV_PART, seed=DEV_SEED
    )


def encode(config, corpus, labels, folder, start=None):
    """Return vocabulary and encoded splits; those of the folder, if they are there."""

    def vocabulary(splits):
        if start:
            return start.vocabulary
        read = [*splits["train"], *(splits.get("unsupervised", ()) if config["pretrain"] else ())]
        return frequent_words(read, config["words"])

    conditions = {"words": config["words"], "pretrain": bool(config["pretrain"])}
    conditions |= fingerprints(corpus) | ({"start": start.sha256} if start else {})
    return encode_corpus(corpus, labels, vocabulary, folder, conditions)


def build_model(config, labels, vocabulary, vectors=None, start=None):
    """Return a classifier with what it starts from: vectors of words, or a trained classifier."""
    encoder = {**config["model"]["encoder"], "vocabulary_size": len(vocabulary)}
    changes = {"encoder": encoder, "num_labels": len(labels)}
    model = build("sequence-classification", {**config["model"], **changes})
    if vectors:
        set_word_vectors(model.encoder, vocabulary, vectors)
    if start:
        print(f"start: weights of {', '.join(start.copy_weights(model, labels))}", flush=True)
    return model


def watching(dev, vocabulary, labels):
    """Return the function that gives the callbacks that write what goes on inside of a model."""

    def sample_of(count):
        return text_sample(dev.texts[:count], dev.labels[:count], vocabulary, labels)

    def callbacks(model, log_dir):
        vectors = model.encoder.embedding.embeddings
        return monitor_callbacks(log_dir, sample_of, vectors, vocabulary.tokens)

    return callbacks


def ship(model, vocabulary, encoded, corpus, labels, runs, linear, options):
    """Write a model as a folder; its card holds what the folder's own files answer."""
    from zoo.export import export_folder  # needs TensorFlow, which training does not

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
            *measure_accuracy_over_seeds([*runs.values()], splits, "accuracy"),
            *measure_accuracy_over_seeds(
                [each.get("alone") for each in runs.values()], splits, ALONE
            ),
            *measure_linear(linear, corpus, splits),
        ],
        licence="Apache-2.0",
        data=data_of(options, IMDB),
        recipe=SCRIPT,
        command=command_of(SCRIPT, options, FILES),
        seeds=sorted(runs, key=lambda seed: -runs[seed]["dev"]),
        limitations=[
            *([] if options.train else FILMS),
            f"Says {' or '.join(labels)} of every text that has words, also where it is neither.",
            f"Knows {len(vocabulary):,} words; all others look alike to it.",
        ],
    )
    return card


def parse(arguments):
    parser = recipe_parser(__doc__.split("\n")[0], "runs/sentiment", "my-sentiment", FILES)
    parser.add_argument("--teach", action="store_true", help="write a file for --teacher")
    options = parser.parse_args(arguments)
    if options.train and (options.teacher or options.teach):
        parser.error("--teacher and --teach need the unlabelled texts of IMDB, not --train")
    if options.start and options.vectors:
        parser.error("--start brings words and weights, beside which there is no --vectors")
    try:
        config = changed(tuned(CONFIG, __file__), options.config)
    except ValueError as error:
        parser.error(error)
    return options, config


def conditions_of(options, config, corpus, start):
    """Return all that a network's training depends on, under which alone it is gone on with."""
    found = {
        **config,
        "teacher": options.teacher and str(options.teacher),
        "vectors": str(options.vectors),
        **({"start": start.sha256} if start else {}),
        **fingerprints(corpus),
    }
    return {name: value for name, value in found.items() if name not in ("texts of test", "pairs")}


def pairs_for(options, config, labels, vocabulary, encoded):
    """Return the linear model of pairs of words to stand beside the networks, if one is to."""
    if not config["pairs"]:
        return None
    if len(labels) != 2:
        reason = f"pairs of words speak for one of 2 labels, not of {len(labels)}."
        raise CorpusError(options.train, None, reason)
    return fit_word_pairs(encoded["train"], encoded["dev"], len(vocabulary), config["pairs"])


def train_seeds(options, config, corpus, labels, vocabulary, encoded, devices, start):
    """Train a model a seed; return the best one, the scores by seed, and logits to teach by."""
    dim = config["model"]["encoder"]["embedding_dim"]
    vectors = options.vectors and read_word_vectors(options.vectors, vocabulary, dim)
    more = {"pairs": pairs_for(options, config, labels, vocabulary, encoded), "devices": devices}
    if options.watch:
        more["callbacks"] = watching(encoded["dev"], vocabulary, labels)
    unlabelled = encoded["unsupervised"].texts if options.teach else []
    encoded = with_soft_labels(encoded, len(labels), options.teacher)
    conditions = conditions_of(options, config, corpus, start)
    if options.dev_only:
        encoded = {name: split for name, split in encoded.items() if name != "test"}
    runs, best, logits = {}, None, []
    for seed in options.seeds[:1] if options.dev_only else options.seeds:
        keras.utils.set_random_seed(seed)
        model = build_model(config, labels, vocabulary, vectors, start)
        model, scores = run_classifier(
            config, model, encoded, seed, options.output, conditions, **more
        )
        # Of seeds that do as well the first, as on the card.
        if all(scores["dev"] > other["dev"] for other in runs.values()):
            best = model
        runs[seed] = scores
        if options.teach:
            logits.append(predict_logits(model, unlabelled))
    return best, runs, logits


def teach(options, corpus, linear, logits):
    """Write what the models say of the unlabelled texts, and as much of what another kind says."""
    words = list(words_of(text.text for text in corpus["unsupervised"]))
    # The linear model makes other mistakes; pupils learned from it already, by their teacher.
    other = soft_label_logits(options.teacher) if options.teacher else linear.logits(words)
    save_soft_labels(options.output / "unlabelled.npy", [np.mean(logits, axis=0), other])


def main(arguments=None):
    options, config = parse(arguments)
    start = WarmStart.read(str(options.start)) if options.start else None
    if start:
        config = warm_start_config(config, start, options.config)
    options.output.mkdir(parents=True, exist_ok=True)
    corpus, labels = read_corpus(options)
    with distributed(options) as devices:
        vocabulary, encoded = devices.chief_first(
            lambda: encode(config, corpus, labels, options.output, start)
        )
        best, runs, logits = train_seeds(
            options, config, corpus, labels, vocabulary, encoded, devices, start
        )
    if not devices.chief:
        return
    if options.dev_only:
        write_dev(options.output, runs[options.seeds[0]]["dev"])
        return
    linear = fit_linear(corpus)
    if options.teach:
        teach(options, corpus, linear, logits)
    (options.output / "results.json").write_text(json.dumps(runs, indent=1) + "\n")
    card = ship(best, vocabulary, encoded, corpus, labels, runs, linear, options)
    print(f"exported: {options.output / 'model'}, {card.size_bytes:,} bytes in all")


if __name__ == "__main__":
    main()
