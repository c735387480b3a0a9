"""Named entities: a BiLSTM-CRF on CoNLL-2003 or on any corpus in its format.

Words (GloVe vectors, fine-tuned), the letters of each word, and its case go into a BiLSTM with a
CRF on top. Trains on train, one run a seed, chooses epoch and seed on dev, reports test once. The
best run becomes a model folder with exports and card, which `zoo.load("path:...")` reads. The same
command on the same folder goes on where it was stopped.

    python recipes/conll_ner.py --vectors glove.6B.100d.txt.gz --output runs/ner
    python recipes/conll_ner.py --train my.conll --dev my-dev.conll --test my-test.conll
    tensorboard --logdir runs/ner
"""

import keras

from zoo.callbacks.projector import watch_callbacks
from zoo.callbacks.samples import tagging_sample
from zoo.data import (
    load_conll2003,
    padding_waste,
    read_conll,
    read_vectors,
    word_tables,
)
from zoo.data.tagging import TaggingBatches
from zoo.metrics.calibration import fit_temperature
from zoo.metrics.entities import measure_calibration, measure_seeds, measure_tagger
from zoo.metrics.seed_tables import seeds_table
from zoo.metrics.span_report import frequent_errors
from zoo.models import WordTagger, quantize_words
from zoo.text import Vocabulary, WordEncoder, convert_tags
from zoo.text.word_encoder import CASES
from zoo.training.distribution.devices import distributed
from zoo.training.recipe import (
    changed,
    command_of,
    data_of,
    recipe_parser,
    tuned,
    write_dev,
)
from zoo.training.tagging.fit_spans import fit_spans
from zoo.training.tagging.run import TaggerRun, batches_of, spans_of

CONFIG = {
    "model": {
        "word_dim": 100,
        "characters": {"units": 100, "kind": "cnn", "embedding_dim": 30, "widths": [3, 5]},
        "num_cases": len(CASES),
        "case_dim": 8,
        "stack": {"cell": "lstm", "units": 200, "num_layers": 1, "merge_mode": "concat"},
        "input_dropout": 0.4,
        "output_dropout": 0.5,
        "locked_dropout": True,
        "head": "crf",
    },
    "words": 121_000,  # that a model knows: those of the training data, then the most frequent
    "min_count": 2,  # rarer words keep GloVe's vectors, as words that training never sees will
    "recase": 0.04,  # part of the sentences in lower case, and as many in upper case
    "unknown": 0.05,  # part of the words that their letters and neighbours have to do for
    "batch_size": 10,
    "epochs": 40,
    "optimizer": "sgd",  # or "adam"
    "rate": 0.03,  # falls to 0 in a straight line
}
OPTIMIZERS = {
    "sgd": lambda rate: keras.optimizers.SGD(rate, momentum=0.9, clipnorm=5.0),
    "adam": lambda rate: keras.optimizers.Adam(rate, clipnorm=5.0),
}
PATIENCE = 10
SCRIPT = "recipes/conll_ner.py"
FILES = {"train": "a file in CoNLL format, instead of CoNLL-2003", "dev": None, "test": None}
NEWS = "English news; names of other times, languages and kinds of text are found less well."
CONLL2003 = "CoNLL-2003 English, train split: Reuters news of August 1996, by TensorFlow Datasets"
LIMITATIONS = [
    "Names inside of names are not found: one label a word.",
    "Text in one case alone is read less well than text as it is usually written: see the metrics.",
]


def read_corpus(options):
    """Return train, dev and test as lists of pairs of words and BIOES tags."""
    if options.train:
        paths = {"train": options.train, "dev": options.dev, "test": options.test}
        corpus = {name: read_conll(path) for name, path in paths.items() if path}
    else:
        corpus = load_conll2003(options.data_dir)
    corpus = {
        name: [(s.words, convert_tags(s.tags, "BIO", "BIOES")) for s in sentences]
        for name, sentences in corpus.items()
    }
    known = kinds_of(corpus["train"])
    for name, sentences in corpus.items():
        if new := kinds_of(sentences) - known:
            print(f"{name} has names of kinds that train has not: {', '.join(sorted(new))}")
    return corpus


def kinds_of(sentences):
    return {tag[2:] for _, tags in sentences for tag in tags if tag != "O"}


def build_model(config, labels, tables, characters):
    """Return a compiled tagger with the vectors of `tables`."""
    changes = {}
    if config["model"].get("characters"):
        spelling = {**config["model"]["characters"], "vocabulary_size": len(characters)}
        changes["characters"] = spelling
    if len(tables.kept):
        changes["frozen_words"] = len(tables.kept)
    arguments = {**config["model"], **changes, "word_dim": tables.trained.shape[1]}
    model = WordTagger(len(tables.trained), labels, **arguments)
    model.word_vectors.embeddings.assign(tables.trained)
    if len(tables.kept):
        model.frozen_vectors.embeddings.assign(tables.kept)
    model.compile(OPTIMIZERS[config["optimizer"]](config["rate"]))
    return model


