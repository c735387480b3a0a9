"""Random texts, of all of Unicode and of what the rules of a tokenizer are about."""

import random
import sys
import unicodedata
from collections.abc import Callable

# What the rules are about, more often than chance has it.
PIECES = [
    *"aInSt'’\"`.,:;/-–&+$%@!?()[]_#=*~01 \n\r\t\f\u00a0\u2028\u2029\0\u0085\x1c\ufeff",
    *"é\u0301\u200d\u200b\u00ad\ufdd0🏽👩🇫🇷☎\ufe0fאبह\u093f北。²½Ⅷ٣①ΣσςİıſǅßK\U00020000\U0001d400",
    *("U.S.", "Mr.", "No.", "n't", "'s", "...", "--", "US$", "http://", "www.", "a@b.c", "\n\n"),
    *("The", "He", ". ", '."', " ", " ", " ", "\U00011000\U00011001", "\U0001d165", "\U000e0100"),
    *("ΑΣ", "Σ.", "ǅa", "ŉ", "ﬁ", "Ａｂ", "２", "\u0345", "\u03a2", "1.", "- ", "@", "://", "\r\n"),
    *("<br />", "<", ">", "</P>", "<b>", "<dıv>", "<LI x>", "<trx>", "&amp;", "&#", "x1F"),
    *("&#x80;", "&#0;", "&#1;", "&#xFFFE;", "&#xD800;", "&#9999999;", "&notit;", "&Afr;"),
    *("good", "not", "\ud83d", "\ude00"),
]
LONG = ["a", "The", "Bo", "good", "1"]


def unicode_texts(number: int, seed: int = 0) -> list[str]:
    """Return so many texts: of pieces, any code points, and letters of special case or form.

    Some are longer than one run of a model. High and low surrogates are not side by side, since
    UTF-16 has no such text.
    """
    rng = random.Random(seed)
    special = [c for c in map(chr, range(sys.maxunicode + 1)) if _is_special(c)]
    kinds: list[Callable[[], str]] = [
        lambda: rng.choice(PIECES),
        lambda: chr(rng.randrange(sys.maxunicode + 1)),
        lambda: chr(rng.randrange(0x3000)),
        lambda: rng.choice(special),
    ]
    texts: list[str] = []
    for index in range(number):
        if index % 50 == 0:
            text = " ".join(rng.choices(LONG, k=rng.randrange(400, 5000)))
        else:
            drawn = rng.sample(kinds, rng.choice([1, 2, 4]))
            text = "".join(rng.choice(drawn)() for _ in range(rng.choice([3, 10, 40])))
        texts.append(text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))
    return texts


def _is_special(c):
    return c.lower() != c or c.upper() != c or unicodedata.normalize("NFKC", c) != c
