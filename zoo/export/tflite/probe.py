"""Runs a TFLite file with LiteRT and NumPy alone: answers, latency, memory and operators.

    python probe.py MODEL.tflite INPUTS.npz OUTPUTS.npz REPEATS
    python probe.py MODEL.tflite CALLS.npz OUTPUTS.npz

`INPUTS.npz` holds sequences as arrays (T, ...): `compare/NUMBER/NAME`, whose outputs are written to
`OUTPUTS.npz` as `RUN/NUMBER/NAME`, and `time/LENGTH/NAME`, whose latency is measured. Each API of
LiteRT, `Interpreter` and `CompiledModel`, answers all sequences twice, in their order and in a
random one; the runs are `Interpreter 1`, `Interpreter 2` and so on. Nothing is reset between the
calls, unless the file has variable tensors, which `CompiledModel` does not load. The results are
printed as JSON.

`CALLS.npz` holds calls of a file of any inputs and outputs, which `CompiledModel` answers in their
order: `NUMBER/inputs/NAME`, and `NUMBER/outputs/NAME` of the shapes and types of the outputs, which
are written to `OUTPUTS.npz` under the same name. The module runs as a script: its memory
holds nothing of this package, and a file that crashes LiteRT crashes this process only.
"""

import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.compiled_model import CompiledModel
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tensor_buffer import TensorBuffer

SIGNATURE = "serving_default"
LENGTH = "length_"  # prefix of the signatures of fixed lengths, if a file has these instead
STATUS = Path("/proc/self/status")

Inputs = Mapping[str, np.ndarray]
Outputs = dict[str, np.ndarray]


class Model:
    """A TFLite file of any length, of a fixed one, or of several fixed ones.

    Args:
        path: the file.
    """

    def __init__(self, path: str) -> None:
        self.interpreter = Interpreter(model_path=path, num_threads=1)
        self.interpreter.allocate_tensors()
        names = self.interpreter.get_signature_list()
        names = [name for name in names if name.startswith(LENGTH)] or [SIGNATURE]
        runs = [self.interpreter.get_signature_runner(name) for name in names]
        self.runs = {length_of(run): run for run in runs}
        self.names = dict(zip(self.runs, names, strict=True))
        tensors = [each for graph in content(path).subgraphs for each in graph.tensors]
        self.stateful = any(each.isVariable for each in tensors)

    def __call__(self, inputs: Inputs) -> Outputs:
        """Return the outputs (1, ...) for inputs (T, ...), padded to the fixed length."""
        if self.stateful:  # as the fused LSTM, which keeps its state between calls
            self.interpreter.reset_all_variables()
        return self.runs[min(self.fitting(inputs))](**self.padded(inputs))

    def padded(self, inputs: Inputs) -> dict[str, np.ndarray]:
        """Return the inputs (1, ...), padded with 0 to the sizes that the file requires."""
        details = self.runs[min(self.fitting(inputs))].get_input_details()
        arrays = {
            name: padded(array[None], details[name]["shape_signature"])
            for name, array in inputs.items()
        }
        # The factors of the directions, which a file for web pages takes.
        return {n: np.ones(each["shape"], each["dtype"]) for n, each in details.items()} | arrays

    def fitting(self, inputs: Inputs) -> list[int]:
        """Return the lengths of the signatures that take these inputs; -1 is any length."""
        needed = max(len(array) for array in inputs.values())
        return [length for length in self.runs if length < 0 or length >= needed]


class Compiled:
    """A TFLite file in `CompiledModel`.

    The outputs of a file of any length have no known size, and LiteRT does not check that a buffer
    is large enough: the buffers of all calls are those of the largest outputs.

    Args:
        compiled: the file.
        largest: arrays of the names, types and largest sizes of its outputs.
    """

    def __init__(self, compiled: CompiledModel, largest: Inputs) -> None:
        self.compiled = compiled
        self.memory = {name: np.zeros_like(array) for name, array in largest.items()}
        self.buffers = {n: TensorBuffer.create_from_host_memory(a) for n, a in self.memory.items()}

    def __call__(
        self, signature: str, inputs: Inputs, outputs: Inputs, resized: Collection[str]
    ) -> Outputs:
        """Return the outputs.

        Args:
            signature: name of the signature.
            inputs: arrays of the shapes that the signature takes.
            outputs: arrays of the outputs' shapes and types.
            resized: names of the inputs with an axis of any size.
        """
        buffers = {}
        for name, array in inputs.items():
            if name in resized:
                self.compiled.resize_input_tensor_by_name(signature, name, array.shape)
            buffers[name] = self.compiled.create_input_buffer_by_name(signature, name)
            buffers[name].write(array)
        self.compiled.run_by_name(signature, buffers, self.buffers)
        return {
            name: np.array(self.buffers[name].read(array.size, array.dtype)).reshape(array.shape)
            for name, array in outputs.items()
        }


