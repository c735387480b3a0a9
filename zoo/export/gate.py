"""The accuracy gate: a quantized model that answers worse than the float one is refused."""

from zoo.export.tflite.convert import ExportError

BOUND = 0.2  # points, hundredths of the metric, that a quantized model may lose
SAMPLES = 100  # sequences that full int8 quantization takes its ranges from


class AccuracyError(ExportError):
    """An export whose answers are worse than the bound allows."""


class Recorder:
    """An engine that keeps what it is asked: inputs as a model is given them in use.

    Args:
        engine: function from a dict of int32 arrays (T, ...) to a dict of arrays.
    """

    def __init__(self, engine):
        self._engine = engine
        self.inputs = []

    def __call__(self, inputs):
        """Return the engine's answer."""
        self.inputs.append(inputs)
        return self._engine(inputs)

    def samples(self, count=SAMPLES):
        """Return `count` of the inputs, evenly spread over all, or all if they are fewer.

        Example:

        >>> recorder = Recorder(lambda inputs: None)
        >>> for i in range(10):
        ...     recorder(i)
        >>> recorder.samples(3)
        [0, 3, 6]
        """
        step = max(1, len(self.inputs) / count)
        return [self.inputs[int(i * step)] for i in range(min(count, len(self.inputs)))]


def check_accuracy(value, reference, bound=BOUND, name="metric"):
    """Refuse a quantized model that is too far below the float one.

    ```
    100 (reference - value) <= bound
    ```

    Args:
        value: what the quantized model reaches, 0 to 1.
        reference: what the float model reaches on the same examples, 0 to 1.
        bound: how many points it may lose, hundredths.
        name: of the metric.

    Returns:
        Dict of `name`, `value`, `float`, `bound`, for the report.

    Raises:
        AccuracyError: it loses more, with the figures.

    Example:

    >>> check_accuracy(0.9395, 0.9455)
    Traceback (most recent call last):
    ...
    zoo.export.gate.AccuracyError: metric is 93.95, of the float model 94.55: it may be 0.2 points
    below and is 0.60. Take another quantization, or a wider bound.
    """
    lost = 100 * (reference - value)
    if not lost <= bound + 1e-9:  # of equal decimals
        raise AccuracyError(
            f"{name} is {100 * value:.2f}, of the float model {100 * reference:.2f}: it may be "
            f"{bound:g} points below and is {lost:.2f}. Take another quantization, or a wider "
            "bound."
        )
    return {"name": name, "value": value, "float": reference, "bound": bound}
