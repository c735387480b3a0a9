"""The single steps of the CRF's algorithms, under the names of TensorFlow Addons."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from zoo.ops.crf.decoding import crf_decode
from zoo.ops.crf.likelihood import crf_sequence_score
from zoo.ops.scan import scan
from zoo.ops.tensor_types import Tensor


def crf_unary_score(tag_indices: Tensor, sequence_lengths: Tensor, inputs: Tensor) -> Tensor:
    """Return the sum of the emissions of tag sequences.

    Args:
        tag_indices: (B, T) integers in 0..K-1.
        sequence_lengths: (B,) integers.
        inputs: (B, T, K), emissions.

    Returns:
        (B,).

    Example:

    >>> import numpy as np
    >>> emissions = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    >>> print(np.asarray(crf_unary_score([[0, 1]], [2], emissions)))
    [5.]
    """
    return crf_sequence_score(inputs, tag_indices, sequence_lengths)


def crf_binary_score(
    tag_indices: Tensor, sequence_lengths: Tensor, transition_params: Tensor
) -> Tensor:
    """Return the sum of the transitions of tag sequences.

    Args:
        tag_indices: (B, T) integers in 0..K-1.
        sequence_lengths: (B,) integers.
        transition_params: (K, K), from the tag of the row to that of the column.

    Returns:
        (B,).

    Example:

    >>> import numpy as np
    >>> print(np.asarray(crf_binary_score([[0, 1, 1]], [3], np.array([[0.0, 5.0], [0.0, 1.0]]))))
    [6.]
    """
    transitions = ops.convert_to_tensor(transition_params)
    batch, time = ops.shape(ops.convert_to_tensor(tag_indices))
    zeros = ops.zeros((batch, time, transitions.shape[0]), transitions.dtype)
    return crf_sequence_score(zeros, tag_indices, sequence_lengths, transitions)


def crf_forward(
    inputs: Tensor, state: Tensor, transition_params: Tensor, sequence_lengths: Tensor
) -> Tensor:
    """Return the sums of the forward algorithm at the last token of each row.

    ```
    alpha_1(k) = emissions_1(k)
    alpha_t(k) = emissions_t(k) + logsumexp_j (alpha_(t-1)(j) + transitions(j, k))
    ```

    Args:
        inputs: (B, T-1, K), the emissions of all positions but the first.
        state: (B, K), alpha of the first position.
        transition_params: (K, K).
        sequence_lengths: (B,) integers, the first position included.

    Returns:
        (B, K), alpha of the last token; `state` in a row of length 1 or 0.

    Example:

    >>> import numpy as np
    >>> inputs, transitions = np.zeros((1, 2, 2)), np.zeros((2, 2))
    >>> print(np.exp(np.asarray(crf_forward(inputs, np.zeros((1, 2)), transitions, [3]))).round(4))
    [[4. 4.]]
    """

    def step(states, xs_t):
        (alpha,), (emissions, keep) = states, xs_t
        new = emissions + ops.logsumexp(alpha[..., None] + transitions, axis=1)
        return (ops.where(keep, new, alpha),), ()

    inputs, state = ops.convert_to_tensor(inputs), ops.convert_to_tensor(state)
    transitions = ops.cast(transition_params, inputs.dtype)
    lengths = ops.maximum(ops.cast(sequence_lengths, "int32") - 1, 0)
    (alpha,), _ = scan(step, (state,), _steps(inputs, lengths), like=())
    return alpha


def viterbi_decode(score: Tensor, transition_params: Tensor) -> tuple[list[int], float]:
    """Return the best tag sequence of one sentence, and its score.

    Args:
        score: (T, K), emissions.
        transition_params: (K, K).

    Returns:
        `(tags, score)`: a list of T integers, and a float.

    Example:

    >>> viterbi_decode([[1.0, 0.0], [0.0, 2.0]], [[0.0, 0.0], [5.0, 0.0]])
    ([1, 0], 5.0)
    """
    tags, scores = crf_decode(ops.convert_to_tensor(score)[None], transition_params)
    return ops.convert_to_numpy(tags[0]).tolist(), float(scores[0])


@keras.saving.register_keras_serializable(package="zoo")
class CrfDecodeForwardRnnCell(keras.layers.Layer):
    """One step of the Viterbi algorithm, as a cell for `keras.layers.RNN`.

    ```
    pointer(k) = argmax_j (state(j) + transitions(j, k))
    new state(k) = input(k) + max_j (state(j) + transitions(j, k))
    ```

    Args:
        transition_params: (K, K).

    Call arguments:
        inputs: (B, K), the emissions of a position.
        states: (B, K), the scores of the best paths into each tag, or a list of it.

    Returns:
        `(pointers, state)`: (B, K) int32; (B, K).

    Example:

    >>> import numpy as np
    >>> cell = CrfDecodeForwardRnnCell(np.array([[0.0, 0.0], [5.0, 0.0]], "float32"))
    >>> pointers, state = cell(ops.zeros((1, 2)), [ops.array([[1.0, 0.0]])])
    >>> print(np.asarray(pointers), np.asarray(state))
    [[1 0]] [[5. 1.]]
    """

    def __init__(self, transition_params: Tensor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.transition_params = ops.convert_to_tensor(transition_params)
        self.state_size = self.output_size = self.transition_params.shape[0]

    def call(self, inputs: Tensor, states: Tensor) -> tuple[Tensor, Tensor]:
        """Return the pointers and the new scores; see the class."""
        state = states[0] if isinstance(states, list | tuple) else states
        paths = state[..., None] + ops.cast(self.transition_params, state.dtype)
        return ops.cast(ops.argmax(paths, axis=1), "int32"), inputs + ops.max(paths, axis=1)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        transitions = ops.convert_to_numpy(self.transition_params).tolist()
        return {**super().get_config(), "transition_params": transitions}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CrfDecodeForwardRnnCell:
        """Build the cell from its arguments."""
        transitions = np.array(config["transition_params"], "float32")
        return cls(**{**config, "transition_params": transitions})


def crf_decode_forward(
    inputs: Tensor, state: Tensor, transition_params: Tensor, sequence_lengths: Tensor
) -> tuple[Tensor, Tensor]:
    """Run `CrfDecodeForwardRnnCell` over time.

    Args:
        inputs: (B, T-1, K), the emissions of all positions but the first.
        state: (B, K), the scores of the first position.
        transition_params: (K, K).
        sequence_lengths: (B,) integers, the first position not counted.

    Returns:
        `(pointers, state)`: (B, T-1, K) int32, the best tag before each tag, 0 where masked; and
        (B, K), the scores of the last token.

    Example:

    >>> import numpy as np
    >>> transitions = np.array([[0.0, 0.0], [5.0, 0.0]])
    >>> first, rest = np.array([[1.0, 0.0]]), np.zeros((1, 2, 2))
    >>> pointers, state = crf_decode_forward(rest, first, transitions, [1])
    >>> print(np.asarray(pointers).tolist(), np.asarray(state))
    [[[1, 0], [0, 0]]] [[5. 1.]]
    """
    inputs, state = ops.convert_to_tensor(inputs), ops.convert_to_tensor(state)
    cell = CrfDecodeForwardRnnCell(transition_params, dtype=inputs.dtype)

    def step(states, xs_t):
        (state,), (emissions, keep) = states, xs_t
        pointers, new = cell.call(emissions, state)
        return (ops.where(keep, new, state),), (ops.where(keep, pointers, 0),)

    like = ops.cast(state, "int32")
    xs = _steps(inputs, ops.cast(sequence_lengths, "int32"))
    (state,), (pointers,) = scan(step, (state,), xs, like=(like,))
    return ops.transpose(pointers, (1, 0, 2)), state


def crf_decode_backward(inputs: Tensor, state: Tensor) -> Tensor:
    """Follow the pointers of the Viterbi algorithm from the last tag to the first.

    Args:
        inputs: (B, T-1, K) integers, the pointers, the last position first.
        state: (B, 1) integers, the last tag.

    Returns:
        (B, T-1, 1), the tags before the last one, the later first.

    Example:

    >>> import numpy as np
    >>> pointers = np.array([[[1, 0], [1, 1]]])
    >>> print(np.asarray(crf_decode_backward(pointers, np.array([[0]])))[..., 0])
    [[1 1]]
    """

    def step(states, xs_t):
        tag = ops.take_along_axis(xs_t[0], states[0], axis=1)
        return (tag,), (tag,)

    pointers = ops.transpose(ops.cast(inputs, "int32"), (1, 0, 2))
    state = ops.cast(state, "int32")
    _, (tags,) = scan(step, (state,), [pointers], like=(state,))
    return ops.transpose(tags, (1, 0, 2))


def _steps(inputs, lengths):
    """Return what a scan reads: emissions (T, B, K), and whether there is a token, (T, B, 1)."""
    steps = ops.arange(ops.shape(inputs)[1], dtype="int32")
    return [ops.transpose(inputs, (1, 0, 2)), (steps[:, None] < lengths)[..., None]]
