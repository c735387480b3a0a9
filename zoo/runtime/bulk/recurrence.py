"""A bidirectional LSTM over packed sentences, in NumPy: no padding is read or computed.

The sentences of a batch are sorted, the longest first. Step t advances the sentences of more than t
words, which are the first n_t rows; the backward direction starts each sentence at its last word.
Arrays of all words in this order are *packed*: the n_0 rows of step 0, those of step 1, and so on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.int64]


class BiLSTM(NamedTuple):
    """The weights of a bidirectional LSTM, scaled so that one `tanh` computes all gates.

    ```
    sigmoid(x) = (tanh(x / 2) + 1) / 2
    ```

    The weights of the gates i, f and o are halved. The outputs are twice those of the layer, and
    the recurrent weights are halved for it; so are those of `dense`.

    Args:
        kernel: (F, 8U), both directions, each in the order i, f, o, g.
        bias: (8U,).
        recurrent: (2, U, 4U).
    """

    kernel: Floats
    bias: Floats
    recurrent: Floats

    @classmethod
    def of(cls, *directions: tuple[Floats, Floats, Floats]) -> BiLSTM:
        """Return the scaled weights.

        Args:
            *directions: forward and backward: kernel (F, 4U), recurrent kernel (U, 4U), bias (4U,),
                in the order i, f, g, o.
        """
        kernels, recurrent, biases = zip(*directions, strict=True)
        return cls(
            np.concatenate([_scaled(each) for each in kernels], axis=-1),
            np.concatenate([_scaled(each) for each in biases]),
            np.stack([_scaled(each) / 2 for each in recurrent]),
        )

    @property
    def units(self) -> int:
        """U, the width of one direction."""
        return self.recurrent.shape[1]

    def project(self, features: Floats) -> Floats:
        """Return the input projection of words, (2N, 4U): of word n, rows 2n and 2n + 1.

        Args:
            features: (N, F).
        """
        projected = features @ self.kernel
        projected += self.bias
        return projected.reshape(-1, 4 * self.units)


def _scaled(weights: Floats) -> Floats:
    """Return weights (..., 4U) in the order i, f, o, g; those of i, f and o halved."""
    i, f, g, o = np.split(weights.astype("float32"), 4, axis=-1)
    return np.concatenate([i / 2, f / 2, o / 2, g], axis=-1)


class Packing(NamedTuple):
    """The order of the words of a batch.

    Args:
        rows: n_t, the number of sentences of more than t words, for each step t.
        words: (2, N), the index of the word that each direction reads, packed; words are counted
            sentence after sentence.
    """

    rows: list[int]
    words: Integers

    @classmethod
    def of(cls, lengths: Integers) -> Packing:
        """Return the packing of sentences, the longest first.

        Args:
            lengths: (B,), in descending order, at least 1.

        Example:

        >>> packing = Packing.of(np.array([3, 1]))
        >>> packing.rows, packing.words.tolist()
        ([2, 1, 1], [[0, 3, 1, 2], [2, 3, 1, 0]])
        """
        longest = int(lengths[0])
        rows = np.bincount(lengths, minlength=longest + 1)[:0:-1].cumsum()[::-1]
        step = np.repeat(np.arange(longest), rows)
        row = np.arange(len(step)) - np.repeat(rows.cumsum() - rows, rows)
        first = (lengths.cumsum() - lengths)[row]
        return cls(rows.tolist(), np.stack([first + step, first + lengths[row] - 1 - step]))


def run_bilstm(layer: BiLSTM, projected: Floats, words: Integers, rows: list[int]) -> Floats:
    """Run both directions over a batch.

    ```
    [i f o g] = z + h R,   c' = sigmoid(f) * c + sigmoid(i) * tanh(g),   h' = sigmoid(o) * tanh(c')
    ```

    Args:
        layer: the weights.
        projected: (2V, 4U), the result of `BiLSTM.project` for V words.
        words: (2, N), the index among the V words of each word that a direction reads, packed.
        rows: `Packing.rows`.

    Returns:
        (2, N, U), twice the outputs h of each direction, packed.
    """
    units = layer.units
    read = 2 * words + np.array([[0], [1]])
    outputs = np.empty((2, words.shape[1], units), "float32")
    room = np.empty((2, 2 * rows[0] * 4 * units), "float32")
    cells = np.zeros((2, rows[0], units), "float32")
    start = 0
    for step, count in enumerate(rows):
        # Contiguous, as the smaller arrays of later steps would not be inside the first ones.
        z, product = (each[: 8 * count * units].reshape(2, count, -1) for each in room)
        stop = start + count
        np.take(projected, read[:, start:stop], axis=0, out=z, mode="clip")
        if step:
            before = start - rows[step - 1]
            np.matmul(outputs[:, before : before + count], layer.recurrent, out=product)
            z += product
        np.tanh(z, out=z)
        z[..., : 3 * units] += 1  # twice the sigmoids
        i, f, o, g = (z[..., k * units : (k + 1) * units] for k in range(4))
        cell = cells[:, :count]
        cell *= f
        i *= g
        cell += i
        cell *= 0.5
        np.tanh(cell, out=g)
        np.multiply(o, g, out=outputs[:, start:stop])
        start = stop
    return outputs


def in_order(outputs: Floats, words: Integers) -> Floats:
    """Return the outputs of both directions, (N, 2U), in the order of the words.

    Args:
        outputs: (2, N, U), the result of `run_bilstm`.
        words: `Packing.words`.
    """
    joined = np.empty((words.shape[1], 2, outputs.shape[-1]), outputs.dtype)
    for direction in range(2):
        joined[words[direction], direction] = outputs[direction]
    return joined.reshape(len(joined), -1)


def dense(outputs: Floats, words: Integers, kernel: Floats, bias: Floats) -> Floats:
    """Return a dense layer of the outputs of both directions, (N, K), in the order of the words.

    Args:
        outputs: (2, N, U), the result of `run_bilstm`.
        words: `Packing.words`.
        kernel: (2, U, K), halved.
        bias: (K,).
    """
    forward, backward = np.matmul(outputs, kernel)
    scores = np.empty_like(forward)
    scores[words[0]] = forward
    scores[words[1]] += backward
    return scores + bias
