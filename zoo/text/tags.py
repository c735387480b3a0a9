"""Conversion between spans and one tag per token."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from zoo.text.schemes import scheme_named

# In any scheme, one of the first letters after one of the second ones continues a span.
CONTINUING, CONTINUED = "IMEL", "BIM"
PREFIXES = "BIESLUMW"


class Span(NamedTuple):
    """A labelled span of tokens.

    Args:
        label: its label; empty for tags without a label (`"B"`, `"I"`).
        start: index of its first token.
        end: index after its last token.

    Example:

    >>> words = ["the", "New", "York", "Times"]
    >>> words[slice(*Span("ORG", 1, 4)[1:])]
    ['New', 'York', 'Times']
    """

    label: str
    start: int
    end: int


class IllegalTag(NamedTuple):
    """A tag that violates its scheme.

    Args:
        sentence: index of the tag sequence in its corpus; 0 for a single sequence.
        position: index of the tag in its sequence.
        reason: why it is illegal.
    """

    sentence: int
    position: int
    reason: str


class SchemeError(ValueError):
    """Tags that violate their scheme, or a corpus whose tags fit no scheme.

    Args:
        message: the error message.
        illegal: the illegal tags, at least one.
    """

    def __init__(self, message: str, illegal: list[IllegalTag]) -> None:
        super().__init__(message)
        self.illegal = illegal


def tags_to_spans(tags: Iterable[str], suffix: bool = False) -> list[Span]:
    """Convert tags to spans as the conlleval script does; illegal tags are part of spans too.

    A tag continues the previous span if its prefix is `I` or `E`, the prefix of the previous tag is
    `B` or `I`, and both labels are equal. Any other tag except `O` starts a new span. This holds
    for all schemes, where `L` (BILOU) is read as `E`, `M` (BMEWO) as `I`, and `U` and `W` as `S`:
    on legal tags the result is unambiguous.

    Args:
        tags: strings: `"O"`, or a prefix, a hyphen and a label; hyphen and label can be omitted.
        suffix: whether the label comes first, as in `"PER-B"`.

    Returns:
        List of `Span`, in order.

    Raises:
        SchemeError: a string is not a tag of any scheme.

    Example:

    >>> tags_to_spans(["B-PER", "I-PER", "O", "I-LOC", "I-ORG"])
    [Span(label='PER', start=0, end=2),
     Span(label='LOC', start=3, end=4),
     Span(label='ORG', start=4, end=5)]

    Reference: the evaluation script of the CoNLL-2000 shared task (Tjong Kim Sang and Buchholz).
    """
    return _spans(_parsed(tags, suffix))


def strict_spans(tags: Iterable[str], scheme: str, suffix: bool = False) -> list[Span]:
    """Convert tags to spans, and ignore spans with illegal tags.

    Args:
        tags: strings.
        scheme: a name in `SCHEMES`.
        suffix: whether the label comes first, as in `"PER-B"`.

    Returns:
        List of `Span`, in order: the spans of `tags_to_spans` whose tags are those that the scheme
        requires.

    Raises:
        SchemeError: a string is not a tag, or has a prefix that the scheme does not have.
        ValueError: `scheme` is unknown.

    Example:

    >>> strict_spans(["B-PER", "I-PER", "O", "I-LOC", "B-ORG"], "BIO")
    [Span(label='PER', start=0, end=2), Span(label='ORG', start=4, end=5)]
    """
    parsed = _parsed(tags, suffix, scheme)
    found = "".join(prefix for prefix, _ in parsed)
    spans = _spans(parsed)
    required = _prefixes(spans, scheme)
    return [
        span
        for span, prefixes in zip(spans, required, strict=True)
        if found[span.start : span.end] == prefixes
    ]


def spans_to_tags(spans: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Convert spans to tags.

    Args:
        spans: non-overlapping `Span`s, in any order.
        length: number of tokens of the sequence.
        scheme: a name in `SCHEMES`.

    Returns:
        List of `length` strings.

    Raises:
        ValueError: `scheme` is unknown; a span is empty, overlaps another one or is out of range;
            the scheme is IO, which cannot separate two adjacent spans of one label.

    Example:

    >>> spans_to_tags([Span("PER", 0, 2), Span("LOC", 3, 4)], 4, "BIOES")
    ['B-PER', 'E-PER', 'O', 'S-LOC']
    """
    spans = sorted(spans, key=lambda span: span.start)
    _check_spans(spans, length)
    tags = write_tags(spans, length, scheme)
    if scheme == "IO" and tags_to_spans(tags) != spans:
        raise ValueError(
            "`spans` of one label must not be adjacent in the scheme IO, which cannot separate "
            f"them, got {[tuple(span) for span in spans]}."
        )
    return tags


def write_tags(spans: Sequence[Span], length: int, scheme: str) -> list[str]:
    """Return the tags of spans in order, as `spans_to_tags` without its checks."""
    tags = ["O"] * length
    for span, prefixes in zip(spans, _prefixes(spans, scheme), strict=True):
        end = f"-{span.label}" if span.label else ""
        tags[span.start : span.end] = [prefix + end for prefix in prefixes]
    return tags


def _check_spans(spans: Sequence[Span], length: int) -> None:
    last: tuple[str | None, int, int] = (None, 0, 0)
    for span in spans:
        if not last[2] <= span.start < span.end <= length:
            raise ValueError(
                "`spans` must not be empty, overlap or leave the sequence, got "
                f"{tuple(span)} after {tuple(last)} among {length} tokens."
            )
        last = span


def _prefixes(spans: Sequence[Span], scheme: str) -> list[str]:
    """Return the prefixes of each of the spans, which are in order."""
    row = scheme_named(scheme)
    touching = [
        one.label == other.label and one.end == other.start for one, other in pairwise(spans)
    ]
    sides = zip(spans, [False, *touching], [*touching, False], strict=False)
    return [row.prefixes(span.end - span.start, after, before) for span, after, before in sides]


def _spans(parsed: Sequence[tuple[str, str]]) -> list[Span]:
    spans: list[Span] = []
    last_prefix, last_label = "O", ""
    for position, (prefix, label) in enumerate(parsed):
        if prefix in CONTINUING and last_prefix in CONTINUED and label == last_label:
            spans[-1] = Span(label, spans[-1].start, position + 1)
        elif prefix != "O":
            spans.append(Span(label, position, position + 1))
        last_prefix, last_label = prefix, label
    return spans


def _parsed(tags: Iterable[str], suffix: bool, scheme: str = "") -> list[tuple[str, str]]:
    """Return the prefix and the label of each tag, which may be of any scheme or must be of one."""
    letters = scheme_named(scheme).letters if scheme else PREFIXES
    parsed: list[tuple[str, str]] = []
    for position, tag in enumerate(tags):
        first, hyphen, last = str(tag).rpartition("-") if suffix else str(tag).partition("-")
        prefix, label = (last, first) if suffix else (first, last)
        if tag != "O" and (prefix not in tuple(letters) or bool(hyphen) != bool(label)):
            parts = "a label and one of" if suffix else "a label after one of"
            example = f"PER-{letters[0]}" if suffix else f"{letters[0]}-PER"
            reason = (
                f"{tag!r} is not a tag{' of ' if scheme else ''}{scheme}: neither 'O' nor {parts} "
                f"{', '.join(letters)}, as {example!r}"
            )
            raise SchemeError(f"Tag {position}: {reason}.", [IllegalTag(0, position, reason)])
        parsed.append((prefix, label))
    return parsed
