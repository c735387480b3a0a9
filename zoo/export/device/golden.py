"""Golden vectors: a text with every intermediate result of a predictor."""

from dataclasses import asdict
from itertools import accumulate
from typing import Any

from zoo.runtime.predictor import Arrays, Engine

DECIMALS = 6
TOLERANCE = 1e-4  # of a score, between one runtime and another


class RecordingEngine:
    """An engine that records its inputs and outputs.

    Args:
        engine: function from the inputs by name to the outputs by name.

    Attributes:
        runs: one dict of `inputs` and `outputs` per call, as JSON holds them.

    Example:

    >>> import numpy as np
    >>> record = RecordingEngine(lambda inputs: {"scores": inputs["ids"] / 3})
    >>> outputs = record({"ids": np.array([1, 2])})
    >>> record.runs
    [{'inputs': {'ids': [1, 2]}, 'outputs': {'scores': [0.333333, 0.666667]}}]
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.runs: list[dict[str, dict[str, Any]]] = []

    def __call__(self, inputs: Arrays) -> Arrays:
        """Return the engine's outputs."""
        outputs = self.engine(inputs)
        self.runs.append({"inputs": _as_lists(inputs), "outputs": _as_lists(outputs)})
        return outputs


def golden_vector(name: str, text: str, predictor: Any, record: RecordingEngine) -> dict[str, Any]:
    """Return the golden vector of a text: its tokens, the runs of the model, and the answer.

    Args:
        name: name of the text.
        text: a string without surrogates.
        predictor: a `zoo.runtime.predictor.Predictor` that runs on `record`.
        record: the engine of `predictor`; its earlier runs are discarded.

    Returns:
        Dict of `name`, `text`, `tokens` (text, start and end in code points, start and end in
        UTF-16 units), `runs` and `answer`, as JSON holds them.
    """
    record.runs = []
    answer = predictor(text)
    tokens = predictor.tokens(text)
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
    # Rounded in float64: a rounded float32 would be written with all of its digits.
    return array.astype("float64").round(DECIMALS).tolist()
