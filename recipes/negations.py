"""Short sentences with and without negations, for training; reviews have few of them alone.

A frame keeps or turns the polarity of the word in its slot: "so dull" is negative, "not dull" is
positive, and "never so dull" is negative again. The frames are in `zoo.recipes.negation_frames`.
"""

import random
from collections.abc import Iterator

from zoo.recipes.negation_frames import (
    ENDINGS,
    IDIOMS,
    KINDS,
    NEGATIVE,
    OPENINGS,
    POSITIVE,
    THINGS,
)

from zoo.data import LabelledText


def negations(seed: int = 0) -> list[LabelledText]:
    """Return every word in every frame of its kind, and the idioms, in random order.

    Args:
        seed: seed of the order, and of what is around the words in the slots.
    """
    rng = random.Random(seed)
    idioms = [(idiom, label) for label in IDIOMS for idiom in IDIOMS[label]]
    found = [
        LabelledText(f"{opening}{sentence}{rng.choice(ENDINGS)}", label)
        for sentences, count in ((_sentences(rng), 1), (idioms, len(OPENINGS)))
        for sentence, label in sentences
        for opening in rng.sample(OPENINGS, count)
    ]
    rng.shuffle(found)
    return found


def _sentences(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield pairs of a sentence and its label: every word in every frame of its kind."""
    for kind in KINDS:
        for frames, labels in (
            (kind.keeping, (POSITIVE, NEGATIVE)),
            (kind.turning, (NEGATIVE, POSITIVE)),
        ):
            for frame in frames:
                for words, label in zip((kind.positive, kind.negative), labels, strict=True):
                    for word in words:
                        other, thing = rng.choice(words), rng.choice(THINGS)
                        yield frame.format(word, other, thing=thing), label
