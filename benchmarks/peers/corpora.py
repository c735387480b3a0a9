"""The raw texts that all peers get, and the score of their answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from zoo.data import load_conll2003, load_imdb
from zoo.text.tags import tags_to_spans


@dataclass
class Task:
    """What the peers are asked.

    Args:
        cold: text of the first answer of a process.
        scored: texts whose answers are scored.
        gold: their right answers.
        timed: for each round, texts that no peer has read before.
        score: function from answers and right answers to a number.
    """

    cold: str
    scored: list[str]
    gold: list[Any]
    timed: list[list[str]]
    score: Any


def words_of(texts):
    """Return the number of words of texts, as white space separates them."""
    return sum(len(text.split()) for text in texts)


def entities(data_dir, rounds, limit=None):
    """Return the task of finding names: the sentences of CoNLL-2003, words joined by spaces.

    The test split is scored. The sentences of train and dev, each once, are divided among rounds.
    """
    corpus = load_conll2003(data_dir)
    test = corpus["test"][:limit]
    others = {" ".join(each.words) for each in corpus["train"] + corpus["dev"]}
    return Task(
        "George Washington went to Washington.",
        [" ".join(each.words) for each in test],
        [spans_of(each.words, each.tags) for each in test],
        divided(sorted(others), rounds, limit),
        f1,
    )


def sentiment(data_dir, rounds, limit=None):
    """Return the task of classifying the test reviews of IMDB: 1,000 scored, 400 a round."""
    scored, timed = (limit, limit) if limit else (1000, 400)
    reviews = load_imdb(data_dir)["test"]
    order = np.random.default_rng(0).permutation(len(reviews))
    chosen = [reviews[index] for index in order[: scored + rounds * timed]]
    names = ("negative", "positive")
    return Task(
        "The acting is dull and the plot is boring.",
        [each.text for each in chosen[:scored]],
        [each.label if isinstance(each.label, str) else names[each.label] for each in chosen][
            :scored
        ],
        divided([each.text for each in chosen[scored:]], rounds),
        accuracy,
    )


def divided(texts, rounds, limit=None):
    """Return lists of texts, a list for each round, in an order that is always the same."""
    order = np.random.default_rng(0).permutation(len(texts))
    shares = [order[start::rounds] for start in range(rounds)]
    return [[texts[index] for index in share[:limit]] for share in shares]


def spans_of(words, tags):
    """Return the spans `[start, end, label]` of words that are joined by spaces.

    >>> spans_of(["Ada", "met", "Bo"], ["B-PER", "O", "B-PER"])
    [[0, 3, 'PER'], [8, 10, 'PER']]
    """
    starts = np.cumsum([0, *(len(word) + 1 for word in words)]).tolist()
    return [[starts[s.start], starts[s.end] - 1, s.label] for s in tags_to_spans(tags)]


def f1(found, gold):
    """Return F1 of spans in percent: a span is right if its ends and its label are.

    >>> f1([[[0, 3, "PER"], [4, 5, "LOC"]]], [[[0, 3, "PER"]]])
    66.66666666666667
    """
    pairs = [({*map(tuple, a)}, {*map(tuple, b)}) for a, b in zip(found, gold, strict=True)]
    right = sum(len(a & b) for a, b in pairs)
    return 200 * right / max(1, sum(len(a) + len(b) for a, b in pairs))


def accuracy(found, gold):
    """Return the share of equal answers in percent.

    >>> accuracy(["positive", "negative"], ["positive", "positive"])
    50.0
    """
    return 100 * sum(a == b for a, b in zip(found, gold, strict=True)) / len(gold)
