"""Augmentation of sentences with names: parts of sentences, short names, addresses."""

import random
from collections.abc import Sequence
from typing import NamedTuple

from zoo.text import Span, spans_to_tags, tags_to_spans

Sentence = tuple[list[str], list[str]]  # words, and their tags

PERSONS = {"PER", "PERS", "PERSON"}  # labels of persons' names, in upper case
LENGTHS = range(2, 10)  # words of a part of a sentence
ENDINGS = ".", ".", "!", "?"
VOWELS, CONSONANTS = "aeiouy", "bcdfghjklmnpqrstvwxz"
# Words of two letters that are no names.
SHORT_WORDS = {*"ad ah am an as at be by do go ha he hi if in is it me my no of oh on or".split()}
SHORT_WORDS |= {*"ok ox so to up us we id pa la de el un en et il".split()}
DOMAINS = "com", "org", "net", "info", "co.uk", "de", "io", "gov", "edu"


class SpanAugmentation(NamedTuple):
    """Random changes of sentences whose tags encode names; other sentences stay as they are.

    Args:
        parts: fraction of sentences of which a part is left; see `part_of`.
        short_names: fraction of sentences whose persons get names of two letters; see
            `with_short_names`.
        addresses: fraction of sentences with an added address, which is no name; see
            `with_address`.
        scheme: scheme of the tags.

    Example:

    >>> augment = SpanAugmentation(parts=1.0)
    >>> augment(["Rome", "is", "far"], ["S-LOC", "O", "O"], random.Random(0))
    (['Far', '!'], ['O', 'O'])
    """

    parts: float = 0.0
    short_names: float = 0.0
    addresses: float = 0.0
    scheme: str = "BIOES"

    def __call__(self, words: Sequence[str], tags: Sequence[str], rng: random.Random) -> Sentence:
        """Return a sentence, changed or not.

        Args:
            words: list of T strings.
            tags: list of T tags.
            rng: source of the random numbers.

        Returns:
            Pair of words and tags, of another length perhaps.
        """
        words, tags = list(words), list(tags)
        if rng.random() < self.parts:
            words, tags = part_of(words, tags, rng)
        if rng.random() < self.short_names:
            words, tags = with_short_names(words, tags, rng, self.scheme)
        if rng.random() < self.addresses:
            words, tags = with_address(words, tags, rng)
        return words, tags


def part_of(words: Sequence[str], tags: Sequence[str], rng: random.Random) -> Sentence:
    """Return a part of a sentence that begins with an ordinary word, with a capital letter.

    The part does not divide a name, and it ends with a punctuation mark. A sentence without a word
    in lower case after the first stays as it is.

    Args:
        words, tags, rng: as of `SpanAugmentation`.

    Example:

    >>> words, tags = ["Rome", "is", "not", "far"], ["S-LOC", "O", "O", "O"]
    >>> part_of(words, tags, random.Random(1))
    (['Is', 'not', 'far', '!'], ['O', 'O', 'O', 'O'])
    """
    starts = [
        index
        for index, (word, tag) in enumerate(zip(words, tags, strict=True))
        if index and tag == "O" and word.isalpha() and word.islower()
    ]
    if not starts:
        return list(words), list(tags)
    start = rng.choice(starts)
    end = min(start + rng.choice(LENGTHS), len(words))
    end = max([end, *(span.end for span in tags_to_spans(tags) if span.start < end)])
    part = [words[start].capitalize(), *words[start + 1 : end]]
    tags = list(tags[start:end])
    while tags[-1] == "O" and len(part) > 1 and not part[-1][-1].isalnum():
        part.pop()
        tags.pop()
    return [*part, rng.choice(ENDINGS)], [*tags, "O"]


def with_short_names(
    words: Sequence[str], tags: Sequence[str], rng: random.Random, scheme: str = "BIOES"
) -> Sentence:
    """Return a sentence with a name of one or two words of two letters for each person.

    Args:
        words, tags, rng: as of `SpanAugmentation`.
        scheme: scheme of the tags; a person's label is one of `PERSONS`.

    Example:

    >>> words, tags = ["Peter", "Blackburn", "sings"], ["B-PER", "E-PER", "O"]
    >>> with_short_names(words, tags, random.Random(0))
    (['Oc', 'sings'], ['S-PER', 'O'])
    """
    changed: list[str] = []
    spans: list[Span] = []
    last = 0
    for span in tags_to_spans(tags):
        changed += words[last : span.start]
        name = words[span.start : span.end]
        if span.label.upper() in PERSONS:
            name = [short_name(rng) for _ in range(rng.choice((1, 1, 2)))]
        spans.append(Span(span.label, len(changed), len(changed) + len(name)))
        changed += name
        last = span.end
    changed += words[last:]
    return changed, spans_to_tags(spans, len(changed), scheme)


def short_name(rng: random.Random) -> str:
    """Return a vowel and a consonant, or the reverse, with a capital: "Bo", "Al"; no word.

    Example:

    >>> short_name(random.Random(0))
    'Ro'
    """
    while True:
        letters = [rng.choice(VOWELS), rng.choice(CONSONANTS)]
        rng.shuffle(letters)
        name = "".join(letters)
        if name not in SHORT_WORDS:
            return name.capitalize()


def with_address(words: Sequence[str], tags: Sequence[str], rng: random.Random) -> Sentence:
    """Return a sentence with a URL, mail address or handle, made of its words, at a random place.

    Args:
        words, tags, rng: as of `SpanAugmentation`.

    Example:

    >>> with_address(["Rome", "wins"], ["S-LOC", "O"], random.Random(0))
    (['Rome', 'wins.Rome@rome.co.uk', 'wins'], ['S-LOC', 'O', 'O'])
    """
    inside = {i for span in tags_to_spans(tags) for i in range(span.start + 1, span.end)}
    place = rng.choice([i for i in range(len(words) + 1) if i not in inside])
    added = address([word for word in words if word.isalpha()] or ["home"], rng)
    return (
        [*words[:place], *added, *words[place:]],
        [*tags[:place], *["O"] * len(added), *tags[place:]],
    )


def address(words: Sequence[str], rng: random.Random) -> list[str]:
    """Return a URL, mail address or handle, as the tokens of `zoo.text.WordTokenizer`.

    Args:
        words: words that it is made of.
        rng: source of the random numbers.

    Example:

    >>> address(["Rome", "wins"], random.Random(0))
    ['wins.wins@rome.co.uk']
    """
    one, two, three = (
        word if rng.random() < 0.5 else word.lower() for word in rng.choices(words, k=3)
    )
    domain = rng.choice(DOMAINS)
    return rng.choice(
        [
            [f"https://www.{one.lower()}.{domain}/{two}"],
            [f"http://{one}.{domain}/{two}/{three}.html"],
            [f"https://{one.lower()}.{domain}/{two}?id={rng.randrange(100)}"],
            [f"ftp://{one}.{domain}/{two}"],
            [f"www.{one}.{domain}"],
            [f"{one}.{two}@{three.lower()}.{domain}"],
            [f"{one}@{two.lower()}.{domain}"],
            [f"{one.lower()}.{domain}"],
            ["@", f"{one}_{two}"],
            ["@", one],
            ["@", one.capitalize()],
        ]
    )
