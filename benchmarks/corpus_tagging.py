"""How fast a corpus is tagged by Beam, with one and two worker processes, and whether it is right.

    python benchmarks/corpus_tagging.py
    python benchmarks/corpus_tagging.py --limit 300

The corpus is IMDB's 100,000 reviews as lines of JSON. First 5,000 of them, with corrupted lines in
between, are answered by the pipeline and by a plain loop, text by text in one thread: answers must
be the same, scores within 1e-5, and as many lines refused as were corrupted. Then all reviews are
answered, each row in a process of its own, with Beam's start and the loading of models in the time;
the rows' answers are compared, too. The memory is that of the largest process. Prints the table and
writes `corpus_tagging.csv`; run it on a machine that does nothing else.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import zoo
from tables import write_rows

HERE = Path(__file__).resolve().parent
CHECKED = 5000  # reviews that are compared with the plain loop
CORRUPTED = [
    b"{",
    b'{"id": "none"}',
    b'{"id": "none", "text": null}',
    b'{"id": "\xff", "text": ""}',
]
EVERY = 50  # reviews stand between two corrupted lines
NEAR = 1e-5


def read_reviews(data_dir, limit):
    """Return the reviews by their ids, the first `limit` of them."""
    from zoo.data import load_imdb

    reviews = {
        f"{split}-{number}": review.text
        for split, texts in load_imdb(data_dir).items()
        for number, review in enumerate(texts)
    }
    return dict(list(reviews.items())[:limit])


def write_corpus(path, reviews, every=None):
    """Write reviews as lines of JSON; return how many corrupted ones stand before every so many."""
    corrupted = 0
    with open(path, "wb") as file:
        for number, (id, text) in enumerate(reviews.items()):
            if every and number % every == 0:
                file.write(CORRUPTED[corrupted % len(CORRUPTED)] + b"\n")
                corrupted += 1
            file.write(json.dumps({"id": id, "text": text}).encode() + b"\n")
    return corrupted


def read_answers(folder):
    """Return the answers of a run by id, each of them a list of dicts."""
    lines = (line for path in folder.glob("answers/*") for line in open(path, encoding="utf-8"))
    answers = {}
    for record in map(json.loads, lines):
        id = record.pop("id")
        if id in answers:
            sys.exit(f"{folder}: {id} was answered twice.")
        answers[id] = record.get("entities", [record])
    return answers


def check_same(name, found, expected):
    """End the program unless two dicts of answers are the same."""
    wrong = [id for id in expected if not same(found.get(id), expected[id])]
    if wrong or found.keys() != expected.keys():
        sys.exit(
            f"{name}: {len(wrong)} of {len(expected)} answers differ, such as that to {wrong[:1]}"
        )
    print(f"{name}: {len(expected):,} answers are the same")


def same(found, expected):
    if found is None or len(found) != len(expected):
        return False
    pairs = zip(found, expected, strict=True)
    return all(
        {**a, "score": b["score"]} == b and abs(a["score"] - b["score"]) < NEAR for a, b in pairs
    )


def plain_loop(model, reviews):
    """Return the answers of a plain loop, and how long it took with the loading of the model."""
    start = time.perf_counter()
    predictor = zoo.load(model)
    predictor.threads = 1
    answers = {id: predictor(text) for id, text in reviews.items()}
    seconds = time.perf_counter() - start
    as_lists = {id: each if isinstance(each, list) else [each] for id, each in answers.items()}
    return {id: [vars(each) for each in answer] for id, answer in as_lists.items()}, seconds


def measure(options):
    """Answer a corpus in this process and its workers; see the module."""
    from zoo.pipeline import tag_corpus

    beam_args = ["--direct_num_workers", str(options["workers"])]
    if options["workers"] > 1:
        beam_args += ["--direct_running_mode", "multi_processing"]
    start = time.perf_counter()
    totals = tag_corpus(
        options["model"], [options["corpus"]], options["output"], id="id", beam_args=beam_args
    )
    seconds = time.perf_counter() - start
    # What the system tells of this very process would include the one that started it.
    own = [int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")]
    kilobytes = max(*own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return {**totals._asdict(), "seconds": seconds, "megabytes": round(kilobytes / 1024)}


def in_child(**options):
    """Run `measure` in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--measure", json.dumps(options)]
    child = subprocess.run(command, capture_output=True, text=True)
    if child.returncode:
        sys.exit(child.stderr)
    return json.loads(child.stdout.splitlines()[-1])


def row(name, reviews, figures):
    words = sum(len(text.split()) for text in reviews.values())
    seconds = figures["seconds"]
    return {
        "answered by": name,
        "reviews": len(reviews),
        "words": words,
        "seconds": round(seconds, 1),
        "reviews a second": round(len(reviews) / seconds, 1),
        "words a second": round(words / seconds),
        "megabytes": figures["megabytes"],
    }


def compare_with_plain_loop(model, reviews, folder, workers):
    """Check the pipeline on reviews and corrupted lines; return the plain loop's row."""
    corpus, output = folder / "checked.jsonl", folder / "checked"
    corrupted = write_corpus(corpus, reviews, EVERY)
    totals = in_child(model=model, corpus=str(corpus), output=str(output), workers=workers)
    if (totals["documents"], totals["refused"]) != (len(reviews), corrupted):
        sys.exit(f"{len(reviews)} reviews and {corrupted} corrupted lines gave {totals}")
    expected, seconds = plain_loop(model, reviews)
    check_same(f"plain loop, {corrupted} lines refused", read_answers(output), expected)
    # Its memory is not that of a loop: this process holds all reviews.
    return row("plain loop", reviews, {"seconds": seconds, "megabytes": ""})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="bilstm-ner")
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--limit", type=int, help="take that many reviews")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--folder", type=Path, default=Path("runs/corpus-tagging"))
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(json.loads(options.measure))))
        return
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    reviews = read_reviews(options.data_dir, options.limit)
    step = max(1, len(reviews) // CHECKED)
    checked = dict(list(reviews.items())[::step][:CHECKED])
    rows = [compare_with_plain_loop(options.model, checked, options.folder, max(options.workers))]
    corpus = options.folder / "reviews.jsonl"
    write_corpus(corpus, reviews)
    first = None
    for workers in options.workers:
        output = options.folder / f"workers-{workers}"
        figures = in_child(
            model=options.model, corpus=str(corpus), output=str(output), workers=workers
        )
        rows.append(row(f"Beam, workers: {workers}", reviews, figures))
        answers = read_answers(output)
        first = first or answers
        check_same(f"workers: {workers}", answers, first)
    write_rows(rows, options.output)
    for each in rows:
        print("  ".join(f"{name} {value}" for name, value in each.items()))


if __name__ == "__main__":
    main()
