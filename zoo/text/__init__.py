"""Text processing in plain Python: tokenizers with exact offsets, tag schemes, vocabularies."""

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
from zoo.text.vocabulary import Vocabulary
from zoo.text.windows import windows
from zoo.text.word_encoder import WordEncoder
from zoo.text.words import WordTokenizer

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
