"""The default runtime: LiteRT, which needs neither TensorFlow nor Keras."""

import threading
from pathlib import Path

from ai_edge_litert.interpreter import Interpreter

from zoo.hub.errors import ModelFileError

IDENTIFIER = b"TFL3"  # bytes 4 to 8 of every TFLite file


class LiteRTEngine:
    """Answers one sequence at a time with a TFLite file, any length, from any thread.

    Args:
        path: of the `.tflite` file.
        threads: how many threads an operator may use.

    Raises:
        ModelFileError: the file is missing, or is no TFLite model that this runtime can run.
    """

    def __init__(self, path, threads=1):
        path = Path(path)
        if not path.is_file():
            raise ModelFileError(f"{path}: no such file")
        content = path.read_bytes()
        if content[4:8] != IDENTIFIER:
            raise ModelFileError(
                f"{path}: not a TFLite model: expected {IDENTIFIER!r} at byte 4, "
                f"found {content[4:8]!r}"
            )
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(f"{path}: LiteRT cannot run this model: {error}") from error
        (signature,) = self._interpreter.get_signature_list()
        self._run = self._interpreter.get_signature_runner(signature)
        # An interpreter is not to be entered twice at once.
        self._lock = threading.Lock()

    def __call__(self, inputs):
        """Return the named outputs for one sequence.

        Args:
            inputs: dict of int32 arrays (T, ...), T > 0.

        Returns:
            Dict of arrays without the batch axis.
        """
        with self._lock:
            # The fused LSTM operator keeps its state from one call to the next.
            self._interpreter.reset_all_variables()
            outputs = self._run(**{name: array[None] for name, array in inputs.items()})
            return {name: value[0].copy() for name, value in outputs.items()}

    def operators(self):
        """Return the names of the model's operators, one for each use."""
        return [op["op_name"] for op in self._interpreter._get_ops_details()]
