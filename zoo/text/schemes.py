"""The tag schemes: one table of how each writes a span, and what follows from it."""

from collections.abc import Iterator
from itertools import pairwise, product
from typing import NamedTuple


class Scheme(NamedTuple):
    """How a scheme writes a span: the prefixes of its tokens.

    Args:
        first: prefix of the first of several tokens.
        inside: prefix of a token between the first and the last.
        last: prefix of the last of several tokens.
        single: prefix of a span of one token.
        after: prefix that replaces `first` or `single` in a span directly after another one of the
            same label; empty if nothing changes.
        before: prefix that replaces `last` or `single` in a span directly before another one of
            the same label; empty if nothing changes.

    Example:

    >>> SCHEMES["BIOES"].prefixes(4), SCHEMES["IOB1"].prefixes(2, after=True)
    ('BIIE', 'BI')
    """

    first: str
    inside: str
    last: str
    single: str
    after: str = ""
    before: str = ""

    def prefixes(self, length: int, after: bool = False, before: bool = False) -> str:
        """Return the prefixes of a span.

        Args:
            length: number of its tokens, at least 1.
            after: whether it directly follows a span of the same label.
            before: whether a span of the same label directly follows it.
        """
        start, end = after and self.after, before and self.before
        if length == 1:
            return start or end or self.single
        return (start or self.first) + self.inside * (length - 2) + (end or self.last)

    def neighbours(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Return which prefixes can be neighbours.

        Returns:
            Two sets of pairs `(prefix, next prefix)`: of tags with the same label, where `"O"` has
            the label of another `"O"`, and of tags with different ones.
        """
        # A span of four has every pair of neighbours that a longer one has.
        spans = [
            (after, before, self.prefixes(length, after, before))
            for after, before, length in product((False, True), (False, True), (1, 2, 3, 4))
        ]
        inner = {pair for _, _, prefixes in spans for pair in pairwise(prefixes)}

        def joints(touching: bool) -> Iterator[tuple[str, str]]:
            ends = {prefixes[-1] for _, before, prefixes in spans if before == touching}
            starts = {prefixes[0] for after, _, prefixes in spans if after == touching}
            outside: set[str] = set() if touching else {"O"}
            return product(ends | outside, starts | outside)

        return inner | {("O", "O"), *joints(touching=True)}, {*joints(touching=False)}

    @property
    def letters(self) -> str:
        """Its prefixes, each once."""
        return "".join(dict.fromkeys("".join(self)))


# Where tags fit several schemes, the first counts.
SCHEMES = {
    "BIO": Scheme("B", "I", "I", "B"),
    "IOB1": Scheme("I", "I", "I", "I", after="B"),
    "BIOES": Scheme("B", "I", "E", "S"),
    "BILOU": Scheme("B", "I", "L", "U"),
    "BMEWO": Scheme("B", "M", "E", "W"),
    "IOE1": Scheme("I", "I", "I", "I", before="E"),
    "IOE2": Scheme("I", "I", "E", "E"),
    "IO": Scheme("I", "I", "I", "I"),
}
ALIASES = {"IOB2": "BIO", "IOBES": "BIOES"}
SCHEMES.update({alias: SCHEMES[name] for alias, name in ALIASES.items()})


def scheme_named(name: str) -> Scheme:
    """Return the row of a scheme.

    Raises:
        ValueError: an unknown name.

    Example:

    >>> scheme_named("IOB2") == scheme_named("BIO")
    True
    """
    if name not in SCHEMES:
        raise ValueError(f"`scheme` must be one of {', '.join(SCHEMES)}, got {name!r}.")
    return SCHEMES[name]
