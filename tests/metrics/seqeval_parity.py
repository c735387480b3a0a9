"""Span scores beside those of seqeval 1.2.2, on tags drawn at random.

    python tests/metrics/seqeval_parity.py   # with seqeval installed

writes `tests/metrics/seqeval.json`, seqeval's answers for the first corpora of each row, so that a
test can compare without seqeval; and `benchmarks/seqeval_parity.csv`, how many of 10,000 pairs of
sequences of each row agree. The tags are not stored: their seed is.
"""

import csv
import json
import random
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from zoo.metrics import tag_counts, tag_scores
from zoo.text import first_illegal, spans_to_tags, strict_spans, tags_to_spans
from zoo.text.schemes import SCHEMES

HERE = Path(__file__).resolve().parent
RECORD = HERE / "seqeval.json"
TABLE = HERE.parent.parent / "benchmarks" / "seqeval_parity.csv"
LABELS = ("X", "Y-z")
SENTENCES, RECORDED, CORPORA = 10, 5, 1000  # of a corpus; corpora that are recorded and compared
DIGITS = 6  # of what is recorded

# seqeval's name of a scheme, and its letters for those that it does not know. It reads BILOU in
# strict mode only: in default mode L and U are letters that it does not know either.
TWINS = {"BIO": "IOB2", "BIOES": "IOBES", "IO": "IOB1", "BMEWO": "IOBES"}
LETTERS = {"BMEWO": str.maketrans("MW", "IS")}
DEFAULT_LETTERS = LETTERS | {"BILOU": str.maketrans("LU", "ES")}


class Row(NamedTuple):
    """What is compared: tags of a scheme, any or well-formed ones, in a mode."""

    scheme: str
    mode: str
    tags: str

    def __str__(self):
        return " ".join(self)


ROWS = [
    Row(scheme, mode, tags)
    for scheme in ("BIO", "IOB1", "IOE1", "IOE2", "BIOES", "BILOU", "BMEWO", "IO")
    for mode, tags in (("default", "any"), ("strict", "any"), ("strict", "well-formed"))
]


def corpora(row):
    """Yield corpora without end: pairs of gold and predicted tags, lists for each sentence."""
    rng = random.Random(str(row))
    letters = SCHEMES[row.scheme].letters
    if row.tags == "well-formed":
        letters = letters if row.scheme == "IO" else "BI"
    while True:
        gold = [_draw(rng, letters, rng.randrange(12)) for _ in range(SENTENCES)]
        predicted = [
            [tag if rng.random() < 0.8 else _draw(rng, letters, 1)[0] for tag in tags]
            for tags in gold
        ]
        if row.tags == "well-formed":
            gold, predicted = (
                [spans_to_tags(tags_to_spans(tags), len(tags), row.scheme) for tags in each]
                for each in (gold, predicted)
            )
        yield gold, predicted


def _draw(rng, letters, length):
    tags, label = [], LABELS[0]
    for _ in range(length):
        label = rng.choice(LABELS) if rng.random() < 0.3 else label
        prefix = rng.choice("O" + 2 * letters)
        tags.append("O" if prefix == "O" else f"{prefix}-{label}")
    return tags


def turned(sentences):
    """Return tags with the label first, as `PER-B`."""
    return [["-".join(reversed(tag.split("-", 1))) for tag in tags] for tags in sentences]


def answers_of_zoo(row, number, gold, predicted):
    """Return spans and scores of a corpus; every second one is read with the labels first."""
    suffix = bool(number % 2)
    strict = row.scheme if row.mode == "strict" else None
    if suffix:
        gold, predicted = turned(gold), turned(predicted)
    read = [
        strict_spans(tags, strict, suffix) if strict else tags_to_spans(tags, suffix)
        for tags in (*gold, *predicted)
    ]
    counts = tag_counts(gold, predicted)
    return {
        "spans": [" ".join(f"{s.label}:{s.start}:{s.end}" for s in spans) for spans in read],
        "scores": _listed(tag_scores(gold, predicted, strict, suffix).to_dict()),
        "tokens": [*counts, counts.accuracy],
    }


