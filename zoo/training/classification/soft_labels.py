"""Soft labels of unlabelled texts: the mean of several networks and a linear model."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from zoo.data import LabelledText, words_of
from zoo.data.encoded import EncodedTexts
from zoo.errors import CorpusError
from zoo.metrics import accuracy, predict_logits
from zoo.training.classification.distillation import save_soft_labels
from zoo.training.classification.linear import fit_linear
from zoo.training.classification.warm_start import WarmStart


def network_logits(
    name: str, words: Mapping[str, list[list[str]]], labels: Sequence[str]
) -> dict[str, np.ndarray]:
    """Return the logits (N, 2) of a classifier, by the name of the split.

    Args:
        name: of a model of the zoo, or "path:DIR".
        words: lists of texts, lists of words, by the name of the split.
        labels: that the model has to have.

    Raises:
        CorpusError: it has other ones.
    """
    start = WarmStart.read(name)
    if [*start.labels] != [*labels]:
        reason = f"labels {', '.join(labels)} expected, got {', '.join(start.labels)}."
        raise CorpusError(name, None, reason)
    return {
        split: predict_logits(
            start.classifier, EncodedTexts.of(texts, [-1] * len(texts), start.vocabulary).texts
        )
        for split, texts in words.items()
    }


def label_softly(
    names: Sequence[str],
    corpus: Mapping[str, list[LabelledText]],
    labels: Sequence[str],
    path: Path,
) -> None:
    """Write soft labels for `--teacher`, and print the accuracy of each model on dev.

    Models of different kinds make different mistakes; the mean of their logits makes fewer.

    Args:
        names: of models of the zoo, or "path:DIR"; one that is given twice counts twice.
        corpus: "train", "dev" and "unsupervised" texts.
        labels: their labels.
        path: the file to write, which ends in `.npy`.

    Raises:
        CorpusError: a model has other labels.
    """
    words = {s: list(words_of(text.text for text in corpus[s])) for s in ("dev", "unsupervised")}
    gold = np.array([labels.index(text.label) for text in corpus["dev"]])
    linear = fit_linear(corpus)
    assert linear is not None  # there are two labels
    found = [("linear", {split: linear.logits(texts) for split, texts in words.items()})]
    found += [(name, network_logits(name, words, labels)) for name in names]
    found.append(("mean", {s: np.mean([each[s] for _, each in found], axis=0) for s in words}))
    for name, logits in found:
        print(f"{name}: {accuracy(logits['dev'], gold):.4f} on dev", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_soft_labels(path, [each["unsupervised"] for name, each in found if name != "mean"])
