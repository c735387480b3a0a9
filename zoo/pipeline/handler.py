"""A model of the zoo for Beam's `RunInference`."""

from apache_beam.ml.inference.base import ModelHandler, PredictionResult

from zoo.hub import load
from zoo.runtime import EntityTagger


class PredictorHandler(ModelHandler[list[str], PredictionResult, object]):
    """Answers lists of texts by a model on LiteRT, which needs neither TensorFlow nor Keras.

    An example is a list of texts, which the model reads side by side, and is a batch of its own.
    Its inference is the list of their answers; a text that the model cannot read, such as one too
    long for a file of a fixed length, has the error in its place.

    Each process of a worker loads a model: one shared among processes would answer in only one of
    them. It answers in one thread, since Beam uses the cores by more workers.

    Args:
        name: of a bundled model, or "path:DIR" for a folder, which every worker must have.

    Example:

    >>> import apache_beam as beam
    >>> from apache_beam.ml.inference.base import RunInference
    >>> with beam.Pipeline(runner="FnApiRunner") as pipeline:
    ...     texts = pipeline | beam.Create([["Dull.", "One of the best films."]])
    ...     found = texts | RunInference(PredictorHandler("bilstm-sentiment"))
    ...     _ = found | beam.Map(lambda each: print([answer.label for answer in each.inference]))
    ['negative', 'positive']
    """

    def __init__(self, name):
        super().__init__(max_batch_size=1)
        self.name = name

    def load_model(self):
        """Return the predictor."""
        predictor = load(self.name)
        if isinstance(predictor, EntityTagger):
            predictor.threads = 1
        return predictor

    def run_inference(self, batch, model, inference_args=None):
        """Return a `PredictionResult` for each list of texts."""
        return [PredictionResult(texts, answers(model, texts), self.name) for texts in batch]

    def get_num_bytes(self, batch):
        """Return about how large a batch is, for Beam's metrics."""
        return sum(len(text) for texts in batch for text in texts)


def answers(predictor, texts):
    """Return the answer to each text; the error, of those that the predictor cannot read.

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
