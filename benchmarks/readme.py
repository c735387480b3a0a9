"""Write the tables of the README and of the site's pages, from CSV files and model cards.

Each table stands between `<!-- table:NAME -->` and `<!-- /table:NAME -->`.

    python benchmarks/readme.py
"""

import contextlib
import csv
import io
import re
import sys
from functools import partial
from pathlib import Path
from statistics import geometric_mean, mean

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import speed_tables  # noqa: E402
import zoo  # noqa: E402
from zoo.cli import main as zoo_command  # noqa: E402
from zoo.metrics.entities import AS_TRAINED  # noqa: E402

ROOT = HERE.parent
SITE = ROOT / "docs" / "pages"
DEVICES = ROOT / "zoo" / "export" / "device" / "files"
PAGES = [
    *(ROOT / "README.md", ROOT / "CONTRIBUTING.md"),
    *sorted(SITE.rglob("*.md")),
    *sorted(DEVICES.glob("*/README.md")),
]


def cost():
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        zoo_command(["cost", "--article"])
    return output.getvalue()


def bracket_tagging():
    return (HERE / "bracket_tagging.md").read_text(encoding="utf-8")


# The metric that a model is known by, and its name in the table of all models.
SCORES = {"accuracy": "accuracy", "entity F1": "F1"}


def diagnostics():
    from zoo.training.diagnostics.report import table

    with open(HERE / "diagnostics.csv", newline="") as file:
        return table([*csv.DictReader(file)])


