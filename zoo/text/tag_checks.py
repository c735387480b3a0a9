"""Validation of tags, detection of their scheme, and conversion to another one."""

from collections.abc import Iterable, Iterator, Sequence

from zoo.text.schemes import ALIASES, SCHEMES
from zoo.text.tags import IllegalTag, SchemeError, spans_to_tags, tags_to_spans, write_tags


def first_illegal(sentences: Iterable[Sequence[str]], scheme: str) -> IllegalTag | None:
    """Return the first tag of a corpus that violates the scheme.

    Args:
        sentences: tag sequences.
        scheme: a name in `SCHEMES`.

    Returns:
        The tag, or None if all tags are legal.

    Raises:
        ValueError: `scheme` is unknown.

    Example:

    >>> first_illegal([["O", "I-PER"]], "BIO")
    IllegalTag(sentence=0, position=1, reason="'I-PER' where BIO requires 'B-PER'")
    """
    return next(illegal_tags(sentences, scheme), None)


def illegal_tags(sentences: Iterable[Sequence[str]], scheme: str) -> Iterator[IllegalTag]:
    """Yield the tags of a corpus that violate the scheme; only the first strange one of a sentence.

    Args:
        sentences: tag sequences.
        scheme: a name in `SCHEMES`.

    Example:

    >>> [illegal[:2] for illegal in illegal_tags([["O", "I-X"], ["B-X", "I-X", "I-Y"]], "BIO")]
    [(0, 1), (1, 2)]
    """
    for index, tags in enumerate(sentences):
        try:
            proper = write_tags(tags_to_spans(tags), len(tags), scheme)
        except SchemeError as error:
            yield error.illegal[0]._replace(sentence=index)
            continue
        for position, (tag, expected) in enumerate(zip(tags, proper, strict=True)):
            if tag != expected:
                reason = f"{tag!r} where {scheme} requires {expected!r}"
                yield IllegalTag(index, position, reason)


def convert_tags(tags: Sequence[str], source: str, target: str) -> list[str]:
    """Convert tags to another scheme.

    Args:
        tags: strings, legal in `source`.
        source: the scheme of `tags`, a name in `SCHEMES`.
        target: the scheme to convert to.

    Returns:
        List of strings.

    Raises:
        SchemeError: a tag is illegal in `source`.
        ValueError: a scheme is unknown, or `target` is IO, which cannot separate two adjacent spans
            of one label.

    Example:

    >>> convert_tags(["I-PER", "I-PER", "B-PER", "O"], "IOB1", "BIO")
    ['B-PER', 'I-PER', 'B-PER', 'O']
    """
    illegal = first_illegal([tags], source)
    if illegal:
        raise SchemeError(f"Tag {illegal.position}: {illegal.reason}.", [illegal])
    return spans_to_tags(tags_to_spans(tags), len(tags), target)


def detect_scheme(sentences: Sequence[Sequence[str]]) -> str:
    """Detect the scheme in which all tags of a corpus are legal.

    Args:
        sentences: list of tag sequences.

    Returns:
        The first name in `SCHEMES` that fits.

    Raises:
        SchemeError: no scheme fits; with the illegal tags of the scheme that fits best.

    Example:

    >>> detect_scheme([["I-PER", "O"], ["I-LOC", "B-LOC"]])
    'IOB1'
    """
    schemes = _candidates(sentences)
    for scheme in schemes:
        if first_illegal(sentences, scheme) is None:
            return scheme
    found = {scheme: [*illegal_tags(sentences, scheme)] for scheme in schemes}
    best = min(found, key=lambda scheme: len(found[scheme]))
    first = found[best][0]
    raise SchemeError(
        f"The tags fit no single scheme; {best} fits best, but for {len(found[best]):,} tags. The "
        f"first is in sentence {first.sentence}, tag {first.position}: {first.reason}.",
        found[best],
    )


def _candidates(sentences: Sequence[Sequence[str]]) -> list[str]:
    """Return the schemes that have all prefixes of the tags, or all if there is none."""
    schemes = [name for name in SCHEMES if name not in ALIASES]
    prefixes = {str(tag).partition("-")[0] for tags in sentences for tag in tags} - {"O"}
    fitting = [name for name in schemes if prefixes <= {*SCHEMES[name].letters}]
    return fitting or schemes
