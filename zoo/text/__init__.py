"""Strings to numbers and back, in plain Python: tokenizers with exact offsets, vocabularies."""

from zoo.text.characters import CharacterTokenizer
from zoo.text.tokens import Token
from zoo.text.vocabulary import Vocabulary

__all__ = ["CharacterTokenizer", "Token", "Vocabulary"]