def train(config, corpus, vectors, seed, folder, conditions, devices=None, watch=False):
    """Train one model, or go on with it, and return its `TaggerRun`."""
    sentences = [words for words, _ in corpus["train"]]
    kinds = kinds_of(corpus["train"])
    labels = sorted({"O", *(f"{prefix}-{kind}" for kind in kinds for prefix in "BIES")})
    letters = sorted({c for words in sentences for word in words for c in word})
    tables = word_tables(
        sentences,
        vectors,
        dim=config["model"]["word_dim"],
        min_count=config["min_count"],
        limit=config["words"],
        seed=seed,
    )
    characters = Vocabulary(["[PAD]", "[UNK]", *letters])
    keras.utils.set_random_seed(seed)
    model = build_model(config, labels, tables, characters)
    encode = WordEncoder(tables.words, characters)

    def batches(epoch):
        return TaggingBatches(
            corpus["train"],
            encode,
            labels,
            batch_size=config["batch_size"],
            seed=seed,
            epoch=epoch,
            rare=tables.rare,
            unknown=config["unknown"],
            recase=config["recase"],
            features=model.features,
        )

    waste = padding_waste(batches(0).batches, [len(words) for words in sentences])
    print(f"\nseed {seed}: {model.count_params():,} parameters, {waste:.1%} padding", flush=True)
    fit_spans(
        model,
        batches,
        batches_of(corpus["dev"], encode, model),
        labels,
        folder,
        epochs=config["epochs"],
        rate=lambda epoch: config["rate"] * (1 - epoch / config["epochs"]),
        patience=PATIENCE,
        conditions={**conditions, "config": config, "seed": seed},
        report=lambda line: print(line, flush=True),
        log_dir=None if watch else folder / "logs",
        callbacks=watching(folder / "logs", corpus["dev"], encode, model) if watch else (),
        devices=devices,
    )
    run = TaggerRun(seed, model, encode)
    run.measure(corpus)
    return run


def watching(log_dir, sentences, encode, model):
    """Return callbacks that write what goes on inside of a model, for TensorBoard."""

    def sample_of(count):
        return tagging_sample(sentences[:count], encode, model.options.labels, model.features)

    vectors = model.word_vectors.embeddings
    return watch_callbacks(log_dir, sample_of, vectors, encode.words.tokens)


def ship(best, runs, config, corpus, options):
    """Write the best run as a model folder; its card holds what the folder's own files answer."""
    from zoo.export import export_folder  # needs TensorFlow, which training does not

    small, encode = quantize_words(best.model), best.encode
    dev = batches_of(corpus["dev"], encode, small)
    fit_temperature(small, dev, best.labels, spans_of(corpus["dev"]))
    print(f"\nshipped: {len(encode.words):,} words, temperature {small.temperature:g}", flush=True)
    labels = sorted(kinds_of(corpus["train"]))
    splits = dict.fromkeys(split for split, _ in best.scores)
    card, _ = export_folder(
        options.output / "model",
        small,
        {
            "task": "entity-tagging",
            "labels": labels,
            "preprocessor": {"tokenizer": "words", "features": small.features},
            "model": small.get_config(),
        },
        {"words": encode.words, "characters": encode.characters},
        name=options.name,
        summary=f"Finds names in text and says what they name: {', '.join(labels)}.",
        metrics=lambda tagger: [
            *(row for split in splits for row in measure_tagger(tagger, corpus[split], split)),
            *(measure_calibration(small, encode, corpus[split], split) for split in splits),
            *(row for row in measure_seeds([run.scores for run in runs])),
        ],
        licence="Apache-2.0",
        data=data_of(options, CONLL2003),
        recipe=SCRIPT,
        command=command_of(SCRIPT, options, FILES),
        seeds=[best.seed, *(run.seed for run in runs if run is not best)],
        limitations=limitations(best, corpus, options),
    )
    return card


def limitations(run, corpus, options):
    """Return what a user of the model should know before its errors show it."""
    errors = frequent_errors(spans_of(corpus["dev"]), run.found(corpus["dev"]))
    count = f"{len(run.encode.words):,}"
    return [
        *([] if options.train else [NEWS]),
        *LIMITATIONS,
        f"Knows {count} words; any other it has to tell from letters and neighbours.",
        f"Its most frequent errors on dev: {', '.join(errors)}.",
    ]


def parse(arguments):
    parser = recipe_parser(__doc__.split("\n")[0], "runs/ner", "my-ner", FILES)
    options = parser.parse_args(arguments)
    if options.train and not options.dev:
        parser.error("--train needs --dev: the best epoch is chosen on it")
    try:
        config = changed(tuned(CONFIG, __file__), options.config)
    except ValueError as error:
        parser.error(error)
    if (config["model"]["characters"] or {}).get("kind") == "bilstm":
        parser.error('characters of kind "bilstm" have no TFLite form: use "cnn"')
    return options, config


def main(arguments=None):
    options, config = parse(arguments)
    corpus = read_corpus(options)
    vectors = options.vectors and read_vectors(options.vectors, dim=config["model"]["word_dim"])
    conditions = {name: str(getattr(options, name)) for name in ("train", "dev", "vectors")}

    def run(seed, devices):
        folder = options.output / f"seed-{seed}"
        return train(config, corpus, vectors, seed, folder, conditions, devices, options.watch)

    seeds = options.seeds[:1] if options.dev_only else options.seeds
    if options.dev_only:
        corpus.pop("test", None)
    with distributed(options) as devices:
        runs = [run(seed, devices) for seed in seeds]
    if not devices.chief:
        return
    if options.dev_only:
        write_dev(options.output, runs[0].dev_f1)
        return
    best = max(runs, key=lambda run: run.dev_f1)
    table = seeds_table({run.seed: run.scores for run in runs})
    (options.output / "results.md").write_text(table + "\n")
    for (split, casing), scores in best.scores.items():
        print(f"\nseed {best.seed}, {split}, {casing}\n{scores}")
    print(f"\n{table}")
    for split in dict.fromkeys(split for split, _ in best.scores):
        report = options.output / f"report_{split}.txt"
        report.write_text(best.report(corpus[split]) + "\n", encoding="utf-8")
    card = ship(best, runs, config, corpus, options)
    print(f"exported: {options.output / 'model'}, {card.size_bytes:,} bytes in all")


if __name__ == "__main__":
    main()
