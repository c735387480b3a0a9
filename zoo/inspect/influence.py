"""Which word drives which answer, by hiding one word after another."""

import numpy as np

ROWS = 4096  # positions in one batch of copies, so that memory stays bounded


def hide_each(function, features):
    """Measure how far scores fall when each word is hidden: its vector becomes zeros.

    ```
    fall[s] = f(x) - f(x with x_s = 0)
    ```

    Zeros are what dropout shows a model of a word in training.

    Args:
        function: from (B, T, F) to an array whose first axis is B.
        features: (T, F), one sequence, T above 0.

    Returns:
        (T, ...): first axis the hidden position, the others those of `function` of one sequence.

    Raises:
        ValueError: `features` of another rank, or empty.

    Example:

    >>> hide_each(lambda x: x.sum(axis=(1, 2)), np.array([[1.0], [-2.0]])).tolist()
    [1.0, -2.0]
    """
    features = np.asarray(features)
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(
            f"hide_each: `features` must be (time, features), not empty, got {features.shape}."
        )
    whole = np.asarray(function(features[None]))[0]
    length = len(features)
    falls = []
    for hidden in np.array_split(np.arange(length), -(-length * length // ROWS)):
        copies = np.tile(features, (len(hidden), 1, 1))
        copies[np.arange(len(hidden)), hidden] = 0
        falls.append(whole - np.asarray(function(copies)))
    return np.concatenate(falls)
