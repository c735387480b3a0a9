"""From spans of characters to tagged sentences of tokens."""

from collections.abc import Sequence
from typing import NamedTuple

from zoo.data.readers.annotations import Offsets
from zoo.text import Span, Token, WordTokenizer, spans_to_tags, split_sentences
from zoo.text.shown import HIDDEN

TOKENIZER = WordTokenizer()


class Aligned(NamedTuple):
    """The sentences of a text, and the spans that could not be aligned.

    Args:
        sentences: pairs of words and BIO tags, without the sentences of `problems`.
        problems: what is wrong with each span that is not one of whole tokens, as text.
        left_out: number of sentences that hold such spans, and are left out.
    """

    sentences: list[tuple[list[str], list[str]]]
    problems: list[str]
    left_out: int


def align(text: str, spans: Sequence[Offsets]) -> Aligned:
    """Split a text into tokens and sentences, as taggers do, and tag the tokens by its spans.

    White space and format characters at the edges of a span are ignored. A span over several
    sentences joins them. A sentence is left out if a span in it begins or ends within a token, or
    overlaps another span.

    Args:
        text: the text.
        spans: triples of start, end and label, in characters.

    Example:

    >>> align("Ada met Bo. Eve left.", [(0, 3, "PER"), (13, 15, "PER")])
    Aligned(sentences=[(['Ada', 'met', 'Bo', '.'], ['B-PER', 'O', 'O', 'O'])],
            problems=["'ve' (PER) is not one of whole tokens: Eve"],
            left_out=1)
    """
    spans = sorted({_stripped(text, span) for span in spans})
    tokens = TOKENIZER(text)
    problems = dict(zip(spans, _problems(text, spans, tokens), strict=True))
    sentences, left_out = [], 0
    for sentence in _joined(split_sentences(text, tokens), spans):
        start, end = sentence[0].start, sentence[-1].end
        inside = [span for span in spans if span[0] < end and start < span[1]]
        if any(problems[span] for span in inside):
            left_out += 1
            continue
        firsts = {token.start: index for index, token in enumerate(sentence)}
        lasts = {token.end: index + 1 for index, token in enumerate(sentence)}
        found = [Span(label, firsts[start], lasts[end]) for start, end, label in inside]
        tags = spans_to_tags(found, len(sentence), "BIO")
        sentences.append(([token.text for token in sentence], tags))
    return Aligned(sentences, [problem for problem in problems.values() if problem], left_out)


def _stripped(text: str, span: Offsets) -> Offsets:
    start, end, label = span
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return start, end, label


def _is_blank(character: str) -> bool:
    return character.isspace() or HIDDEN.match(character) is not None


def _problems(text: str, spans: Sequence[Offsets], tokens: Sequence[Token]) -> list[str]:
    """Return what is wrong with each span, empty where nothing is."""
    firsts, lasts = {token.start for token in tokens}, {token.end for token in tokens}
    problems = []
    for index, (start, end, label) in enumerate(spans):
        name = f"{text[start:end]!r} ({label})"
        others = [each for at, each in enumerate(spans) if at != index]
        over = [text[a:b] for a, b, _ in others if a < end and start < b]
        if start >= end:
            problems.append(f"a span of {label} holds only white space")
        elif over:
            problems.append(f"{name} overlaps {over[0]!r}")
        elif start not in firsts or end not in lasts:
            words = " ".join(t.text for t in tokens if t.start < end and start < t.end)
            problems.append(f"{name} is not one of whole tokens: {words}")
        else:
            problems.append("")
    return problems


def _joined(sentences: Sequence[list[Token]], spans: Sequence[Offsets]) -> list[list[Token]]:
    """Join the sentences that a span connects."""
    joined: list[list[Token]] = []
    for sentence in sentences:
        first = sentence[0].start
        if joined and any(start < first < end for start, end, _ in spans):
            joined[-1].extend(sentence)
        else:
            joined.append([*sentence])
    return joined
