"""Runs a TFLite file with LiteRT and NumPy alone: answers, latency, memory and operators.

    python probe.py MODEL.tflite INPUTS.npz OUTPUTS.npz REPEATS

`INPUTS.npz` holds sequences as arrays (T, ...): `compare/NUMBER/NAME`, whose outputs are written to
`OUTPUTS.npz` as `NUMBER/NAME`, and `time/LENGTH/NAME`, whose latency is measured. The results are
printed as JSON. The module runs as a script: its memory holds nothing of this package, and a file
that crashes LiteRT crashes this process only.
"""

import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

SIGNATURE = "serving_default"
STATUS = Path("/proc/self/status")

Inputs = Mapping[str, np.ndarray]


class Model:
    """A TFLite file of any or of a fixed length.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self.interpreter = Interpreter(model_path=path, num_threads=1)
        self.interpreter.allocate_tensors()
        self.run = self.interpreter.get_signature_runner(SIGNATURE)
        details = self.run.get_input_details()
        self.shapes = {name: each["shape_signature"][1:] for name, each in details.items()}
        self.length = max(shape[0] for shape in self.shapes.values())  # -1 for any

    def __call__(self, inputs: Inputs) -> dict[str, np.ndarray]:
        """Return the outputs (1, ...) for inputs (T, ...), padded to the fixed length."""
        self.interpreter.reset_all_variables()  # the fused LSTM keeps its state between calls
        return self.run(**{name: self.pad(name, array)[None] for name, array in inputs.items()})

    def pad(self, name: str, array: np.ndarray) -> np.ndarray:
        """Return an input, padded with 0 to the size that the file requires."""
        room = [(0, max(0, n - has)) for n, has in zip(self.shapes[name], array.shape, strict=True)]
        return np.pad(array, room)

    def takes(self, inputs: Inputs) -> bool:
        """Return whether the file takes sequences of this length."""
        return self.length < 0 or all(len(array) <= self.length for array in inputs.values())


def median_ms(model: Model, inputs: Inputs, repeats: int) -> float:
    """Return the median duration of `repeats` calls, in milliseconds."""
    times = []
    for _ in range(repeats + 2):
        start = time.perf_counter()
        model(inputs)
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times[2:])  # the first calls allocate memory


def peak_memory_mb() -> float | None:
    """Return the peak memory of this process in MB, or None where the system does not report it.

    `resource.getrusage` would include the parent's memory, with which a child process starts.
    """
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return kilobytes[0] / 1024 if kilobytes else None


def operators(path: str) -> Counter[str]:
    """Count the operators in all graphs of a file, including the bodies of loops."""
    from ai_edge_litert import schema_py_generated as schema

    names = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
    model: Any = schema.ModelT.InitFromPackedBuf(Path(path).read_bytes())
    codes = []
    for code in model.operatorCodes:
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        codes.append(code.customCode.decode() if code.customCode else names[number])
    return Counter(codes[o.opcodeIndex] for graph in model.subgraphs for o in graph.operators)


def read(path: str) -> tuple[dict[str, Inputs], dict[str, Inputs]]:
    """Return the inputs to compare by number, and the inputs to time by length."""
    inputs: dict[str, dict[str, Any]] = {"compare": {}, "time": {}}
    with np.load(path) as arrays:
        for key, array in arrays.items():
            kind, number, name = key.split("/")
            inputs[kind].setdefault(number, {})[name] = array
    return inputs["compare"], inputs["time"]


def main() -> None:
    """Run the command."""
    path, inputs, outputs, repeats = sys.argv[1:]
    compared, timed = read(inputs)
    model = Model(path)
    latency = {
        length: median_ms(model, each, int(repeats))
        for length, each in timed.items()
        if model.takes(each)
    }
    memory = peak_memory_mb()
    answers = {
        f"{number}/{name}": array[0]
        for number, each in compared.items()
        if model.takes(each)
        for name, array in model(each).items()
    }
    np.savez(outputs, **answers)
    found = {"latency_ms": latency, "peak_memory_mb": memory, "operators": operators(path)}
    print(json.dumps(found))


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # the parent reports any error
        sys.exit(f"{type(error).__name__}: {error}")
