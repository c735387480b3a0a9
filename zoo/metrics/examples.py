"""One number for how well a loaded model does on a file of examples, whatever its task."""

from itertools import chain

from zoo.data import read_conll
from zoo.metrics.spans import span_scores
from zoo.tasks import task_named
from zoo.text.tags import tags_to_spans


class TaskMetric:
    """Measures a predictor on examples: a function from a predictor to a number from 0 to 1.

    Args:
        task: name of a `zoo.tasks.Task`, which says what is measured.
        examples: pairs of words and tags, or of a token tagger's tokens and labels; or of a text
            and its label. At least one.

    Raises:
        ValueError: another task, or no example.

    Example:

    >>> class Tagger:
    ...     def predict_words(self, sentences):
    ...         return [["B-PER"] + ["O"] * (len(words) - 1) for words in sentences]
    >>> metric = TaskMetric("entity-tagging", [(["Ada", "met", "Bo"], ["B-PER", "O", "B-PER"])])
    >>> metric.name, round(metric(Tagger()), 3)
    ('entity F1', 0.667)
    """

    def __init__(self, task, examples):
        found = task_named(task)
        self.name, self._measure = found.metric_name, found.metric
        self.examples = [tuple(each[:2]) for each in examples]
        if not self.examples:
            raise ValueError("`examples` must hold at least one, got none.")

    def __call__(self, predictor):
        """Return the metric of a predictor, as `zoo.load` gives it."""
        return float(self._measure(predictor, *zip(*self.examples, strict=True)))


def read_task_metric(task, path, limit=None):
    """Return the `TaskMetric` on the examples of a file.

    Args:
        task: of the model.
        path: for a tagger a file with a token and its tag a line, blank lines in between, as
            `zoo.data.read_conll` reads it; for a classifier a CSV file with the columns `text` and
            `label`, or a folder with a folder of text files for each label.
        limit: take that many examples alone, evenly spread over all; None for all.

    Raises:
        CorpusError: with file and line, where it cannot be read.
        OSError: the file cannot be opened.
    """
    return TaskMetric(task, spread(task_named(task).read_examples(path), limit))


def read_spans(path):
    """Return pairs of words and BIO tags of a file in CoNLL format."""
    return read_conll(path, scheme="BIO")


def read_tags(path):
    """Return pairs of tokens and labels of a file in CoNLL format, as they stand there."""
    return read_conll(path, scheme=None)


def spread(examples, limit):
    """Return `limit` of the examples, evenly spread over all; all where they are fewer, or None.

    Example:

    >>> spread(list("abcdefgh"), 3)
    ['a', 'c', 'f']
    """
    if limit is None or len(examples) <= limit:
        return examples
    return [examples[i * len(examples) // limit] for i in range(limit)]


def entity_f1(tagger, sentences, tags):
    """Return the F1 of the spans of tagged sentences."""
    found = tagger.predict_words([list(words) for words in sentences])
    return span_scores(list(map(tags_to_spans, tags)), list(map(tags_to_spans, found))).micro.f1


def word_accuracy(tagger, sentences, tags):
    """Return which part of the words of sentences has its tag."""
    found = tagger.predict_words([list(words) for words in sentences])
    pairs = zip(chain.from_iterable(found), chain.from_iterable(tags), strict=True)
    right = [one == other for one, other in pairs]
    return sum(right) / len(right)


def token_accuracy_of_texts(tagger, sentences, labels):
    """Return which part of the tokens of texts, given joined, has its label."""
    found = [[token.label for token in tagger("".join(tokens))] for tokens in sentences]
    right = [f == g for fs, gs in zip(found, labels, strict=True) for f, g in zip(fs, gs)]  # noqa: B905
    return sum(right) / sum(map(len, labels))


def label_accuracy(classify, texts, labels):
    """Return which part of the texts has its label."""
    return sum(classify(t).label == g for t, g in zip(texts, labels, strict=True)) / len(texts)
