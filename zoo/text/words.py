"""Tokenization into words, numbers and punctuation, in the style of CoNLL-2003."""

import re
import unicodedata
from functools import cache, partial
from itertools import accumulate

from zoo.text.shown import shown
from zoo.text.tokens import Token, check_text

# Abbreviations of more than one letter that keep their period.
ABBREVIATIONS = (
    "Adm Apr Ariz Aug Ave Blvd Bros Calif Capt Cmdr Co Col Colo Conn Corp Dec Dept Dr Feb Fla Ft "
    "Ga Gen Gov Hon Inc Jan Jr Jul Jun Lt Ltd Maj Mass Md Messrs Mich Minn Mr Mrs Ms Mt Nov Oct "
    "Okla Pa Penn Pres Prof Rep Rev Sen Sep Sept Sgt Sr St Supt Tenn Tex Va Wash Wis "
    "approx dept est etc v vol vs"
).split()

CAPITAL = "A-ZÀ-ÖØ-ÞΑ-ΩА-Я"
# Scripts outside of the basic multilingual plane; all their characters count as letters.
SCRIPTS = "\U00010000-\U0001cfff\U0001da00-\U0001efff"
# Joiners, skin tones: like combining marks, they belong to the previous character.
JOINERS = "\u200c\u200d\U0001f3fb-\U0001f3ff"


class WordTokenizer:
    """Splits a text into words, numbers and punctuation.

    Punctuation marks and clitics such as `'s` and `n't` are separate tokens. The following are
    single tokens: words with hyphens (`under-21`), scores and dates (`6-3`, `1996-08-22`), numbers
    (`1,000.5`, `1/2`), initials, abbreviations (`U.S.`, `Jan.`), `O'Brien`, `S&P`, `US$`, runs of
    dots or dashes, URLs, e-mail addresses, and emoji. Scripts without spaces are not segmented. The
    last period of a text is a separate token, except in abbreviations such as `U.S.`.

    A text is read as it is shown: format characters are neither tokens nor parts of them, and a
    full-width letter is the letter that it shows; see `zoo.text.shown.shown`. Offsets are those of
    the given text.

    Example:

    >>> [token.text for token in WordTokenizer()("Mr. O'Neil doesn't owe the U.S.-led bank $5.")]
    ['Mr.', "O'Neil", 'does', "n't", 'owe', 'the', 'U.S.-led', 'bank', '$', '5', '.']
    >>> WordTokenizer()("Wash\\u00adington")
    [Token(text='Washington', start=0, end=11)]
    """

    def __call__(self, text: str) -> list[Token]:
        """Return the tokens of `text`.

        Args:
            text: any string.

        Returns:
            List of non-overlapping `Token`s in order, which cover all of the text that is shown,
            except white space; `shown(text[token.start:token.end]).text == token.text` for each.

        Raises:
            TypeError: `text` is not a string.
        """
        check_text(text)
        read, starts, ends = shown(text)
        # White space, a token, white space, a token, ..., white space.
        pieces = _token_pattern("" if read.isascii() else _marks()).split(read)
        edges = [*accumulate(map(len, pieces))]
        firsts, lasts = edges[:-1:2], edges[1::2]
        if read != text:
            firsts = [starts[first] for first in firsts]
            lasts = [ends[last - 1] for last in lasts]
        # The constructor of a named tuple would take longer than all the rest.
        new_token = partial(tuple.__new__, Token)  # pyright: ignore[reportUnknownMemberType]
        return [*map(new_token, zip(pieces[1::2], firsts, lasts, strict=True))]


@cache
def _marks() -> str:
    """Return all combining marks of the basic plane; `re` has no character class for them."""
    characters = map(chr, range(0x10000))
    return "".join(c for c in characters if unicodedata.category(c).startswith("M")) + JOINERS


@cache
def _token_pattern(marks: str) -> re.Pattern[str]:
    """Compile the pattern of a token: kinds of tokens in the order in which they are tried.

    Args:
        marks: characters that belong to the previous character, for a character class.
    """
    w = rf"\w{marks}{SCRIPTS}"  # characters of words, for a character class
    short = rf"(?:'|’)(?i:s|m|d|re|ve|ll)(?![{w}])"
    not_last = r"""(?=\s*+[^\s"'”’)\]])"""
    url_end = r"""[^\s.,;:!?"'”’)\]}>]"""
    word = rf"""(?:
        (?:(?:[^\W\d_]\.){{2,}}|[{CAPITAL}]\.{not_last})[{w}]*          # U.S. a.m. J. J.Smith
      | (?:{"|".join(ABBREVIATIONS)})\.{not_last}|No\.(?=\s\d)
      | (?:(?<![{w}])[+.](?=\d))?[{w}]+(?!(?<=[nN])['’][tT](?![{w}]))   # +44, .500, do of don't
    )"""
    join = rf"""(?:
        [-‐‑&](?=[{w}])                                                 # under-21, 6-3, S&P
      | (?!{short})['’](?=[{w}])                                        # O'Brien, o'clock
      | (?<=\d)[.,:/](?=\d)                                             # 1,000.5 1:59.3 1996/97
      | \.(?=[a-z\d])|(?<=[{CAPITAL}])\.(?=[{w}])                       # No.2 reuters.com
    )"""
    token = rf"""
        [^\W_]++(?!\S)                                                  # first, as most are such
      | (?:(?:https?|ftp)://|www\.)\S*{url_end}
      | [\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+                             # editor@example.com
      | (?<=[{w}]){short}|{short}(?!\S)|(?:n['’]t|N['’]T)(?![{w}])      # John|'s, do|n't
      | ^\d{{1,2}}\.(?=\s)                                              # 3. in a table of results
      | [A-Z]{{1,3}}\$                                                  # US$
      | {word}(?:{join}{word})*(?:(?:-|\+{{1,2}})(?!\S))?               # five- and six-year, AA+
      | {"|".join(rf"[{c}]{{2,}}" for c in (*".-=*`'", "!?"))}          # ... -- ``
      | [\U0001f1e6-\U0001f1ff]{{2}}                                    # a flag
      | \S(?:[{marks}\u200d]|(?<=\u200d)\S)*                            # any other sign, an emoji
    """
    return re.compile(f"({token})", re.VERBOSE | re.MULTILINE)
