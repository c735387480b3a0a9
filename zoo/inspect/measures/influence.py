"""Which word drives which answer, by hiding one word after another."""

import numpy as np

POSITIONS = 4096  # in one batch of copies, so that memory stays bounded


def hide_each(function, features):
    """Measure how far scores fall when each word is hidden behind the average of the others.

    ```
    fall[s] = f(x) - f(x with x_s = mean of x_r over r != s)
    ```

    A vector of zeros would be no neutral word: a tagger takes it for a name.

    Args:
        function: from (B, T, F) to an array whose first axis is B.
        features: (T, F), one sequence, T above 0. A single word is hidden behind zeros.

    Returns:
        (T, ...): first axis the hidden position, the others those of `function` of one sequence.

    Raises:
        ValueError: `features` of another rank, or empty.

    Example:

    >>> hide_each(lambda x: x.sum(axis=(1, 2)), np.array([[1.0], [-2.0]])).tolist()
    [3.0, -3.0]
    """
    features = np.asarray(features)
    if features.ndim != 2 or 0 in features.shape:
        raise ValueError(
            f"hide_each: `features` must be (time, features), not empty, got {features.shape}."
        )
    length = len(features)
    others = (features.sum(axis=0) - features) / max(1, length - 1)
    whole = np.asarray(function(features[None]))[0]
    falls = []
    for hidden in np.array_split(np.arange(length), -(-length * length // POSITIONS)):
        copies = np.tile(features, (len(hidden), 1, 1))
        copies[np.arange(len(hidden)), hidden] = others[hidden]
        falls.append(whole - np.asarray(function(copies)))
    return np.concatenate(falls)
