"""The splits of a corpus in a user's own files: train, dev and test."""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from os import PathLike
from typing import Any, NamedTuple

from zoo.data.readers.conll import Sentence
from zoo.data.readers.faults import Faults
from zoo.data.readers.texts import LabelledText, TextReader
from zoo.data.report.file_report import some
from zoo.errors import CorpusError

FEWEST = 2  # documents or examples to hold one out


class Files(NamedTuple):
    """The files of a corpus.

    Args:
        train: file or folder to train on.
        dev: file or folder to choose the best epoch on; None to hold out a part of train.
        test: file or folder for the report; None for none.
    """

    train: str | PathLike[str]
    dev: str | PathLike[str] | None = None
    test: str | PathLike[str] | None = None


def read_splits(
    reader: Any,
    files: Files,
    *,
    fraction: float = 0.1,
    seed: int = 0,
    say: Callable[[Any], Any] = print,
) -> dict[str, list[Any]]:
    """Read the files of a corpus, report on each, and hold out dev where none is given.

    Args:
        reader: a `TextReader`, `TagReader` or `EntityReader`.
        files: the files.
        fraction: fraction of train that is held out as dev, between 0 and 1.
        seed: seed of the random choice.
        say: function that is called with each `FileReport` and with lines of text.

    Returns:
        Dict with the keys `"train"` and `"dev"` and, where available, `"test"` and
        `"unsupervised"`.

    Raises:
        CorpusError: with all faulty places: a file cannot be read or trained on, or train is too
            small to hold out dev.
    """
    corpus: dict[str, list[Any]] = {}
    faults = Faults()
    for name, path in files._asdict().items():
        if path is not None:
            with faults:
                corpus[name], report = reader.read(path)
                report.split = name
                say(report)
    faults.check()
    if isinstance(reader, TextReader):
        _take_unlabelled(corpus)
    reader.check(corpus["train"], files.train)
    if "dev" not in corpus:
        corpus["train"], corpus["dev"], how = split_off(corpus["train"], fraction, seed, files)
        say(f"dev: {len(corpus['dev']):,} of train {how}, chosen at random with seed {seed}")
    if isinstance(reader, TextReader):
        _check_labels(corpus, files)
    for line in duplicates(corpus):
        say(f"note: {line}")
    return corpus


def split_off(
    examples: Sequence[Any], fraction: float, seed: int, files: Files
) -> tuple[list[Any], list[Any], str]:
    """Hold out a part of train: whole documents where they are marked, or examples.

    Args:
        examples: list of `Sentence`s or `LabelledText`s.
        fraction: fraction that is held out, between 0 and 1.
        seed: seed of the random choice.
        files: the files, for errors.

    Returns:
        Triple of the remaining and the held-out examples, and how they were chosen, in words.

    Raises:
        CorpusError: there are too few examples.
    """
    if isinstance(examples[0], LabelledText):
        left, out = hold_out(examples, fraction, seed)
        if not out:
            reason = f"no label has enough texts to hold out a fraction of {fraction}; pass `dev`."
            raise CorpusError(files.train, None, reason)
        return left, out, "texts, stratified by label"
    documents = sorted({sentence.document for sentence in examples} - {0, None})
    groups = [sentence.document for sentence in examples] if len(documents) > 1 else None
    groups = groups or list(range(len(examples)))
    names = sorted({*groups})
    if len(names) < FEWEST:
        raise CorpusError(files.train, None, "one sentence is too few to hold out dev; pass `dev`.")
    import numpy as np  # here, so that a bad file is refused before it is loaded

    count = min(max(1, round(fraction * len(names))), len(names) - 1)
    chosen = {*np.random.default_rng(seed).permutation(np.array(names))[:count].tolist()}
    left = [each for each, group in zip(examples, groups, strict=True) if group not in chosen]
    out = [each for each, group in zip(examples, groups, strict=True) if group in chosen]
    return left, out, f"sentences, {count:,} documents" if len(documents) > 1 else "sentences"


def hold_out(
    texts: Sequence[LabelledText], fraction: float, seed: int = 0
) -> tuple[list[LabelledText], list[LabelledText]]:
    """Split texts in two at random, stratified by label.

    Args:
        texts: list of `LabelledText`.
        fraction: fraction of each label that is held out, between 0 and 1.
        seed: seed of the random choice.

    Returns:
        Pair of the remaining and the held-out texts, each in the order of `texts`.

    Raises:
        ValueError: `fraction` is not between 0 and 1.

    Example:

    >>> texts = [LabelledText(str(i), "ab"[i % 2]) for i in range(10)]
    >>> left, held_out = hold_out(texts, 0.2)
    >>> len(left), sorted(text.label for text in held_out)
    (8, ['a', 'b'])
    """
    if not 0 < fraction < 1:
        raise ValueError(f"`fraction` must be between 0 and 1, got {fraction}.")
    import numpy as np

    rng = np.random.default_rng(seed)
    labels = np.array([text.label for text in texts])
    chosen = np.zeros(len(texts), bool)
    for label in sorted(set(labels)):
        where = np.flatnonzero(labels == label)
        chosen[rng.permutation(where)[: round(fraction * len(where))]] = True
    left = [text for text, out in zip(texts, chosen, strict=True) if not out]
    return left, [text for text, out in zip(texts, chosen, strict=True) if out]


def duplicates(corpus: dict[str, list[Any]]) -> list[str]:
    """Return a line for each pair of splits that have examples in common.

    Example:

    >>> duplicates({"train": [Sentence(["a", "b"], ["O", "O"])], "test": [Sentence(["c"], ["O"])]})
    []
    """
    seen = {name: {_content(each) for each in split} for name, split in corpus.items()}
    lines = []
    for one, other in combinations(seen, 2):
        if count := sum(_content(each) in seen[one] for each in corpus[other]):
            share = count / len(corpus[other])
            lines.append(f"{count:,} examples of {other} ({share:.0%}) occur in {one}, too")
    return lines


def _content(example: Sentence | LabelledText) -> tuple[str, ...]:
    return (example.text,) if isinstance(example, LabelledText) else tuple(example.words)


def _take_unlabelled(corpus: dict[str, list[LabelledText]]) -> None:
    """Move the unlabelled texts of train to a split of their own, and drop those of others."""
    if unlabelled := [each for each in corpus["train"] if each.label is None]:
        corpus["unsupervised"] = unlabelled
    for name in corpus.keys() - {"unsupervised"}:
        corpus[name] = [each for each in corpus[name] if each.label is not None]


def _check_labels(corpus: dict[str, list[LabelledText]], files: Files) -> None:
    known = {each.label for each in corpus["train"]}
    faults = Faults()
    for name, path in (("dev", files.dev), ("test", files.test)):
        with faults:
            if name in corpus and not corpus[name]:
                raise CorpusError(path, None, "no text has a label.")
            check_known(corpus.get(name, ()), known, path)
    faults.check()


def check_known(
    texts: Iterable[LabelledText], known: Iterable[str | None], path: str | PathLike[str] | None
) -> None:
    """Raise an error if texts have a label that train does not have.

    Args:
        texts: iterable of `LabelledText`s.
        known: labels of train.
        path: file of the texts, for the error.

    Raises:
        CorpusError: there is such a label.
    """
    if new := {each.label for each in texts}.difference(known):
        shown, others = (some(sorted(map(repr, each))) for each in (new, known))
        reason = f"the labels {shown} are absent from train, which has {others}."
        raise CorpusError(path, None, reason)
