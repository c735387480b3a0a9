"""From the outputs of a SavedModel on raw texts to the answers of a predictor, and their check."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from zoo.runtime import Classification, Entity, TaggedToken
from zoo.runtime.predictor import Predictor
from zoo.text import tags_to_spans
from zoo.text.addresses import without_underscores
from zoo.text.tags import SchemeError

# Edge cases of tokenizers, sentences and vocabularies.
TEXTS = (
    "",
    " \n",
    "Mr. O'Neil doesn't owe the U.S.-led Bank of Rome $5. He said: 'Why?' No one knew.",
    "GEORGE WASHINGTON WENT TO İSTANBUL\n\nΟΔΟΣ 1996-08-22 … <br />A great film &amp; fun, 10/10!",
    "é\u0301 👩🏽\u200d🚀 🇫🇷 \0 (a[b]c) 中文。" * 30,
    "\ufeffA\u200bda\tBo\nﬁnds\u2060 Ａ．\r\n- @bo, b@c.org, www.d.com http://e.f R&amp;B\n2. Rome",
    "Bo Diddley met Ada Lovelace in Paris , " * 40,
)


def check_texts(
    folder: str | os.PathLike[str],
    predictor: Predictor[Any],
    texts: Sequence[str] = TEXTS,
    tolerance: float = 1e-4,
) -> list[str]:
    """Compare the answers of a SavedModel on raw texts with those of a predictor.

    Args:
        folder: the SavedModel.
        predictor: of the same model on another engine, the reference.
        texts: texts, answered as one batch.
        tolerance: largest allowed difference of a score.

    Returns:
        The problems, one sentence each; empty if there are none.
    """
    loaded: Any = tf.saved_model.load(str(folder))
    serve = loaded.signatures["serving_default"]
    if "text" not in serve.structured_input_signature[1]:
        return ["the SavedModel takes no texts"]
    found = {name: each.numpy() for name, each in serve(text=tf.constant(texts)).items()}
    problems = []
    try:
        answers = predictor.task.from_graph(found, texts)
    except (KeyError, SchemeError):  # the outputs of another task
        return [f"the SavedModel's answer to {texts[0]!r:.40} differs"]
    pairs = zip(texts, answers, predictor(list(texts)), strict=True)
    for text, got, expected in pairs:
        got, expected = (each if isinstance(each, list) else [each] for each in (got, expected))
        if [_without_score(each) for each in got] != [_without_score(each) for each in expected]:
            problems.append(f"the SavedModel's answer to {text!r:.40} differs")
        elif not all(
            abs(a.score - b.score) <= tolerance for a, b in zip(got, expected, strict=True)
        ):
            problems.append(f"the SavedModel's scores of {text!r:.40} differ")
    return problems


def labels(found: Mapping[str, np.ndarray], texts: Sequence[str]) -> list[Classification]:
    """Return the answers of a classifier.

    Args:
        found: outputs, as `zoo.export.saved_model.raw_text.text_function` describes them.
        texts: the B texts.
    """
    pairs = zip(found["label"], found["scores"], strict=True)
    return [Classification(label.decode() or None, float(row.max())) for label, row in pairs]


def tagged_tokens(found: Mapping[str, np.ndarray], texts: Sequence[str]) -> list[list[TaggedToken]]:
    """Return the answers of a tagger with one label per token; see `labels`."""
    return [
        [
            TaggedToken(text[start:end], tag, start, end, score)
            for tag, start, end, score in zip(*_columns(found, row), strict=True)
        ]
        for row, text in enumerate(texts)
    ]


def entities(found: Mapping[str, np.ndarray], texts: Sequence[str]) -> list[list[Entity]]:
    """Return the answers of an entity tagger; see `labels`."""
    answers = []
    for row, text in enumerate(texts):
        tags, starts, ends, scores = _columns(found, row)
        spans = [(label, slice(first, last)) for label, first, last in tags_to_spans(tags)]
        edges = [without_underscores(text, starts[s][0], ends[s][-1]) for _, s in spans]
        answers.append(
            [
                Entity(text[start:end], label, start, end, min(scores[s]))
                for (label, s), (start, end) in zip(spans, edges, strict=True)
            ]
        )
    return answers


def _columns(found, row):
    """Return the tags, starts, ends and scores of the tokens of a text, as lists."""
    size = found["lengths"][row]
    names = ("tags", "starts", "ends", "scores")
    tags, *rest = (found[name][row, :size].tolist() for name in names)
    return [tag.decode() for tag in tags], *rest


def _without_score(answer):
    return {name: value for name, value in vars(answer).items() if name != "score"}
