"""The report of the verification of a TFLite file."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from zoo.hub.card import read_json

REPORT_FILE = "export_report.json"
# As a recipe exports it.
AS_TRAINED: dict[str, Any] = {"variant": "while", "quantization": "float32"}


@dataclass(frozen=True)
class ExportReport:
    """The result of `zoo.export.verify_tflite`.

    Args:
        size_bytes: size of the file.
        operators: number of each operator, including those in loops.
        lengths: lengths of the compared sequences.
        largest_difference: largest difference of `scores` from the Keras model's, by sequence, over
            all runs.
        same_answers: whether tags or label were equal at every position in every run.
        tolerance: bound of `largest_difference`; None for a quantized file, which is judged by a
            task metric.
        latency_ms: median duration of a call on one thread, by length.
        peak_memory_mb: peak memory of a process that loads the file in LiteRT and runs these calls;
            None where the system does not report it.
        problems: one sentence per problem; empty if the file is correct.
        variant: as in `zoo.export.export_tflite`.
        quantization: likewise.
        runs: the runs that were compared, by API of LiteRT: "Interpreter 1" and so on.
        metric: the task metric, as `zoo.export.check_accuracy` returns it; None if not measured.
    """

    size_bytes: int
    operators: dict[str, int]
    lengths: list[int]
    largest_difference: list[float]
    same_answers: bool
    tolerance: float | None
    latency_ms: dict[str, float]
    peak_memory_mb: float | None
    problems: list[str] = field(default_factory=list)
    variant: str = "while"
    quantization: str = "float32"
    runs: list[str] = field(default_factory=list)
    metric: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain dicts, lists and numbers."""
        return asdict(self)

    def facts(self) -> dict[str, Any]:
        """Return the report as names and values, for `zoo verify`."""
        differences = zip(self.lengths, self.largest_difference, strict=True)
        return {
            "variant": self.variant,
            "quantization": self.quantization,
            "size": f"{self.size_bytes:,} bytes",
            "operators": ", ".join(f"{n} {name}" for name, n in sorted(self.operators.items())),
            "runs": ", ".join(self.runs),
            **{f"{i}, T = {t}": f"{d:.2g}" for i, (t, d) in enumerate(differences, start=1)},
            "same answers": "yes" if self.same_answers else "no",
            **{f"latency, T = {t}": f"{ms:.3f} ms" for t, ms in self.latency_ms.items()},
            "peak memory": self.peak_memory_mb and f"{self.peak_memory_mb:.0f} MB",
            **{f"metric: {name}": str(value) for name, value in (self.metric or {}).items()},
            "problems": "; ".join(self.problems) or "none",
        }


def write_report(folder: str | os.PathLike[str], report: ExportReport) -> None:
    """Write a report into a model folder, as `export_report.json`."""
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
    Path(folder, REPORT_FILE).write_text(text, encoding="utf-8")


def recorded_options(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the variant and the quantization of a model folder's TFLite file, from its report."""
    path = Path(folder, REPORT_FILE)
    record = read_json(path) if path.is_file() else {}
    return {name: record.get(name, usual) for name, usual in AS_TRAINED.items()}
