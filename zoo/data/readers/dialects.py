"""Tag dialects: how files write the tags of spans, and the repair of illegal tags."""

import re
from collections.abc import Callable, Sequence

from zoo.text import (
    SCHEMES,
    SchemeError,
    Span,
    convert_tags,
    detect_scheme,
    spans_to_tags,
    tags_to_spans,
)

PREFIXES = "BIESLUMW"
SIGNS = "_:/.|‐‑‒–—−"  # that files have after a prefix in place of a hyphen
SENTENCES = Sequence[Sequence[str]]


def read_tags(
    sentences: SENTENCES, scheme: str, repair: bool = False
) -> tuple[list[list[str]], str, list[str]]:
    """Convert the tags of a file to a scheme; dialect and scheme of the file are detected.

    Args:
        sentences: the tags of each sentence, as in the file.
        scheme: a name in `zoo.text.SCHEMES`.
        repair: whether illegal tags are read as the conlleval script does.

    Returns:
        Triple of the converted tags, the scheme of the file in words, and notes for its report.

    Raises:
        SchemeError: the tags fit no single scheme.

    Example:

    >>> read_tags([["o", "i-PER", "i-PER"]], "BIO")
    ([['O', 'B-PER', 'I-PER']], 'tags in IOB1, prefixes in lower case', [])
    >>> read_tags([["O", "E-PER", "B-PER"]], "BIO", repair=True)[2]
    ['illegal tags that were repaired, as the conlleval script reads them: 1']
    """
    tags, dialect = _standard(sentences)
    notes: list[str] = []
    try:
        source = detect_scheme(tags)
    except SchemeError:
        if not repair:
            raise
        tags, source, count = _repaired(tags)
        notes = [f"illegal tags that were repaired, as the conlleval script reads them: {count:,}"]
    form = ", ".join([f"tags in {source}", *([dialect] if dialect else [])])
    return [convert_tags(each, source, scheme) for each in tags], form, notes


def _standard(sentences: SENTENCES) -> tuple[list[list[str]], str]:
    """Return the tags as a prefix in upper case and a label, and the dialect in words."""
    tags = {tag for each in sentences for tag in each}
    marked = {tag for tag in tags if tag not in ("O", "o")}
    fitting = [row for row in DIALECTS if all(re.fullmatch(row[1], tag) for tag in marked)]
    bare = "O" in tags and not any(re.match(f"[{PREFIXES}]-", tag, re.I) for tag in marked)
    dialect, _, change = (*fitting, BARE if bare else DIALECTS[0])[0]
    changed = {tag: _tidy(change(tag)) for tag in marked} | {"O": "O"}
    if "o" in tags:
        changed["o"] = "O" if dialect else "o"
    return [[changed[tag] for tag in each] for each in sentences], dialect


def _tidy(tag: str) -> str:
    """Return a tag without white space around its label."""
    prefix, hyphen, label = tag.partition("-")
    return f"{prefix}-{label.strip()}" if hyphen and label.strip() else tag


def _upper(tag: str) -> str:
    return tag[:1].upper() + tag[1:]


def _prefix_first(tag: str) -> str:
    label, _, prefix = tag.rpartition("-")
    return f"{prefix.upper()}-{label}"


def _joined(tag: str) -> str:
    return f"{tag[0].upper()}-{tag[2:]}" if tag[1:] else tag.upper()


def _inside(tag: str) -> str:
    return f"I-{tag}"


# In words, the pattern of all tags but O, and the function to the standard form. The first row fits
# where the tags are standard.
DIALECTS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("", rf"[{PREFIXES}](-.+)?", str),
    ("prefixes in lower case", rf"(?i:[{PREFIXES}])(-.+)?", _upper),
    (
        "prefixes with another sign than a hyphen",
        rf"(?i:[{PREFIXES}])([{SIGNS}].+)?",
        _joined,
    ),
    ("prefixes after the labels", rf".+-(?i:[{PREFIXES}])", _prefix_first),
)
BARE = ("labels without prefixes", ".+", _inside)


def _repaired(sentences: SENTENCES) -> tuple[list[list[str]], str, int]:
    """Return legal tags in the scheme that needs the fewest changes, its name, and their number."""
    spans = [_spans(number, tags) for number, tags in enumerate(sentences)]
    found: list[tuple[int, str, list[list[str]]]] = []
    for scheme in SCHEMES:
        try:
            legal = [
                spans_to_tags(each, len(tags), scheme)
                for each, tags in zip(spans, sentences, strict=True)
            ]
        except ValueError:  # the scheme cannot express these spans
            continue
        pairs = zip(sentences, legal, strict=True)
        changes = sum(a != b for old, new in pairs for a, b in zip(old, new, strict=True))
        found.append((changes, scheme, legal))
    changes, scheme, legal = min(found, key=lambda each: each[0])
    return legal, scheme, changes


def _spans(number: int, tags: Sequence[str]) -> list[Span]:
    """Return the spans of a sentence; an error names the sentence by its number."""
    try:
        return tags_to_spans(tags)
    except SchemeError as error:
        illegal = [each._replace(sentence=number) for each in error.illegal]
        raise SchemeError(str(error), illegal) from error
