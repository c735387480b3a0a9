"""The accuracy gate: rejects a quantized model that is worse than the float model."""

from typing import Any, Protocol

from zoo.export.tflite.convert import ExportError
from zoo.runtime.predictor import Arrays, Engine

BOUND = 0.2  # points (hundredths of the metric) that a quantized model may lose


class AccuracyError(ExportError):
    """A quantized model that loses more accuracy than the bound allows."""


class Metric(Protocol):
    """A metric of a predictor on fixed examples, such as `zoo.metrics.examples.TaskMetric`."""

    name: str

    def __call__(self, predictor: Any, /) -> float:
        """Return the value, in [0, 1]."""
        ...


class Recorder:
    """An engine that records its inputs: those that a model receives in use.

    Args:
        engine: function from inputs (T, ...) by name to outputs by name.

    Attributes:
        inputs: the inputs of all calls.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.inputs: list[Arrays] = []

    def __call__(self, inputs: Arrays) -> Arrays:
        """Return the engine's outputs."""
        self.inputs.append(inputs)
        return self._engine(inputs)


def check_accuracy(
    value: float, reference: float, bound: float = BOUND, name: str = "metric"
) -> dict[str, Any]:
    """Reject a quantized model whose metric is too far below that of the float model.

    ```
    100 (reference - value) <= bound
    ```

    Args:
        value: metric of the quantized model, in [0, 1].
        reference: metric of the float model on the same examples, in [0, 1].
        bound: how many points (hundredths) it may lose.
        name: name of the metric.

    Returns:
        Dict of `name`, `value`, `float` and `bound`, for the report.

    Raises:
        AccuracyError: the quantized model loses more than `bound`.

    Example:

    >>> check_accuracy(0.9395, 0.9455)
    Traceback (most recent call last):
    ...
    zoo.export.gate.AccuracyError: metric is 93.95, of the float model 94.55: a loss of 0.60 points,
    and at most 0.2 are allowed. Choose another quantization or a larger bound.
    """
    lost = 100 * (reference - value)
    if not lost <= bound + 1e-9:  # tolerance for rounding
        raise AccuracyError(
            f"{name} is {100 * value:.2f}, of the float model {100 * reference:.2f}: a loss of "
            f"{lost:.2f} points, and at most {bound:g} are allowed. Choose another quantization or "
            "a larger bound."
        )
    return {"name": name, "value": value, "float": reference, "bound": bound}
