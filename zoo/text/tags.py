"""Tag schemes: spans written as one tag a token, read back, checked and converted."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

SCHEMES = ("BIO", "IOB1", "BIOES")


class Span(NamedTuple):
    """A labelled run of tokens.

    Args:
        label: what it is; empty for tags without label (`"B"`, `"I"`).
        start: index of its first token.
        end: index behind its last one.

    Example:

    >>> words = ["the", "New", "York", "Times"]
    >>> words[slice(*Span("ORG", 1, 4)[1:])]
    ['New', 'York', 'Times']
    """

    label: str
    start: int
    end: int


class IllegalTag(NamedTuple):
    """A tag that breaks its scheme.

    Args:
        sentence: index of the tag sequence in its corpus, 0 for one that stands alone.
        position: index of the tag in its sequence.
        reason: what is wrong with it.
    """

    sentence: int
    position: int
    reason: str


class SchemeError(ValueError):
    """Tags that break their scheme, or a corpus whose tags fit none.

    Args:
        message: what is wrong.
        illegal: list of `IllegalTag`: for each scheme in question the first.
    """

    def __init__(self, message: str, illegal: list[IllegalTag]) -> None:
        super().__init__(message)
        self.illegal = illegal


def tags_to_spans(tags: Iterable[str]) -> list[Span]:
    """Read spans as the conlleval script does: every tag but `O` belongs to one, legal or not.

    A tag continues the span before it if it is `I` or `E`, the tag before it is `B` or `I`, and
    both have one label; any other begins a span. One reading for all schemes: they differ in what
    is legal, and on legal tags there is no other.

    Args:
        tags: a sequence of strings: `"O"` or prefix, hyphen, label; label and hyphen may be
            left out.

    Returns:
        List of `Span`, in order.

    Raises:
        SchemeError: a string that is no tag of any scheme.

    Example:

    >>> tags_to_spans(["B-PER", "I-PER", "O", "I-LOC", "I-ORG"])
    [Span(label='PER', start=0, end=2),
     Span(label='LOC', start=3, end=4),
     Span(label='ORG', start=4, end=5)]

    Reference: the evaluation script of the CoNLL-2000 shared task (Tjong Kim Sang and Buchholz).
    """
    spans: list[Span] = []
    last_prefix, last_label = "O", ""
    for position, tag in enumerate(tags):
        prefix, label = _parse(tag, position)
        if prefix in "IE" and last_prefix in "BI" and label == last_label:
            spans[-1] = Span(label, spans[-1].start, position + 1)
        elif prefix != "O":
            spans.append(Span(label, position, position + 1))
        last_prefix, last_label = prefix, label
    return spans


def strict_spans(tags: Iterable[str], scheme: str) -> list[Span]:
    """Read the spans that are written as the scheme writes them, and no others.

    Args:
        tags: a sequence of strings.
        scheme: `"BIO"` (also known as IOB2), `"IOB1"` or `"BIOES"`.

    Returns:
        List of `Span`, in order: those of `tags_to_spans` with the tags of `spans_to_tags`.

    Raises:
        SchemeError: a string that is no tag of any scheme.
        ValueError: an unknown scheme.

    Example:

    >>> strict_spans(["B-PER", "I-PER", "O", "I-LOC", "B-ORG"], "BIO")
    [Span(label='PER', start=0, end=2), Span(label='ORG', start=4, end=5)]
    """
    tags = list(tags)
    spans = tags_to_spans(tags)
    proper = spans_to_tags(spans, len(tags), scheme)
    return [span for span in spans if tags[span.start : span.end] == proper[span.start : span.end]]


def spans_to_tags(spans: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Write spans as tags.

    Args:
        spans: `Span`s that do not overlap, in any order.
        length: how many tokens the sequence has.
        scheme: `"BIO"`, `"IOB1"` or `"BIOES"`.

    Returns:
        List of `length` strings.

    Raises:
        ValueError: an unknown scheme, or spans that are empty, overlap or leave the sequence.

    Example:

    >>> spans_to_tags([Span("PER", 0, 2), Span("LOC", 3, 4)], 4, "BIOES")
    ['B-PER', 'E-PER', 'O', 'S-LOC']
    """
    if scheme not in SCHEMES:
        raise ValueError(f"`scheme` must be one of {', '.join(SCHEMES)}, got {scheme!r}.")
    tags = ["O"] * length
    last: tuple[str | None, int, int] = (None, 0, 0)
    for span in sorted(spans, key=lambda span: span.start):
        last_label, _, last_end = last
        if not last_end <= span.start < span.end <= length:
            raise ValueError(
                "`spans` must not be empty, overlap or leave the sequence, got "
                f"{tuple(span)} after {tuple(last)} among {length} tokens."
            )
        goes_on = span.start == last_end and span.label == last_label
        for position, prefix in enumerate(_prefixes(span, scheme, goes_on), span.start):
            tags[position] = f"{prefix}-{span.label}" if span.label else prefix
        last = span
    return tags


