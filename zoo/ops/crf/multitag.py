"""Partial labels: the probability of all tag sequences that agree with sets of allowed tags."""

from typing import Any

from keras import ops

from zoo.ops.crf.arguments import read_bitmap, read_chain
from zoo.ops.crf.chain import log_norm
from zoo.ops.tensor_types import Tensor


def crf_filtered_inputs(inputs: Tensor, tag_bitmap: Tensor) -> Tensor:
    """Return the emissions of the allowed tags, and -inf for the others.

    Args:
        inputs: (B, T, K), emissions.
        tag_bitmap: (B, T, K) boolean, whether a tag is allowed at a position.

    Returns:
        (B, T, K), of the dtype of `inputs`.

    Example:

    >>> import numpy as np
    >>> print(np.asarray(crf_filtered_inputs(np.array([[[1.0, 2.0]]]), [[[True, False]]])))
    [[[  1. -inf]]]
    """
    inputs = ops.convert_to_tensor(inputs)
    return ops.where(ops.cast(tag_bitmap, "bool"), inputs, ops.cast(-float("inf"), inputs.dtype))


def crf_multitag_sequence_score(
    inputs: Tensor,
    tag_bitmap: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> Tensor:
    """Return the log of the sum of exp(score) over the tag sequences of the allowed tags.

    If one tag is allowed at each position, this is `crf_sequence_score`; if all are,
    `crf_log_norm`.

    Args:
        inputs: (B, T, K), emissions.
        tag_bitmap: (B, T, K) boolean, whether a tag is allowed at a position; masked positions
            are ignored.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        (B,), 0 for a row without tokens, at most about -1e9 if no sequence is allowed.

    Raises:
        ValueError: as `crf_log_norm`; a bitmap of another shape.

    Example:

    >>> import numpy as np
    >>> bitmap = [[[True, True], [True, False]]]
    >>> print(np.exp(np.asarray(crf_multitag_sequence_score(np.zeros((1, 2, 2)), bitmap))))
    [2.]
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    return log_norm(chain.limited(read_bitmap(tag_bitmap, chain))) + chain.offset


def crf_multitag_log_likelihood(
    inputs: Tensor,
    tag_bitmap: Tensor,
    sequence_lengths: Tensor | None = None,
    transition_params: Tensor | None = None,
    **options: Any,
) -> tuple[Tensor, Tensor]:
    """Return the log-probability that all tags are allowed ones, and the transitions.

    ```
    log sum_(y allowed) p(y)
    ```

    It is the likelihood of partially labelled data: a position that is not labelled allows all
    tags.

    Args:
        inputs: (B, T, K), emissions.
        tag_bitmap: (B, T, K) boolean, whether a tag is allowed at a position; masked positions
            are ignored.
        sequence_lengths: (B,) integers, or None.
        transition_params: (K, K), or None for zeros.
        **options: `start`, `end`, `mask`, `allowed`; see `zoo.ops.crf`.

    Returns:
        `(log_likelihood, transition_params)`: (B,), 0 for a row without tokens, at most about
        -1e9 if no sequence is allowed; and the transitions, (K, K).

    Raises:
        ValueError: as `crf_multitag_sequence_score`.

    Example:

    >>> import numpy as np
    >>> bitmap = [[[True, True], [True, False]]]
    >>> log_likelihood, _ = crf_multitag_log_likelihood(np.zeros((1, 2, 2)), bitmap)
    >>> print(np.exp(np.asarray(log_likelihood)).round(4))
    [0.5]

    Reference: Tsuboi et al. (2008).
    """
    chain = read_chain(inputs, sequence_lengths, transition_params, **options)
    limited = chain.limited(read_bitmap(tag_bitmap, chain))
    # Both contain the offset; leaving it out avoids subtracting two large numbers.
    return log_norm(limited) - log_norm(chain), chain.transitions
