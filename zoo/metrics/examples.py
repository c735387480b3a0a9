"""The metric of a task: one number for a loaded model on a file of examples."""

from collections.abc import Iterable, Sequence
from itertools import chain
from os import PathLike
from typing import Any, TypeVar

from zoo.data import EntityReader, Sentence, TagReader
from zoo.metrics.tags import tag_scores
from zoo.tasks import task_named

Example = TypeVar("Example")


class TaskMetric:
    """The metric of a task on examples: a function from a predictor to a number from 0 to 1.

    Args:
        task: name of a `zoo.tasks.Task`, which defines the metric.
        examples: pairs of words and tags, of tokens and labels, or of a text and its label; at
            least one.

    Raises:
        ValueError: an unknown task, or no example.

    Example:

    >>> class Tagger:
    ...     def predict_words(self, sentences):
    ...         return [["B-PER"] + ["O"] * (len(words) - 1) for words in sentences]
    >>> metric = TaskMetric("entity-tagging", [(["Ada", "met", "Bo"], ["B-PER", "O", "B-PER"])])
    >>> metric.name, round(metric(Tagger()), 3)
    ('entity F1', 0.667)
    """

    def __init__(self, task: str, examples: Iterable[Sequence[Any]]) -> None:
        found = task_named(task)
        self.name, self._measure = found.metric_name, found.metric
        self.examples = [tuple(each[:2]) for each in examples]
        if not self.examples:
            raise ValueError("`examples` must hold at least one, got none.")

    def __call__(self, predictor: Any) -> float:
        """Return the metric of a predictor, as `zoo.load` returns it."""
        return float(self._measure(predictor, *zip(*self.examples, strict=True)))


def read_task_metric(
    task: str, path: str | PathLike[str], limit: int | None = None, **options: Any
) -> TaskMetric:
    """Return the `TaskMetric` on the examples of a file.

    Args:
        task: name of the task.
        path: for a tagger a file with a token and its tag per line and an empty line between
            sentences, see `zoo.data.read_conll`; for a classifier a CSV file with the columns
            `text` and `label`, or a folder with one subfolder of text files per label.
        limit: number of examples to use, evenly spread over all; None for all.
        **options: options of the reader: of `zoo.data.EntityReader`, `TagReader` or `TextReader`.

    Raises:
        CorpusError: the file cannot be read; the message has the path and the line.
        OptionError: the reader does not have an option.
    """
    return TaskMetric(task, spread(task_named(task).read_examples(path, **options), limit))


def read_spans(path: str | PathLike[str], **options: Any) -> list[Sentence]:
    """Return words and BIO tags of a file, read by `zoo.data.EntityReader` with options."""
    return EntityReader.of(options).read(path)[0]


def read_tags(path: str | PathLike[str], **options: Any) -> list[Sentence]:
    """Return tokens and labels of a file, read by `zoo.data.TagReader` with options."""
    return TagReader.of(options).read(path)[0]


def spread(examples: Sequence[Example], limit: int | None) -> Sequence[Example]:
    """Return `limit` examples, evenly spread over all; all if there are fewer, or for None.

    Example:

    >>> spread(list("abcdefgh"), 3)
    ['a', 'c', 'f']
    """
    if limit is None or len(examples) <= limit:
        return examples
    return [examples[i * len(examples) // limit] for i in range(limit)]


def entity_f1(
    tagger: Any, sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]
) -> float:
    """Return the F1 of the predicted spans of tagged sentences."""
    found = tagger.predict_words([list(words) for words in sentences])
    return tag_scores(tags, found).micro.f1


def word_accuracy(
    tagger: Any, sentences: Sequence[Sequence[str]], tags: Sequence[Sequence[str]]
) -> float:
    """Return the fraction of words with the correct tag."""
    found = tagger.predict_words([list(words) for words in sentences])
    pairs = zip(chain.from_iterable(found), chain.from_iterable(tags), strict=True)
    return _fraction_equal(pairs)


def token_accuracy_of_texts(
    tagger: Any, sentences: Sequence[Sequence[str]], labels: Sequence[Sequence[str]]
) -> float:
    """Return the fraction of tokens with the correct label; the tokens are joined to a text."""
    found = [[token.label for token in tagger("".join(tokens))] for tokens in sentences]
    correct = sum(f == g for fs, gs in zip(found, labels, strict=True) for f, g in zip(fs, gs))  # noqa: B905
    return correct / sum(map(len, labels))


def label_accuracy(classify: Any, texts: Sequence[str], labels: Sequence[str]) -> float:
    """Return the fraction of texts with the correct label."""
    return _fraction_equal(zip([classify(text).label for text in texts], labels, strict=True))


def _fraction_equal(pairs: Iterable[tuple[str, str]]) -> float:
    equal = [one == other for one, other in pairs]
    return sum(equal) / len(equal)