def models():
    """Return a table of all bundled models, a row each."""
    lines = [["model", "task", "score on test", "TFLite file"], ["---", "---", "---:", "---:"]]
    for name in zoo.list_models():
        card = zoo.info(name)
        lines.append([f"`{name}`", card.task, _score(card), _size(card)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _score(card):
    return f"{SCORES[card.score.metric]} {100 * card.score.value:.2f}"


def _size(card):
    return f"{card.files['model.tflite'].bytes / 1e6:.2f} MB"


def catalogue():
    """Return a table of all bundled models with their data, a row each."""
    head = [
        "model",
        "task",
        "score on test",
        "parameters",
        "TFLite file",
        "folder",
        "licence",
        "data",
    ]
    lines = [head, ["---", "---", "---:", "---:", "---:", "---:", "---", "---"]]
    for name in zoo.list_models():
        card = zoo.info(name)
        lines.append(
            [
                f"[{name}](#{name})",
                card.task,
                _score(card),
                f"{card.parameters:,}",
                _size(card),
                f"{card.size_bytes / 1e6:.2f} MB",
                card.licence,
                re.split("[,:(]", card.data)[0].strip(),
            ]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cards():
    """Return a section for each bundled model, from its card."""
    return "\n\n".join(_section(zoo.info(name)) for name in zoo.list_models())


def _section(card):
    rows = {
        "task": card.task,
        "labels": ", ".join(card.labels),
        "parameters": f"{card.parameters:,}",
        "TFLite file": _size(card),
        "folder": f"{card.size_bytes / 1e6:.2f} MB",
        "licence": card.licence,
        "data": card.data,
        "recipe": f"`{card.recipe}`",
    }
    shown = [m for m in card.metrics if m.metric in {*SCORES, CALIBRATION[0], "words a second"}]
    facts = "".join(f"| {name} | {value} |\n" for name, value in rows.items())
    metrics = "".join(
        f"| {m.metric} | {m.value:,.0f} | {m.split} | {m.conditions} |\n"
        if m.value > 1
        else f"| {m.metric} | {m.value:.4f} | {m.split} | {m.conditions} |\n"
        for m in shown
    )
    limits = "".join(f"- {each}\n" for each in card.limitations)
    return (
        f"## {card.name}\n\n{card.summary}\n\n|  |  |\n| --- | --- |\n{facts}\n"
        "| metric | value | split | conditions |\n| --- | ---: | --- | --- |\n"
        f"{metrics}\nLimitations:\n\n{limits}"
    ).strip()


def sentiment():
    """Return what the cards of the sentiment models claim, a column a model."""
    names = ["bilstm-sentiment", "bilstm-sentiment-tiny"]
    cards = [zoo.info(name) for name in names]
    claims = [{(m.metric, m.split): m.value for m in card.metrics} for card in cards]
    rows = {f"accuracy, {split}": ("accuracy", split) for split in ("dev", "test")}
    rows["accuracy of the linear model, test"] = ("accuracy of a linear model", "test")
    scores = {name: [f"{100 * claim[key]:.2f}" for claim in claims] for name, key in rows.items()}
    scores["expected calibration error, test"] = [f"{c[CALIBRATION]:.3f}" for c in claims]
    return as_columns(names, cards, scores)


def as_columns(names, cards, scores):
    """Return a Markdown table, a column a model, with the sizes of its files at the end."""
    sizes = [card.files["model.tflite"].bytes for card in cards]
    scores["TFLite file, megabytes"] = [f"{size / 1e6:.2f}" for size in sizes]
    scores["whole folder, megabytes"] = [f"{card.size_bytes / 1e6:.2f}" for card in cards]
    lines = [["", *names], ["---", *["---:"] * len(names)]]
    lines += [[name, *values] for name, values in scores.items()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def android():
    return from_csv("device_apps.csv", 1)


def ios():
    """Return the table of apps without the column of the Java."""
    return from_csv("device_apps.csv", 1, without="text to ids, ms")


def from_csv(name, left=0, without=None):
    """Return a CSV file as a Markdown table whose columns but the first `left` are numbers."""
    with open(HERE / name, newline="") as file:
        table = csv.DictReader(file)
        head = [column for column in table.fieldnames or [] if column != without]
        rows = [[row[column] for column in head] for row in table]
    rules = ["---"] * left + ["---:"] * (len(head) - left)
    lines = [[name.replace("_", " ") for name in head], rules, *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def ner():
    """Return what the cards of the entity taggers claim, a column a model."""
    names = ["bilstm-ner", "bilstm-ner-tiny"]
    cards = [zoo.info(name) for name in names]
    claims = [{(m.metric, m.split, m.conditions): m.value for m in card.metrics} for card in cards]
    rows = {f"F1, {split}, {casing}": ("entity F1", split, casing) for split, casing in SPLITS}
    scores = {name: [f"{100 * claim[key]:.2f}" for claim in claims] for name, key in rows.items()}
    means = [claim.get(("mean entity F1", "test", FIVE_SEEDS)) for claim in claims]
    scores["mean F1 of five seeds, test, word vectors in 32 bits"] = [
        f"{100 * mean:.2f}" if mean else "-" for mean in means
    ]
    errors = [
        next(m.value for m in card.metrics if (m.metric, m.split) == CALIBRATION) for card in cards
    ]
    scores["expected calibration error, test"] = [f"{error:.3f}" for error in errors]
    return as_columns(names, cards, scores)


def keras_suite():
    """Return how many of Keras' own tests pass, a row for what of the zoo stands in them."""
    rows = _keras_rows()
    backends = list(rows[0])[2:-1]
    lines = [["in place of Keras' layers", *backends], ["---", *["---:"] * len(backends)]]
    for ours in dict.fromkeys(row["ours"] for row in rows):
        found = [[row[backend] for row in rows if row["ours"] == ours] for backend in backends]
        lines.append([ours, *(f"{f.count('pass')} of {_public(f)}" for f in found)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _public(statuses):
    return len(statuses) - statuses.count("not public")


def keras_suite_rest():
    """Return the tests of Keras that do not pass, a row each."""
    rows = [row for row in _keras_rows() if row["reason"]]
    lines = [list(rows[0]), ["---"] * len(rows[0])]
    lines += [[f"`{row['test']}`", *list(row.values())[1:]] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _keras_rows():
    with open(HERE / "keras_suite.csv", newline="") as file:
        return list(csv.DictReader(file))


def step_time_against():
    """Return how the step times of two commits compare, a row for each pass."""
    with open(HERE / "step_time_against.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    head = [
        "pass",
        "before",
        "after",
        "steps",
        "ratio of minima",
        "of medians",
        "lowest",
        "highest",
    ]
    lines = [head, ["---"] * 3 + ["---:"] * 5]
    for name in ("forward", "training"):
        of_pass = [row for row in rows if row["pass"] == name]
        minima, medians = (
            [float(row[f"{each}_ratio"]) for row in of_pass] for each in ("minimum", "median")
        )
        ratios = geometric_mean(minima), geometric_mean(medians), min(minima), max(minima)
        commits = of_pass[0]["before"], of_pass[0]["after"]
        numbers = [f"{ratio:.3f}" for ratio in ratios]
        lines.append([name, *commits, str(len(of_pass)), *numbers])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def learning_curve():
    """Return the mean test F1 over seeds by corpus, number of sentences and variant."""
    with open(HERE / "learning_curve.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    variants = [*dict.fromkeys(row["variant"] for row in rows)]
    found = {}
    for row in rows:
        place = found.setdefault((row["corpus"], int(row["sentences"])), {})
        place.setdefault(row["variant"], []).append(float(row["test F1"]))
    lines = [["corpus", "sentences", "seeds", *variants], ["---", *["---:"] * (2 + len(variants))]]
    for (corpus, sentences), scores in sorted(found.items()):
        means = [f"{mean(scores[name]):.1f}" if name in scores else "" for name in variants]
        seeds = " or ".join(sorted({str(len(values)) for values in scores.values()}))
        lines.append([corpus, f"{sentences:,}", seeds, *means])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def sentiment_robustness():
    """Return how often models are right on short texts, negations and reviews, a column a model."""
    with open(HERE / "sentiment_robustness.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = {}
    for row in rows:
        texts, number = row["texts"], int(row["number"])
        scores.setdefault((texts, number), {})[row["model"]] = row["right"]
        if both := row["both of a pair"]:
            of_pairs = f"{texts}, both of a pair", number // 2
            scores.setdefault(of_pairs, {})[row["model"]] = both
    models = dict.fromkeys(row["model"] for row in rows)
    lines = [["texts", "number", *models], ["---", "---:", *["---:"] * len(models)]]
    for (texts, number), found in scores.items():
        lines.append([texts, f"{number:,}", *(found.get(model, "") for model in models)])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


SPLITS = [("dev", "as written"), *(("test", each) for each in ("as written", "lower", "upper"))]
FIVE_SEEDS = f"as written, 5 seeds, {AS_TRAINED}"
CALIBRATION = "expected calibration error", "test"
# Tables that are a CSV file as it is, and how many columns at their left are words.
CSV_FILES = {
    "adopt": 1,
    "convert": 1,
    "step_time": 0,
    "ner_ablations": 1,
    "ner_robustness": 2,
    "sentiment_films": 1,
    "sentiment_comparison": 5,
    "searches": 4,
    "export_speed": 1,
    "browser": 1,
    "corpus_tagging": 1,
    "export_table": 3,
    "device_files": 2,
    "recurrent_time": 1,
    "callback_overhead": 0,
    "suite_whole": 1,
    "suite_causes": 1,
    "suite_files": 1,
    "suite_coverage": 1,
    "mutants": 3,
    "seqeval_parity": 3,
    "odd_texts": 1,
    "fuzz_tflite": 1,
    "hostile_folders": 1,
}
TABLES = {
    each.__name__: each
    for each in (
        *(android, ios, cost, bracket_tagging, models, catalogue, cards, ner, sentiment),
        *speed_tables.TABLES,
        *(keras_suite, keras_suite_rest, step_time_against, sentiment_robustness, learning_curve),
        diagnostics,
    )
}
TABLES |= {name: partial(from_csv, f"{name}.csv", left) for name, left in CSV_FILES.items()}


def filled(text):
    """Return the text of a page with its tables made anew."""

    def table(match):
        return f"{match[1]}\n{TABLES[match[2]]().strip()}\n{match[4]}"

    pattern = r"(<!-- table:(\w+) -->)\n(.*?)(<!-- /table:\2 -->)"
    return re.sub(pattern, table, text, flags=re.DOTALL)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
