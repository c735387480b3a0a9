"""Reads the outputs of the recurrent layers out of a TFLite file, while LiteRT runs it."""

# LiteRT has no type annotations.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

SIGNATURE = "serving_default"  # the whole model, for any number of tokens
# The name that the converter gives to the concatenated outputs of a layer of a stack.
MERGED = re.compile(r"/stack(?:_\d+)?/rnn_(\d+)(?:_\d+)?/merge(?:_\d+)?/concat$")


class StateReader:
    """Runs a TFLite file and returns the outputs of its bidirectional layers; thread-safe.

    The file needs no outputs for them: the interpreter keeps all tensors of a run.

    Args:
        content: the TFLite file.

    Raises:
        ValueError: the file has fixed lengths, or no bidirectional layers whose outputs are
            concatenated.
    """

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(
            model_content=content,
            experimental_preserve_all_tensors=True,
            # Delegates would hide the tensors between the operators that they take.
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        if SIGNATURE not in self._interpreter.get_signature_list():
            raise ValueError("this TFLite file takes fixed lengths: use the file of any length.")
        self._run: Any = self._interpreter.get_signature_runner(SIGNATURE)
        self._graph: int = self._run._subgraph_index
        found = {
            int(match[1]): int(tensor["index"])
            for tensor in self._interpreter.get_tensor_details(self._graph)
            if (match := MERGED.search(tensor["name"]))
        }
        if not found:
            raise ValueError(
                "this TFLite file has no bidirectional layers whose outputs are concatenated."
            )
        self._tensors = [found[layer] for layer in sorted(found)]
        self._lock = threading.Lock()  # an interpreter is not thread-safe

    def __call__(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the outputs for one sequence.

        Args:
            inputs: dict of int32 arrays (T, ...), T > 0.

        Returns:
            (L, 2, T, U) float32, by layer, direction, token and unit.
        """
        with self._lock:
            # The fused LSTM operator keeps its state between calls.
            self._interpreter.reset_all_variables()
            self._run(**{name: array[None] for name, array in inputs.items()})
            merged = np.stack(
                [self._interpreter.get_tensor(each, self._graph)[0] for each in self._tensors]
            )
        layers, length, width = merged.shape
        return merged.reshape(layers, length, 2, width // 2).transpose(0, 2, 1, 3)
