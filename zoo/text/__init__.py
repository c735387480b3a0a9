"""Text processing in plain Python: tokenizers with exact offsets, tag schemes, vocabularies.

Importing this package does not import NumPy, which only the two encoders return.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from zoo.text.characters import CharacterTokenizer
from zoo.text.schemes import SCHEMES, Scheme
from zoo.text.sentences import split_sentences
from zoo.text.tag_checks import convert_tags, detect_scheme, first_illegal
from zoo.text.tags import (
    IllegalTag,
    SchemeError,
    Span,
    spans_to_tags,
    strict_spans,
    tags_to_spans,
)
from zoo.text.tokens import Token
from zoo.text.windows import windows
from zoo.text.words import WordTokenizer

if TYPE_CHECKING:
    from zoo.text.vocabulary import Vocabulary
    from zoo.text.word_encoder import WordEncoder

_MODULES = {"Vocabulary": "zoo.text.vocabulary", "WordEncoder": "zoo.text.word_encoder"}

__all__ = [
    "SCHEMES",
    "CharacterTokenizer",
    "IllegalTag",
    "Scheme",
    "SchemeError",
    "Span",
    "Token",
    "Vocabulary",
    "WordEncoder",
    "WordTokenizer",
    "convert_tags",
    "detect_scheme",
    "first_illegal",
    "spans_to_tags",
    "split_sentences",
    "strict_spans",
    "tags_to_spans",
    "windows",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
