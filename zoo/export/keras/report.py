"""What a TFLite file of a Keras model holds, and how its answers compare with the model's."""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ai_edge_litert.interpreter import Interpreter

from zoo.export.signature import SERVING
from zoo.export.tflite.probe import operators


@dataclass(frozen=True)
class ConversionReport:
    """The result of `zoo.export.convert`.

    Args:
        path: the file.
        size_bytes: its size.
        inputs: of each input, `name`, `shape` with -1 for any size, and `dtype`.
        outputs: likewise.
        operators: number of each operator, including those in loops.
        largest_difference: largest difference from an output of the Keras model.
        calls: number of compared calls by API of LiteRT, "Interpreter" and "CompiledModel".
        not_compared: why `CompiledModel` did not answer: it cannot run the file, or a tensor has a
            type, such as int64, for which its Python API has no buffers. Else None.
    """

    path: Path
    size_bytes: int
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    operators: dict[str, int]
    largest_difference: float
    calls: dict[str, int]
    not_compared: str | None = None

    @classmethod
    def of_file(
        cls, path: Path, difference: float, calls: dict[str, int], not_compared: str | None = None
    ) -> "ConversionReport":
        """Return the report of a file.

        Args:
            path: the TFLite file.
            difference: largest difference from an output of the Keras model.
            calls: number of compared calls by API.
            not_compared: why `CompiledModel` did not answer, or None.
        """
        run = Interpreter(str(path)).get_signature_runner(SERVING)
        return cls(
            path,
            path.stat().st_size,
            _tensors(run.get_input_details()),
            _tensors(run.get_output_details()),
            dict(sorted(Counter(operators(str(path))).items())),
            difference,
            calls,
            not_compared,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain dicts, lists and numbers."""
        return {**asdict(self), "path": str(self.path)}

    def facts(self) -> dict[str, Any]:
        """Return the report as names and values, for `zoo convert`."""
        return {
            "file": str(self.path),
            "size": f"{self.size_bytes:,} bytes",
            **{f"input {each['name']}": _described(each) for each in self.inputs},
            **{f"output {each['name']}": _described(each) for each in self.outputs},
            "operators": ", ".join(f"{n} {name}" for name, n in self.operators.items()),
            "largest difference": f"{self.largest_difference:.2g}",
            "compared": ", ".join(f"{n} calls of {api}" for api, n in self.calls.items()),
            **({"CompiledModel": self.not_compared} if self.not_compared else {}),
        }


def _tensors(details):
    return [
        {
            "name": name,
            "shape": [int(size) for size in each["shape_signature"]],
            "dtype": each["dtype"].__name__,
        }
        for name, each in details.items()
    ]


def _described(tensor):
    sizes = ", ".join("any" if size < 0 else str(size) for size in tensor["shape"])
    return f"({sizes}) {tensor['dtype']}"
