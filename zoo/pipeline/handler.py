"""The model handler for Beam's `RunInference`."""

from collections.abc import Callable, Sequence
from typing import Any

from apache_beam.ml.inference.base import ModelHandler, PredictionResult

from zoo.hub import load
from zoo.runtime.predictor import Predictor
from zoo.runtime.words import WordPredictor


class PredictorHandler(ModelHandler[list[str], PredictionResult, Predictor[Any]]):
    """Runs a model on LiteRT, which needs neither TensorFlow nor Keras, on lists of texts.

    An example is a list of texts; each example is a batch. Its inference is the list of their
    results. If the model cannot read a text, for example because it is too long for a file of a
    fixed length, the error takes the place of its result.

    Each worker process loads its own model. It uses one thread, because Beam starts one worker per
    core.

    Args:
        name: name of a bundled model, or "path:DIR" for a folder that exists on every worker.

    Example:

    >>> import apache_beam as beam
    >>> from apache_beam.ml.inference.base import RunInference
    >>> with beam.Pipeline(runner="FnApiRunner") as pipeline:
    ...     texts = pipeline | beam.Create([["Dull.", "One of the best films."]])
    ...     found = texts | RunInference(PredictorHandler("bilstm-sentiment"))
    ...     _ = found | beam.Map(lambda each: print([answer.label for answer in each.inference]))
    ['negative', 'positive']
    """

    def __init__(self, name: str) -> None:
        super().__init__(max_batch_size=1)
        self.name = name

    def load_model(self) -> Predictor[Any]:
        """Return the predictor."""
        predictor = load(self.name)
        if isinstance(predictor, WordPredictor):
            predictor.threads = 1
        return predictor

    def run_inference(
        self,
        batch: Sequence[list[str]],
        model: Predictor[Any],
        inference_args: dict[str, Any] | None = None,
    ) -> list[PredictionResult]:
        """Return a `PredictionResult` for each list of texts."""
        return [PredictionResult(texts, answers(model, texts), self.name) for texts in batch]

    def get_num_bytes(self, batch: Sequence[list[str]]) -> int:
        """Return the approximate size of a batch, for Beam's metrics."""
        return sum(len(text) for texts in batch for text in texts)


def answers(predictor: Callable[[list[str]], list[Any]], texts: list[str]) -> list[Any]:
    """Return the result of each text, or the error for a text that the predictor cannot read.

    Args:
        predictor: function from a list of texts to the list of their results.
        texts: the texts.

    Returns:
        List of results and errors.

    Example:

    >>> def digits(texts):
    ...     return [int(text) for text in texts]
    >>> answers(digits, ["1", "2"]), answers(digits, ["1", "b"])
    ([1, 2], [1, ValueError("invalid literal for int() with base 10: 'b'")])
    """
    try:
        return predictor(texts)
    except (ValueError, RuntimeError) as error:
        if len(texts) == 1:
            return [error]
        return [answer for text in texts for answer in answers(predictor, [text])]