def _prefixes(span: Span, scheme: str, goes_on: bool) -> str:
    """Return the prefixes of a span, which may go on behind one of the same label."""
    more = span.end - span.start - 1
    if scheme == "BIOES":
        return "B" + "I" * (more - 1) + "E" if more else "S"
    return ("B" if scheme == "BIO" or goes_on else "I") + "I" * more


def _parse(tag: str, position: int) -> tuple[str, str]:
    prefix, hyphen, label = str(tag).partition("-")
    if tag != "O" and (prefix not in ("B", "I", "E", "S") or bool(hyphen) != bool(label)):
        reason = f"{tag!r} is no tag: neither 'O' nor one of B, I, E, S with a label, as 'B-PER'"
        raise SchemeError(f"Tag {position}: {reason}.", [IllegalTag(0, position, reason)])
    return prefix, label


def first_illegal(sentences: Iterable[Sequence[str]], scheme: str) -> IllegalTag | None:
    """Return the first tag of a corpus that breaks the scheme.

    Args:
        sentences: tag sequences.
        scheme: `"BIO"`, `"IOB1"` or `"BIOES"`.

    Returns:
        `IllegalTag`, or None if all are legal.

    Raises:
        ValueError: an unknown scheme.

    Example:

    >>> first_illegal([["O", "I-PER"]], "BIO")
    IllegalTag(sentence=0, position=1, reason="'I-PER' stands where BIO has 'B-PER'")
    """
    for index, tags in enumerate(sentences):
        try:
            proper = spans_to_tags(tags_to_spans(tags), len(tags), scheme)
        except SchemeError as error:
            return error.illegal[0]._replace(sentence=index)
        for position, (tag, expected) in enumerate(zip(tags, proper, strict=True)):
            if tag != expected:
                reason = f"{tag!r} stands where {scheme} has {expected!r}"
                return IllegalTag(index, position, reason)
    return None


def convert_tags(tags: Sequence[str], source: str, target: str) -> list[str]:
    """Write the same spans in another scheme.

    Args:
        tags: a sequence of strings, legal in `source`.
        source: `"BIO"`, `"IOB1"` or `"BIOES"`.
        target: the same choice.

    Returns:
        List of strings.

    Raises:
        SchemeError: tags that are illegal in `source`, with the place of the first.
        ValueError: an unknown scheme.

    Example:

    >>> convert_tags(["I-PER", "I-PER", "B-PER", "O"], "IOB1", "BIO")
    ['B-PER', 'I-PER', 'B-PER', 'O']
    """
    illegal = first_illegal([tags], source)
    if illegal:
        raise SchemeError(f"Tag {illegal.position}: {illegal.reason}.", [illegal])
    return spans_to_tags(tags_to_spans(tags), len(tags), target)


def detect_scheme(sentences: Sequence[Sequence[str]]) -> str:
    """Return the scheme in which all tags of a corpus are legal.

    Args:
        sentences: list of tag sequences.

    Returns:
        `"BIO"`, `"IOB1"` or `"BIOES"`; the first of them where several fit, as where all is `O`.

    Raises:
        SchemeError: none fits, as where schemes are mixed; with the first break of each.

    Example:

    >>> detect_scheme([["I-PER", "O"], ["I-LOC", "B-LOC"]])
    'IOB1'
    """
    broken: list[IllegalTag] = []
    for scheme in SCHEMES:
        illegal = first_illegal(sentences, scheme)
        if illegal is None:
            return scheme
        broken.append(illegal)
    places = (f"sentence {i.sentence}, tag {i.position}: {i.reason}" for i in broken)
    raise SchemeError(f"The tags fit no single scheme: {'; '.join(places)}.", broken)
