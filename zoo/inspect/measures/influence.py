"""Occlusion: the influence of each word on the answers, by hiding one word after another."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

POSITIONS = 4096  # in one batch of copies; bounds the memory


def hide_each(function: Callable[[np.ndarray], Any], features: ArrayLike) -> np.ndarray:
    """Measure how far scores fall when each word is replaced by the mean of the others.

    ```
    fall[s] = f(x) - f(x with x_s = mean of x_r over r != s)
    ```

    A vector of zeros would not be neutral: an entity tagger takes it for a name.

    Args:
        function: from (B, T, F) to an array with the first axis B.
        features: (T, F), one sequence, T above 0. A single word is replaced by zeros.

    Returns:
        (T, ...): the first axis is the hidden position, the others are those of `function` for one
        sequence.

    Raises:
        ValueError: `features` has another rank, or is empty.

    Example:

    >>> hide_each(lambda x: x.sum(axis=(1, 2)), np.array([[1.0], [-2.0]])).tolist()
    [3.0, -3.0]
    """
    words = np.asarray(features)
    if words.ndim != 2 or 0 in words.shape:
        raise ValueError(
            f"hide_each: `features` must be (time, features), not empty, got {words.shape}."
        )
    length = len(words)
    others = (words.sum(axis=0) - words) / max(1, length - 1)
    whole = np.asarray(function(words[None]))[0]
    falls = []
    for hidden in np.array_split(np.arange(length), -(-length * length // POSITIONS)):
        copies = np.tile(words, (len(hidden), 1, 1))
        copies[np.arange(len(hidden)), hidden] = others[hidden]
        falls.append(whole - np.asarray(function(copies)))
    return np.concatenate(falls)
