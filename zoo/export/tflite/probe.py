"""What a TFLite file answers, how fast and in how much memory, found out by LiteRT and NumPy alone.

    python probe.py MODEL.tflite INPUTS.npz OUTPUTS.npz REPEATS

`INPUTS.npz` holds sequences `compare/NUMBER/NAME` and `time/LENGTH/NAME`, arrays (T, ...). Prints
JSON; the outputs of the former are in `OUTPUTS.npz`, `NUMBER/NAME`. It is run as a script, so that
nothing of this package is in memory, and a file that breaks LiteRT breaks only this process.
"""

import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

SIGNATURE = "serving_default"
STATUS = Path("/proc/self/status")


class Model:
    """A TFLite file, of any length or of a fixed one."""

    def __init__(self, path):
        self.interpreter = Interpreter(model_path=path, num_threads=1)
        self.interpreter.allocate_tensors()
        self.run = self.interpreter.get_signature_runner(SIGNATURE)
        details = self.run.get_input_details()
        self.shapes = {name: each["shape_signature"][1:] for name, each in details.items()}
        self.length = max(shape[0] for shape in self.shapes.values())  # -1: any

    def __call__(self, inputs):
        """Answer a dict of arrays (T, ...), which is padded to the fixed length."""
        self.interpreter.reset_all_variables()  # the fused LSTM keeps its state between calls
        return self.run(**{name: self.pad(name, array)[None] for name, array in inputs.items()})

    def pad(self, name, array):
        """Return an input as large as the file takes it, padded with 0."""
        room = [(0, max(0, n - has)) for n, has in zip(self.shapes[name], array.shape, strict=True)]
        return np.pad(array, room)

    def takes(self, inputs):
        """Tell whether the sequence is not too long."""
        return self.length < 0 or all(len(array) <= self.length for array in inputs.values())


def median_ms(model, inputs, repeats):
    """Return the median of `repeats` calls."""
    times = []
    for _ in range(repeats + 2):
        start = time.perf_counter()
        model(inputs)
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times[2:])  # the first calls make room


def peak_memory_mb():
    """Return the most memory that this process had; None where the system does not tell.

    That of `resource.getrusage` would be the parent's, in whose memory a child begins.
    """
    lines = STATUS.read_text().splitlines() if STATUS.exists() else []
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return kilobytes[0] / 1024 if kilobytes else None


def operators(path):
    """Count the operators of all graphs of the file, those inside of loops too."""
    from ai_edge_litert import schema_py_generated as schema

    names = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
    model = schema.ModelT.InitFromPackedBuf(Path(path).read_bytes())
    codes = []
    for code in model.operatorCodes:
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        codes.append(code.customCode.decode() if code.customCode else names[number])
    return Counter(codes[o.opcodeIndex] for graph in model.subgraphs for o in graph.operators)


def read(path):
    """Return the inputs by kind and number or length."""
    inputs = {"compare": {}, "time": {}}
    with np.load(path) as arrays:
        for key, array in arrays.items():
            kind, number, name = key.split("/")
            inputs[kind].setdefault(number, {})[name] = array
    return inputs["compare"], inputs["time"]


def main():
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
    except Exception as error:  # whatever it is, the parent says it
        sys.exit(f"{type(error).__name__}: {error}")
