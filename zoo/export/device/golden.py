"""What becomes of a text on its way through a predictor, written down step by step."""

from dataclasses import asdict
from itertools import accumulate

DECIMALS = 6
TOLERANCE = 1e-4  # of a score, between one runtime and another


class RecordingEngine:
    """An engine that writes down what it was given and what it gave.

    Args:
        engine: from a dict of arrays to a dict of arrays.

    Example:

    >>> import numpy as np
    >>> record = RecordingEngine(lambda inputs: {"scores": inputs["ids"] / 3})
    >>> outputs = record({"ids": np.array([1, 2])})
    >>> record.runs
    [{'inputs': {'ids': [1, 2]}, 'outputs': {'scores': [0.333333, 0.666667]}}]
    """

    def __init__(self, engine):
        self.engine = engine
        self.runs = []

    def __call__(self, inputs):
        """Return what the engine gives."""
        outputs = self.engine(inputs)
        self.runs.append({"inputs": _as_lists(inputs), "outputs": _as_lists(outputs)})
        return outputs


def golden_vector(name, text, predictor, record):
    """Return the golden vector of a text: tokens, runs of the model, and the answer.

    Args:
        name: of the text.
        text: a string without surrogates.
        predictor: of any task, which asks `record`.
        record: a `RecordingEngine`; its runs are begun anew.

    Returns:
        Dict of `name`, `text`, `tokens` (text, start and end in code points, the same in units of
        UTF-16), `runs` and `answer`, as JSON has it.
    """
    record.runs = []
    answer = predictor(text)
    # A classifier reads a text without its markup, every character where it was.
    tokens = predictor.tokenizer(predictor.clean(text))
    units = [*accumulate((1 + (c > "\uffff") for c in text), initial=0)]
    return {
        "name": name,
        "text": text,
        "tokens": [[*token, units[token.start], units[token.end]] for token in tokens],
        "runs": record.runs,
        "answer": [*map(_rounded, answer)] if isinstance(answer, list) else _rounded(answer),
    }


def _rounded(answer):
    return {**asdict(answer), "score": round(answer.score, DECIMALS)}


def _as_lists(arrays):
    return {name: _as_list(array) for name, array in arrays.items()}


def _as_list(array):
    if array.dtype.kind != "f":
        return array.tolist()
    # A float32 is rounded as the double that it is: otherwise JSON would have all its digits.
    return array.astype("float64").round(DECIMALS).tolist()