def length_of(run: Any) -> int:
    """Return the number of tokens that a signature takes, or -1 for any."""
    shapes = [each["shape_signature"] for each in run.get_input_details().values()]
    return max(shape[1] for shape in shapes if len(shape) > 1)


def padded(array: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Return an input, padded with 0 to the size that the file requires."""
    return np.pad(array, [(0, max(0, n - has)) for n, has in zip(shape, array.shape, strict=True)])


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


def content(path: str) -> Any:
    """Return the content of a file as an object."""
    return schema.ModelT.InitFromPackedBuf(Path(path).read_bytes())


def operators(path: str) -> Counter[str]:
    """Count the operators in all graphs of a file, including the bodies of loops."""
    names = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
    model = content(path)
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


def twice(
    api: str, answer: Callable[[str], Outputs], numbers: list[str]
) -> Iterator[tuple[tuple[str, str], Outputs]]:
    """Yield the outputs of an API for all sequences, in their order and in a random one."""
    for run, order in (1, numbers), (2, random.Random(0).sample(numbers, len(numbers))):
        for number in order:
            yield (f"{api} {run}", number), answer(number)


def answered(
    path: str, model: Model, sequences: Mapping[str, Inputs]
) -> dict[tuple[str, str], Outputs]:
    """Return the outputs for sequences by number, by run and number."""
    numbers = list(sequences)
    answers = dict(twice("Interpreter", lambda n: model(sequences[n]), numbers))
    if answers and not model.stateful:
        expected = {n: answers["Interpreter 1", n] for n in numbers}
        largest = max(expected.values(), key=lambda each: each["scores"].size)
        compiled = Compiled(CompiledModel.from_file(path), largest)

        def answer(number):
            length = min(model.fitting(sequences[number]))
            inputs = model.padded(sequences[number])
            resized = inputs if length < 0 else ()
            return compiled(model.names[length], inputs, expected[number], resized)

        answers.update(twice("CompiledModel", answer, numbers))
    return answers


def answer_calls(path: str, calls: str, outputs: str) -> None:
    """Run the command with a file of calls."""
    numbered: dict[str, Any] = {}
    with np.load(calls) as arrays:
        for key, array in arrays.items():
            number, kind, name = key.split("/")
            numbered.setdefault(number, {"inputs": {}, "outputs": {}})[kind][name] = array
    expected = [call["outputs"] for call in numbered.values()]
    largest = {name: max((each[name] for each in expected), key=np.size) for name in expected[0]}
    details = Interpreter(path).get_signature_runner(SIGNATURE).get_input_details()
    resized = [name for name, each in details.items() if min(each["shape_signature"]) < 0]
    compiled = Compiled(CompiledModel.from_file(path), largest)
    answers: dict[str, Any] = {
        f"{number}/outputs/{name}": array
        for number, call in numbered.items()
        for name, array in compiled(SIGNATURE, **call, resized=resized).items()
    }
    np.savez(outputs, **answers)


def describe(path: str, inputs: str, outputs: str, repeats: str) -> None:
    """Run the command with a file of sequences."""
    compared, timed = read(inputs)
    model = Model(path)
    latency = {
        length: median_ms(model, each, int(repeats))
        for length, each in timed.items()
        if model.fitting(each)
    }
    memory = peak_memory_mb()
    fitting = {number: each for number, each in compared.items() if model.fitting(each)}
    answers = answered(path, model, fitting)
    arrays = {
        f"{run}/{number}/{name}": array[0]
        for (run, number), each in answers.items()
        for name, array in each.items()
    }
    np.savez(outputs, **arrays)
    found = {"latency_ms": latency, "peak_memory_mb": memory, "operators": operators(path)}
    print(json.dumps(found))


if __name__ == "__main__":
    try:
        (describe if len(sys.argv) > 4 else answer_calls)(*sys.argv[1:])
    except Exception as error:  # the parent reports any error
        sys.exit(f"{type(error).__name__}: {error}")
