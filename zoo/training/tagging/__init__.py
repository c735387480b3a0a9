"""Training of taggers: on spans of words, and on tokens."""

from zoo.training.tagging.run import TaggerRun, batches_of, spans_of
from zoo.training.tagging.spans import fit_spans, predict_spans
from zoo.training.tagging.tokens import TokenBatches, fit_tokens, split_tokens

__all__ = [
    "TaggerRun",
    "TokenBatches",
    "batches_of",
    "fit_spans",
    "fit_tokens",
    "predict_spans",
    "spans_of",
    "split_tokens",
]
