"""Training of taggers: of words, with tags or spans, and of tokens."""

from zoo.training.tagging.kinds import SpanTags, WordTags
from zoo.training.tagging.tokens import TokenBatches, fit_tokens, split_tokens
from zoo.training.tagging.words import fit_words, predict_word_tags

__all__ = [
    "SpanTags",
    "TokenBatches",
    "WordTags",
    "fit_tokens",
    "fit_words",
    "predict_word_tags",
    "split_tokens",
]
