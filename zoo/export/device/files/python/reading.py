"""From a text to tokens, sentences and spans: sections 2, 4, 6, 8 and 10 of SPECIFICATION.md."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

FILLER = "\ufdd0"
HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufdd0\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
LINE_END = r"(?:\r(?!\n)|[\n\u2028])"
Token = tuple[str, int, int]  # text, start, end


def token_pattern(abbreviations: list[str]) -> re.Pattern[str]:
    """Compile the expression of one token (section 2)."""
    marks = (c for c in map(chr, range(0x10000)) if unicodedata.category(c)[0] == "M")
    m = "".join(marks) + "\u200c\u200d\U0001f3fb-\U0001f3ff"
    w = rf"\w{m}\U00010000-\U0001cfff\U0001da00-\U0001efff"
    c = "A-ZÀ-ÖØ-ÞΑ-ΩА-Я"
    short = rf"['’](?i:s|m|d|re|ve|ll)(?![{w}])"
    not_last = r"""(?=\s*[^\s"'”’)\]])"""
    word = rf"""(?:(?:(?:[^\W\d_]\.){{2,}}|[{c}]\.{not_last})[{w}]*
        |(?:{"|".join(abbreviations)})\.{not_last}
        |No\.(?=\s\d)
        |(?:(?<![{w}])[+.](?=\d))?[{w}]+(?!(?<=[nN])['’][tT](?![{w}])))"""
    join = rf"""(?:[-‐‑&](?=[{w}])
        |(?!{short})['’](?=[{w}])
        |(?<=\d)[.,:/](?=\d)
        |\.(?=[a-z\d])
        |(?<=[{c}])\.(?=[{w}]))"""
    return re.compile(  # in Python \s, \d and \w mean S, D and A with _
        rf"""[^\W_]+(?!\S)
        |(?:https?://|ftp://|www\.)\S*[^\s.,;:!?"'”’)\]}}>]
        |[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+
        |(?<=[{w}]){short}|{short}(?!\S)|(?:n['’]t|N['’]T)(?![{w}])
        |^\d{{1,2}}\.(?=\s)
        |[A-Z]{{1,3}}\$
        |{word}(?:{join}{word})*(?:(?:-|\+{{1,2}})(?!\S))?
        |\.{{2,}}|-{{2,}}|={{2,}}|\*{{2,}}|`{{2,}}|'{{2,}}|[!?]{{2,}}
        |[\U0001f1e6-\U0001f1ff]{{2}}
        |\S(?:[{m}]|(?<=\u200d)\S)*""",
        re.VERBOSE | re.MULTILINE,
    )


def form_of(character: str) -> str:
    """Return what a character is read as (section 2)."""
    if HIDDEN.match(character):
        return ""
    if character in "‘’“”":
        return "'" if character in "‘’" else '"'
    form = unicodedata.normalize("NFKC", character)
    if character <= "\xff" or "\uff01" <= character <= "\uff5e":
        return character if character <= "\xff" else form
    category, *kinds = map(unicodedata.category, character + form)
    readable = category[0] == "L" or category in ("Nd", "Nl") or [k[0] for k in kinds] == ["L"]
    whole = all(kind[0] in "LM" or kind == "Nd" for kind in kinds)
    return form if readable and whole and character != "\u0149" else character


def shown(text: str) -> list[tuple[str, int, int]]:
    """Return the characters that a text shows, each with its start and end (section 2)."""
    characters: list[tuple[str, int, int]] = []
    for index, character in enumerate(text):
        if character == FILLER and characters and characters[-1][2] == index:
            characters[-1] = (*characters[-1][:2], index + 1)
        characters += ((each, index, index + 1) for each in form_of(character))
    return characters


def split_sentences(text: str, tokens: list[Token], rules: dict[str, Any]) -> list[list[Token]]:
    """Return lists of tokens, one per sentence (section 4)."""
    sentences: list[list[Token]] = []
    ended = False
    line = 0
    for index, (token, start, _) in enumerate(tokens):
        before, _, end = tokens[index - 1] if index else ("", 0, start)
        space = HIDDEN.sub("", text[end:start])
        next_line = re.search(LINE_END, space)
        numbered = token[0].isdecimal() and token[-1] == "."
        listed = numbered or token[0] in rules["bullets"] or end - line < rules["short_line"]
        opens = token[0] not in rules["never_first"] or (space and token[0] in "\"'")
        if (
            index == 0
            or (ended and opens and not token[0].islower())
            or (before.endswith(".") and token in rules["openers"])
            or re.search(rf"[\t\f\u2029]|{LINE_END}\s*{LINE_END}", space)
            or (next_line and listed and not token[0].islower())
        ):
            sentences.append([])
            ended = False
        line = start if next_line or not index else line
        sentences[-1].append((token, start, tokens[index][2]))
        closes = not space and len(token) == 1 and token in rules["closing"]
        ended = (ended and closes) or set(token) <= set(rules["ends"])
    return sentences


def case_of(word: str) -> str:
    """Return the name of a word's case (section 6)."""
    if any(map(str.isdigit, word)):
        return "digits" if word.isdigit() else "some digits"
    if not any(map(str.isalpha, word)):
        return "no letter"
    tests = {"lower": str.islower, "upper": str.isupper, "title": str.istitle}
    return next((name for name, test in tests.items() if test(word)), "mixed")


def blank_markup(text: str) -> str:
    """Return a text with HTML replaced; offsets stay the same (section 10)."""

    def blank(tag):
        ends_line = re.match(r"(?i)</?(?:br|p|div|li|tr|t[dh]|h[1-6])\b", tag[0])
        return ("\n" if ends_line else " ").ljust(len(tag[0]))

    def character(entity):
        found = html.unescape(entity[0])  # the standard library's own entities.json
        return found.ljust(len(entity[0]), FILLER) if len(found) == 1 else entity[0]

    entity = "&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"
    return re.sub(entity, character, re.sub("</?[a-zA-Z!][^<>]*>", blank, text))


def windows(length: int, size: int, margin: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start, stop, first, last): read start:stop, label first:last (section 8)."""
    first = 0
    while first < length:
        start = max(0, first - margin)
        stop = min(start + size, length)
        last = length if stop == length else stop - margin
        yield start, stop, first, last
        first = last


def spans_in(tags: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield (label, first, last) of the spans in the tags of one sentence (section 8)."""
    span, before = None, "O"
    for index, tag in enumerate([*tags, "O"]):
        prefix, _, label = tag.partition("-")
        if span and prefix in "IE" and before in "BI" and label == span[0]:
            span = (label, span[1], index + 1)
        else:
            if span:
                yield span
            span = None if tag == "O" else (label, index, index + 1)
        before = prefix


def addresses(tokens: list[Token]) -> Iterator[bool]:
    """Yield for each token whether it is a URL, a mail address or a handle (section 8)."""
    previous, after, inside = "", -1, False
    for index, (token, start, end) in enumerate(tokens):
        inside = (inside and start == after) or begins_url(tokens[index : index + 4])
        address = "@" in token or "://" in token or token.startswith("www.")
        yield inside or address or (previous == "@" and start == after)
        previous, after = token, end


def begins_url(tokens: list[Token]) -> bool:
    """Return whether a URL of one or several adjacent tokens begins with the first (section 8)."""
    (first, _, end), *rest = tokens
    following = ""
    for token, start, stop in rest:
        following += token if start == end else " "
        end = stop
    if first.lower() in ("http", "https", "ftp"):
        return following[:3] == "://"
    if first.lower() == "www":
        return following[:1] == "."
    return first[:4].lower() == "www." != first[:4]


def without_underscores(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets of a span without underscores at its edges (section 8)."""
    span = text[start:end]
    inner = span.strip("_")
    first = start + span.find(inner)
    return (first, first + len(inner)) if inner else (start, end)
