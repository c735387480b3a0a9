"""How fast names are found in raw text: in bulk and in one sentence, beside spaCy's small model.

    python benchmarks/tagging_throughput.py
    python benchmarks/tagging_throughput.py --spacy-python OTHER/bin/python

The texts are the sentences of CoNLL-2003's dev split, their words joined by spaces, or the lines of
`--text`. Every row is measured in processes of its own, all rows in turn, `--rounds` times; what is
shown are medians. "first pass" is with no word seen before. spaCy reads with its NER alone and is
run by a Python that has it: 3.x and the model `--spacy-model`; without one the row is left out.
A row of ours counts only if it gives the tags of the whole model, sentence by sentence, on dev.
Prints the table and writes `tagging_throughput.csv`; run it on a machine that does nothing else.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import write_rows

HERE = Path(__file__).resolve().parent
STATUS = Path("/proc/self/status")
ONE_SENTENCES = 1000  # texts answered one by one
COLD = "George Washington went to Washington."


def open_zoo(options):
    """Return a function that answers a list of texts, and one that answers one text."""
    import zoo

    tagger = zoo.load(options["model"])
    if options["whole"]:
        tagger = tagger.sequential()
    else:
        tagger.threads = options["threads"]
    return tagger, tagger


def open_spacy(options):
    """Return the same of spaCy; two threads are two processes there, as its users do it."""
    import spacy

    nlp = spacy.load(options["spacy_model"])
    # The tok2vec of the small model is shared by tagger and parser; NER has its own.
    nlp.select_pipes(enable=["ner"])
    return lambda texts: list(nlp.pipe(texts, n_process=options["threads"])), nlp


def seconds_of(call, *arguments):
    start = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - start


def measure(options):
    """Measure one row in this process; see the module."""
    many, one = {"zoo": open_zoo, "spacy": open_spacy}[options["system"]](options)
    one(COLD)
    if options["cold"]:
        return {}
    texts = json.loads(Path(options["texts"]).read_text(encoding="utf-8"))
    words = sum(len(text.split()) for text in texts)
    passes = [seconds_of(many, texts)]
    process = time.process_time()
    passes += [seconds_of(many, texts) for _ in range(2)]
    cpu = (time.process_time() - process) / 2
    step = max(1, len(texts) // ONE_SENTENCES)
    each = sorted(1e3 * seconds_of(one, text) for text in texts[::step])
    figures = {
        "words_a_second": words / statistics.median(passes[1:]),
        "first_pass": words / passes[0],
        **{f"p{p}_ms": each[min(len(each) - 1, len(each) * p // 100)] for p in (50, 90, 99)},
    }
    if options["system"] == "spacy" and options["threads"] > 1:
        return figures  # what its other processes take is not seen from here
    kilobytes = [line.split()[1] for line in STATUS.read_text().splitlines() if "VmHWM" in line]
    return {**figures, "cpu_us_a_word": 1e6 * cpu / words, "resident_mb": int(kilobytes[0]) / 1024}


def in_child(python, options):
    """Run `measure` in a process of its own; return what it found and how long the process took."""
    start = time.perf_counter()
    command = [python, str(Path(__file__).resolve()), "--measure", json.dumps(options)]
    child = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise RuntimeError((child.stderr.strip() or "no message").splitlines()[-1])
    return json.loads(child.stdout.splitlines()[-1]), seconds


def median_row(rounds):
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def run(systems, rounds):
    """Return for each system the medians of its figures; of one that fails, its message."""
    found = {name: [] for name in systems}
    failed = {}
    for _ in range(rounds):
        for name, (python, options) in systems.items():
            if name in failed:
                continue
            try:
                _, cold = in_child(python, {**options, "cold": True})
                figures, _ = in_child(python, {**options, "cold": False})
            except (RuntimeError, OSError) as error:
                failed[name] = str(error)
            else:
                found[name].append({**figures, "cold_start_s": cold})
    return {name: median_row(each) for name, each in found.items() if name not in failed}, failed


def check_tags(model, sentences, threads):
    """Return F1 on dev of the tagger in parts, which must tag as the whole model does.

    Raises:
        SystemExit: it does not.
    """
    import zoo
    from zoo.metrics import tag_scores

    tagger = zoo.load(model)
    words = [each.words for each in sentences]
    whole = tagger.sequential().predict_words(words)
    for count in threads:
        tagger.threads = count
        if tagger.predict_words(words) != whole:
            sys.exit(f"{model}: with {count} threads the tags are not those of the whole model.")
    return tag_scores([each.tags for each in sentences], whole).micro.f1


def systems_of(options, texts):
    ours = {"system": "zoo", "model": options.model, "texts": str(texts), "whole": False}
    systems = {
        f"{options.model}, sentence by sentence": (
            sys.executable,
            {**ours, "whole": True, "threads": 1},
        )
    }
    for threads in options.threads:
        systems[f"{options.model}, {threads} threads"] = (
            sys.executable,
            {**ours, "threads": threads},
        )
        if options.spacy_python:
            spacy = {"system": "spacy", "spacy_model": options.spacy_model, "texts": str(texts)}
            systems[f"spaCy {options.spacy_model}, NER only, {threads} processes"] = (
                options.spacy_python,
                {**spacy, "threads": threads},
            )
    return systems


def table(found, f1):
    rows = []
    for name, figures in found.items():
        rounded = {
            key: round(value) if value > 1000 else float(f"{value:.3g}")
            for key, value in figures.items()
        }
        rows.append({"tagger": name, **rounded, "f1_dev": "" if "spaCy" in name else round(f1, 4)})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="bilstm-ner")
    parser.add_argument("--data-dir", type=Path, help="of TensorFlow Datasets")
    parser.add_argument("--text", type=Path, help="a text a line, in place of the dev sentences")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--spacy-python", help="a Python that has spaCy and its model")
    parser.add_argument("--spacy-model", default="en_core_web_sm")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".csv"))
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(json.loads(options.measure))))
        return
    from zoo.data import load_conll2003

    dev = load_conll2003(options.data_dir)["dev"]
    texts = [" ".join(each.words) for each in dev]
    if options.text:
        lines = options.text.read_text(encoding="utf-8").splitlines()
        texts = [line for line in lines if line.strip()]
    f1 = check_tags(options.model, dev, options.threads)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts.json")
        path.write_text(json.dumps(texts), encoding="utf-8")
        found, failed = run(systems_of(options, path), options.rounds)
    rows = table(found, f1)
    write_rows(rows, options.output)
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    for name, message in failed.items():
        print(f"{name}: left out: {message}")


if __name__ == "__main__":
    main()
