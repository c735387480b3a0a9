"""Laws of blanked-out markup: nothing moves, plain text stays, tags and entities go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoo.text.markup import blank_markup
from zoo.text.shown import FILLER, shown


@given(st.text(st.sampled_from("ab <>/&;#x3\nbr!é"), max_size=40))
def test_nothing_moves(text):
    blanked = blank_markup(text)
    assert len(blanked) == len(text)
    for before, after in zip(text, blanked, strict=True):
        assert after == before or after.isspace() or after == FILLER or before in "&"


@pytest.mark.parametrize(
    "text", ["a < b > c", "I <3 it", "R&B; AT&T", "x << 2", "&bogus; & co", ""]
)
def test_what_is_no_markup_stays(text):
    assert blank_markup(text) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one<br /><br />two", ["one", "two"]),
        ("<i>one</i> <a href='x y'>two</a>", ["one", "two"]),
        ("one &quot;two&quot;", ["one", '"two"']),
        ("<!-- no -->one&#39;s", ["one's"]),
        ("R&amp;B caf&eacute;s&nbsp;too", ["R&B", "cafés", "too"]),
    ],
)
def test_markup_goes(text, words):
    assert shown(blank_markup(text)).text.split() == words


def test_a_line_ends_where_a_tag_says_so():
    assert blank_markup("a<br/>b<P>c<b>d<td>e") == "a\n    b\n  c   d\n   e"
