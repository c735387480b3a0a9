"""Laws of the characters that a text shows."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.text.test_words import texts
from zoo.text import WordTokenizer
from zoo.text.shown import form_of, shown

JOINERS = "\u200c\u200d"
# Format characters that are seen, such as the Arabic sign of a number.
SEEN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"


def every(category):
    return [c for c in map(chr, range(0x110000)) if unicodedata.category(c) == category]


@given(st.one_of(st.text(), texts))
def test_each_character_is_at_its_offsets(text):
    read, starts, ends = shown(text)
    assert len(read) == len(starts) == len(ends)
    assert [*starts] == sorted(starts) and [*ends] == sorted(ends)
    for character, start, end in zip(read, starts, ends, strict=True):
        assert start < end <= len(text) and character in shown(text[start:end]).text
    assert shown(read).text == read


def test_no_format_character_divides_a_name():
    hidden = [c for c in every("Cf") if c not in JOINERS + SEEN and ord(c) < 0x11000]
    assert len(hidden) >= 30
    hidden += [*"\u034f\u180b\ufe0f\ufeff", "\U000e0041", "\U000e0100"]
    for mark in hidden:
        for text in (f"Wash{mark}ington", f"{mark}Washington", f"Washington{mark * 2}"):
            ((word, start, end),) = WordTokenizer()(text)
            assert word == "Washington"
            assert text[start:end].strip(mark) == text.strip(mark) and text[start] == "W"


@pytest.mark.parametrize("mark", JOINERS)
def test_joiners_stay_in_their_word(mark):
    ((word, *_),) = WordTokenizer()(f"می{mark}خواهم")
    assert mark in word


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("Ａｎｇｅｌａ　Ｍｅｒｋｅｌ，　１９９６！", "Angela Merkel, 1996!"),
        ("𝐀𝐧𝐠𝐞𝐥𝐚 𝓜𝓮𝓻𝓴𝓮𝓵 𝟗𝟔", "Angela Merkel 96"),
        ("Ⓐⓓⓐ 🄱🄾 Louis ⅩⅣ", "Ada BO Louis XIV"),
        ("Griﬃn ﬂew to Åre", "Griffin flew to Åre"),
        ("… ½ x² ① ™ № ﷺ ☎ ℃", "… ½ x² ① ™ № ﷺ ☎ ℃"),
        ("Zoe\u0308", "Zoe\u0308"),
        ("It’s “so” ‘odd’", "It's \"so\" 'odd'"),
    ],
)
def test_letters_are_read_as_what_they_show(given, read):
    assert " ".join(shown(given).text.split()) == read


def test_ordinary_characters_are_read_as_they_are():
    ordinary = [chr(code) for code in range(0x20, 0x17F) if chr(code) not in "\u00adĲĳĿŀŉ"]
    assert "".join(map(form_of, ordinary)) == "".join(ordinary)
