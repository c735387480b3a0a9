"""The probability of tag sequences under a linear-chain CRF, and of single tags."""

from typing import Any

from zoo.ops.crf.arguments import read_chain, read_tags
from zoo.ops.crf.chain import log_norm, marginals, score, token_log_likelihoods
from zoo.ops.tensor_types import Tensor


def crf_log_norm(
    inputs: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the log of the sum of exp(score) over all tag sequences.

    Args:
        inputs: (B, T, K), emissions.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), from the tag of the row to that of the column, or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        (B,), 0 for a row without tokens.

    Raises:
        ValueError: shapes that do not match; both lengths and a mask.

    Example:

    >>> import numpy as np
    >>> print(np.exp(np.asarray(crf_log_norm(np.zeros((2, 3, 2)), [3, 1]))).round(4))
    [8. 2.]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    return log_norm(chain) + chain.offset


def crf_sequence_score(
    inputs: Tensor,
    tag_indices: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the score of the given tag sequences.

    Args:
        inputs: (B, T, K), emissions.
        tag_indices: (B, T) integers in 0..K-1; those of masked positions are ignored.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        (B,), 0 for a row without tokens, NaN for one with a tag outside 0..K-1.

    Raises:
        ValueError: as `crf_log_norm`; a tag outside 0..K-1, if tags and lengths or mask are
            arrays and not tensors.

    Example:

    >>> import numpy as np
    >>> emissions = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    >>> print(np.asarray(crf_sequence_score(emissions, [[0, 1]], [2], [[0, 9], [0, 0]])))
    [14.]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    tags = read_tags(tag_indices, chain, sequence_lengths, options.get("mask"))
    return score(chain, tags) + chain.offset


def crf_log_likelihood(
    inputs: Tensor,
    tag_indices: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, Tensor]:
    """Return the log-probability of the given tag sequences, and the transitions.

    Args:
        inputs: (B, T, K), emissions.
        tag_indices: (B, T) integers in 0..K-1; those of masked positions are ignored.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        `(log_likelihood, transition_params)`: (B,), 0 for a row without tokens, NaN for one with
        a tag outside 0..K-1; and the transitions, (K, K).

    Raises:
        ValueError: as `crf_sequence_score`.

    Example:

    >>> import numpy as np
    >>> log_likelihood, _ = crf_log_likelihood(np.zeros((1, 3, 2)), [[0, 1, 0]])
    >>> print(np.exp(np.asarray(log_likelihood)).round(4))
    [0.125]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    tags = read_tags(tag_indices, chain, sequence_lengths, options.get("mask"))
    # Both contain the offset; leaving it out avoids subtracting two large numbers.
    return score(chain, tags) - log_norm(chain), chain.transitions


def crf_marginals(
    inputs: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the probability of each tag at each position, by the forward-backward algorithm.

    Args:
        inputs: (B, T, K), emissions.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        (B, T, K), zeros where masked.

    Raises:
        ValueError: as `crf_log_norm`.

    Example:

    >>> import numpy as np
    >>> stay = [[0.0, -np.inf], [-np.inf, 0.0]]
    >>> emissions = np.log([[[0.5, 0.5], [0.9, 0.1]]])
    >>> print(np.asarray(crf_marginals(emissions, None, stay))[0].round(4))
    [[0.9 0.1] [0.9 0.1]]
    """
    return marginals(read_chain(inputs, sequence_lengths, transition_params, **options))


def crf_token_log_likelihood(
    inputs: Tensor,
    tag_indices: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the log-probability of each tag, given the inputs and the tags before it.

    ```
    log p(y) = sum_t log p(y_t | y_1 .. y_(t-1))
    ```

    The sum over a row is its log-likelihood; a weighted sum weights the tokens.

    Args:
        inputs: (B, T, K), emissions.
        tag_indices: (B, T) integers in 0..K-1; those of masked positions are ignored.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        (B, T), 0 where masked, NaN in a row with a tag outside 0..K-1.

    Raises:
        ValueError: as `crf_sequence_score`.

    Example:

    >>> import numpy as np
    >>> stay = [[0.0, -np.inf], [-np.inf, 0.0]]
    >>> logs = crf_token_log_likelihood(np.zeros((1, 3, 2)), [[1, 1, 1]], None, stay)
    >>> print(np.exp(np.asarray(logs)).round(4))
    [[0.5 1.  1. ]]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    tags = read_tags(tag_indices, chain, sequence_lengths, options.get("mask"))
    return token_log_likelihoods(chain, tags)
