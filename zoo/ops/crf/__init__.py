"""Linear-chain conditional random field: likelihood, decoding, marginals, partial labels.

```
score(y) = start(y_1) + sum_t emissions(t, y_t) + sum_t transitions(y_t, y_(t+1)) + end(y_T)
p(y) = exp(score(y) - log_norm),  log_norm = log sum_y exp(score(y))
```

Every function of TensorFlow Addons' `tfa.text.crf` is here, with its name and arguments. Those that
read whole sequences also take these options by keyword:

- `start`, `end`: (K,), scores of the first and the last tag; None for zeros.
- `mask`: (B, T) boolean, True where there is a token, instead of the sequence lengths. Masked
  positions may be anywhere: they are skipped, and the chain links the remaining tokens. With
  neither lengths nor a mask, every position is a token.
- `allowed`: triple of booleans `(transitions (K, K), start (K,), end (K,))`, as
  returned by `zoo.ops.tag_constraints.allowed_tags`; a False entry scores -1e9. None for no
  constraint.

`tag_bitmap`, (B, T, K) boolean, is the set of the tags that are allowed at each position: all True
where nothing is known, one True where the tag is known.

Emissions may be -inf, to forbid a tag at a position. A row without tokens has log norm, likelihood
and score 0, and no gradient. Half precision is computed as float32.

Reference: Lafferty et al. (2001).
"""

import zoo.train_extra  # noqa: F401
from zoo.ops.crf.addons import (
    CrfDecodeForwardRnnCell,
    crf_binary_score,
    crf_decode_backward,
    crf_decode_forward,
    crf_forward,
    crf_unary_score,
    viterbi_decode,
)
from zoo.ops.crf.decoding import crf_constrained_decode, crf_decode, crf_n_best
from zoo.ops.crf.likelihood import (
    crf_log_likelihood,
    crf_log_norm,
    crf_marginals,
    crf_sequence_score,
    crf_token_log_likelihood,
)
from zoo.ops.crf.multitag import (
    crf_filtered_inputs,
    crf_multitag_log_likelihood,
    crf_multitag_sequence_score,
)

__all__ = [
    "CrfDecodeForwardRnnCell",
    "crf_binary_score",
    "crf_constrained_decode",
    "crf_decode",
    "crf_decode_backward",
    "crf_decode_forward",
    "crf_filtered_inputs",
    "crf_forward",
    "crf_log_likelihood",
    "crf_log_norm",
    "crf_marginals",
    "crf_multitag_log_likelihood",
    "crf_multitag_sequence_score",
    "crf_n_best",
    "crf_sequence_score",
    "crf_token_log_likelihood",
    "crf_unary_score",
    "viterbi_decode",
]
