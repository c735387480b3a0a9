"""What a reader found in a file."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN = 8  # items of a list in a sentence
MOST = 30  # labels of a list
EXAMPLES, LONGEST = 4, 400  # of a label, and the characters of the text of each
NAMES, WIDTH = 3, 60  # what is shown of them in a line, and the characters of each
# Control, format, private and unassigned characters, line and paragraph separators.
ODD_CATEGORIES = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


@dataclass
class Mark:
    """A labelled part of an example.

    Args:
        start: offset of its first character.
        end: offset after its last one.
        label: its label.
    """

    start: int
    end: int
    label: str


@dataclass
class Example:
    """An example of a label: a passage with its labelled parts.

    Args:
        text: the passage, or the beginning of a text of a classifier.
        spans: the labelled parts; empty if the label is one of the whole text.
        line: line of its sentence, from 1; None if unknown.
    """

    text: str
    spans: list[Mark] = field(default_factory=list)
    line: int | None = None

    def parts(self, label: str) -> list[str]:
        """Return what has the label: parts of the passage, or all of it."""
        parts = [self.text[span.start : span.end] for span in self.spans if span.label == label]
        return parts or [self.text]


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
        samples: a few examples of each label.
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
    samples: dict[str, list[Example]] = field(default_factory=dict)
    split: str = ""

    def wants(self, label: str) -> bool:
        """Return whether another example of a label is kept."""
        return len(self.samples.get(label, ())) < EXAMPLES

    def add_sample(self, label: str, example: Example) -> None:
        """Keep an example of a label, unless it is there or there are enough."""
        kept = self.samples.setdefault(label, [])
        if self.wants(label) and example.text not in [each.text for each in kept]:
            kept.append(example)

    def shown_samples(self) -> str:
        """Return the examples of the most frequent labels, one line each."""
        lines = []
        for label in [*self.labels][:MOST]:
            parts = [part for each in self.samples.get(label, ()) for part in each.parts(label)]
            names = [visible(" ".join(part.split())[:WIDTH]) for part in dict.fromkeys(parts)]
            lines.append(f"\n  {visible(label)}: {' | '.join(names[:NAMES])}")
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


def listed(counts: dict[str, int], most: int = MOST) -> str:
    """Return names with their counts, as text.

    Example:

    >>> listed({"LOC": 1200, "PER": 7})
    'LOC 1,200, PER 7'
    """
    shown = [f"{visible(name)} {count:,}" for name, count in list(counts.items())[:most]]
    more = [f"{len(counts) - most} more"] if len(counts) > most else []
    return ", ".join([*shown, *more]) or "none"


def similar_labels(labels: Iterable[str]) -> list[str]:
    """Return a note for each group of labels that look the same, apart from case.

    Example:

    >>> similar_labels(["Pos", "neg", "pos"]), similar_labels(["neg", "neg\\u200b"])
    (["the labels 'Pos' and 'pos' differ only in case"],
     ["the labels 'neg' and 'neg\\\\u200b' differ only in invisible characters"])
    """
    groups: dict[str, list[str]] = {}
    for label in sorted(labels):
        seen = "".join(" " if c.isspace() else c for c in label if not is_odd(c))
        groups.setdefault(seen.casefold(), []).append(label)
    return [
        f"the labels {' and '.join(map(repr, group))} differ only in "
        f"{'case' if len({*map(str.casefold, group)}) == 1 else 'invisible characters'}"
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


def shortened(text: str, most: int = LONGEST) -> str:
    """Return the beginning of a text.

    Example:

    >>> shortened("immense", 5)
    'imme…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def visible(text: str) -> str:
    """Return a text with the code points of its odd characters in their place.

    Example:

    >>> visible("Bo\\u200bnn\\x1b[31m")
    'Bo<U+200B>nn<U+001B>[31m'
    """
    return "".join(f"<U+{ord(c):04X}>" if is_odd(c) else c for c in text)


def repetitions(examples: Iterable[tuple[object, object]], unit: str) -> list[str]:
    """Return a note on the examples that repeat others, and on those with several labels.

    Args:
        examples: pairs of the content of an example and its label or tags.
        unit: what an example is.

    Example:

    >>> repetitions([("a", "x"), ("b", "x"), ("a", "x"), ("a", "y")], "texts")
    ['texts that repeat another one: 2; labelled in different ways: 1']
    """
    answers: dict[object, set[object]] = {}
    count = 0
    for content, answer in examples:
        count += 1
        answers.setdefault(content, set()).add(answer)
    if count == len(answers):
        return []
    several = sum(len(each) > 1 for each in answers.values())
    more = f"; labelled in different ways: {several:,}" if several else ""
    return [f"{unit} that repeat another one: {count - len(answers):,}{more}"]


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
