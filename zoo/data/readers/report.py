"""What a reader found in a file."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN = 8  # items of a list in a sentence
SAMPLES, WIDTH = 3, 60  # examples of a label, and the characters of each
# Control, format, private and unassigned characters, line and paragraph separators.
ODD_CATEGORIES = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


@dataclass
class FileReport:
    """What a reader found in a file; `str` shows it in a few lines.

    Args:
        path: the file or folder.
        form: its format, in words.
        unit: what an example is: "sentences" or "texts".
        examples: number of examples.
        words: number of words in all of them.
        documents: number of marked documents; 0 if the file does not mark any.
        labels: number of occurrences of each label.
        longest: number of words of the longest example.
        longest_line: line on which the longest example begins; None if unknown.
        odd: number of occurrences of each character that is invisible or has no meaning.
        notes: what was changed, left out, or may be wrong, one sentence each.
        samples: the first examples of each label.
        split: name of the split, such as "train"; empty if unknown.

    Example:

    >>> print(FileReport("my.conll", "CoNLL", examples=2, words=7, labels={"PER": 3}, longest=4))
    my.conll (CoNLL): 2 sentences, 7 words, the longest has 4
      labels: PER 3
    """

    path: str
    form: str
    unit: str = "sentences"
    examples: int = 0
    words: int = 0
    documents: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    longest: int = 0
    longest_line: int | None = None
    odd: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    samples: dict[str, list[str]] = field(default_factory=dict)
    split: str = ""

    def add_sample(self, label: str, text: str) -> None:
        """Keep an example of a label, unless there are enough."""
        kept = self.samples.setdefault(label, [])
        if len(kept) < SAMPLES and (text := " ".join(text.split())[:WIDTH]) not in kept:
            kept.append(text)

    def shown_samples(self) -> str:
        """Return the examples of each label, one line each."""
        lines = [f"\n  {label}: {' | '.join(self.samples[label])}" for label in self.samples]
        return "".join(lines)

    def count(self, texts: Iterable[str]) -> None:
        """Count the odd characters of texts into `odd`."""
        text = "".join(texts)
        found = Counter({c: text.count(c) for c in set(text) if is_odd(c)})
        self.odd = {character_name(c): count for c, count in found.most_common()}

    def __str__(self) -> str:
        line = f" (line {self.longest_line})" if self.longest_line else ""
        split = f"{self.split}: " if self.split else ""
        documents = f" in {self.documents:,} documents" if self.documents else ""
        lines = [
            f"{split}{self.path} ({self.form}): {self.examples:,} {self.unit}{documents}, "
            f"{self.words:,} words, the longest has {self.longest:,}{line}",
            f"  labels: {listed(self.labels)}",
        ]
        lines += [f"  odd characters: {listed(self.odd)}"] if self.odd else []
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])


def listed(counts: dict[str, int], most: int = 30) -> str:
    """Return names with their counts, as text.

    Example:

    >>> listed({"LOC": 1200, "PER": 7})
    'LOC 1,200, PER 7'
    """
    shown = [f"{name} {count:,}" for name, count in list(counts.items())[:most]]
    more = [f"{len(counts) - most} more"] if len(counts) > most else []
    return ", ".join([*shown, *more]) or "none"


def similar_labels(labels: Iterable[str]) -> list[str]:
    """Return a note for each group of labels that differ only in case.

    Example:

    >>> similar_labels(["Pos", "neg", "pos"])
    ["the labels 'Pos' and 'pos' differ only in case"]
    """
    groups: dict[str, list[str]] = {}
    for label in sorted(labels):
        groups.setdefault(label.casefold(), []).append(repr(label))
    return [
        f"the labels {' and '.join(group)} differ only in case"
        for group in groups.values()
        if len(group) > 1
    ]


def is_odd(character: str) -> bool:
    """Return whether a character is invisible, unassigned, private or a sign of a wrong decoding.

    Example:

    >>> [c for c in "a\\u200bé\\ufffd\\n" if is_odd(c)]
    ['\\u200b', '\\ufffd']
    """
    if character in "\t\n\r":
        return False
    return character == "\ufffd" or unicodedata.category(character) in ODD_CATEGORIES


def character_name(character: str) -> str:
    """Return the code point of a character and its Unicode name.

    Example:

    >>> character_name("\\u200b")
    'U+200B ZERO WIDTH SPACE'
    """
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def some(items: Iterable[object]) -> str:
    """Return the first items as text, and how many there are more.

    Example:

    >>> some(range(10))
    '0, 1, 2, 3, 4, 5, 6, 7 and 2 more'
    """
    items = [str(item) for item in items]
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more