def answers_of_seqeval(row, number, gold, predicted):
    """Return what `answers_of_zoo` does, from seqeval."""
    from seqeval import metrics, scheme
    from seqeval.metrics.sequence_labeling import get_entities

    suffix, strict = bool(number % 2), row.mode == "strict"
    twin = getattr(scheme, TWINS.get(row.scheme, row.scheme))
    letters = (LETTERS if strict else DEFAULT_LETTERS).get(row.scheme, {})
    gold, predicted = (
        [[tag[:1].translate(letters) + tag[1:] for tag in tags] for tags in each]
        for each in (gold, predicted)
    )
    if suffix:
        gold, predicted = turned(gold), turned(predicted)
    options = {"mode": "strict", "scheme": twin} if strict else {}
    report = metrics.classification_report(
        gold, predicted, output_dict=True, suffix=suffix, zero_division=0, **options
    )

    def spans(tags):
        if strict:
            return [(e.tag, e.start, e.end) for e in scheme.Tokens(tags, twin, suffix).entities]
        return [(label, start, end + 1) for label, start, end in get_entities(tags, suffix)]

    return {
        "spans": [
            " ".join(f"{label}:{start}:{end}" for label, start, end in spans(tags))
            for tags in (*gold, *predicted)
        ],
        "scores": _listed(report),
        "tokens": [
            *metrics.performance_measure(gold, predicted).values(),
            metrics.accuracy_score(gold, predicted),
        ],
    }


def _listed(report):
    keys = ("precision", "recall", "f1-score", "support")
    return {name: [float(row[key]) for key in keys] for name, row in report.items()}


def is_known_difference(row, tags):
    """Return whether seqeval does not read tags as the spans of the definition of their scheme.

    In strict mode of IOB1 and IOE1 it keeps parts of spans with an illegal tag. It also misses a
    span of IOE1 that is a single E.
    """
    if row.mode == "default" or row.scheme not in ("IOB1", "IOE1"):
        return False
    if first_illegal([tags], row.scheme):
        return True
    return any(tags[s.start].startswith("E") for s in tags_to_spans(tags) if s.end - s.start == 1)


def largest_difference(one, other):
    """Return by how much two answers differ in precision, recall or F1; 1 if in their labels."""
    if one.keys() != other.keys():
        return 1.0
    scores = [(one[name][:3], other[name][:3]) for name in one]
    return max(abs(a - b) for pair in scores for a, b in zip(*pair, strict=True))


def compare(row):
    """Return a line of the table: how many of a row's sequences and corpora agree."""
    equal = known = equal_corpora = 0
    largest = 0.0
    for number, corpus in enumerate(islice(corpora(row), CORPORA)):
        ours = answers_of_zoo(row, number, *corpus)
        theirs = answers_of_seqeval(row, number, *corpus)
        sentences = [*corpus[0], *corpus[1]]
        for tags, one, other in zip(sentences, ours["spans"], theirs["spans"], strict=True):
            assert one == other or is_known_difference(row, tags), (row, tags, one, other)
            equal, known = equal + (one == other), known + is_known_difference(row, tags)
        assert ours["tokens"] == theirs["tokens"], (row, corpus)
        difference = largest_difference(ours["scores"], theirs["scores"])
        equal_corpora, largest = equal_corpora + (difference < 1e-9), max(largest, difference)
    return row._asdict() | {
        "sequences": 2 * CORPORA * SENTENCES,
        "the same spans": equal,
        "known differences": known,
        "corpora": CORPORA,
        "the same scores": equal_corpora,
        "largest difference": f"{largest:.1e}",
    }


def _rounded(answers):
    scores = {name: [round(x, DIGITS) for x in row] for name, row in answers["scores"].items()}
    return answers | {"scores": scores, "tokens": [round(x, DIGITS) for x in answers["tokens"]]}


def main():
    record = {
        str(row): [
            _rounded(answers_of_seqeval(row, number, *corpus))
            for number, corpus in enumerate(islice(corpora(row), RECORDED))
        ]
        for row in ROWS
    }
    lines = (f"{json.dumps(name)}: {json.dumps(answers)}" for name, answers in record.items())
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    rows = [compare(row) for row in ROWS]
    with open(TABLE, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
