"""Laws of entity taggers on texts of odd forms: the names are found, at their places."""

import pytest
from hypothesis import given

import zoo
from tests.grids import examples
from tests.text.test_words import texts
from zoo.text import WordTokenizer
from zoo.text.addresses import addresses, labelled_addresses, without_underscores


@pytest.fixture(scope="module")
def tagger():
    return zoo.load("bilstm-ner-tiny")


def names(tagger, text):
    found = tagger(text)
    assert [each.text for each in found] == [text[each.start : each.end] for each in found]
    return [each.text for each in found]


@given(text=texts)
@examples(100)
def test_an_entity_is_the_text_between_its_offsets(tagger, text):
    names(tagger, f"{text} George Washington{text}in Paris {text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("George Washing\u200bton\u2060 left.", ["George Washing\u200bton"]),
        ("\ufeffGeorge \u200e\u00adWashington\u180e left.", ["George \u200e\u00adWashington"]),
        ("Ｇｅｏｒｇｅ　Ｗａｓｈｉｎｇｔｏｎ left.", ["Ｇｅｏｒｇｅ　Ｗａｓｈｉｎｇｔｏｎ"]),
        ("George Washington\tParis\tBill Clinton", ["George Washington", "Paris", "Bill Clinton"]),
        ("George Washington\nBill Clinton\nTony Blair", 3),
        ("<td>George Washington</td><td>Bill Clinton</td>", 2),
        ("George&nbsp;Washington <b>left</b>.", ["George&nbsp;Washington"]),
        ("He mails George.Washington@paris.fr, http://Paris.fr/London or @Washington.", []),
    ],
)
def test_names_in_odd_texts(tagger, text, expected):
    found = names(tagger, text)
    assert (len(found) if isinstance(expected, int) else found) == expected


def test_addresses_are_names_where_the_model_was_trained_so(tagger):
    text = "George Washington met @Washington in Paris."
    trained = tagger.sequential()
    trained.addresses = True
    assert "Washington" not in names(tagger, text)
    assert {*names(tagger, text)} < {*names(trained, text)}


def test_addresses():
    text = "Ada, @bo_lee, @ eve, c@d.org, ada@home, https://x.org, www.y.org, wwww."
    tokens = WordTokenizer()(text)
    found = [t.text for t, address in zip(tokens, addresses(tokens), strict=True) if address]
    assert found == ["@", "bo_lee", "@", "c@d.org", "@", "home", "https://x.org", "www.y.org"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HTTP://A.COM/Rome Rome", "HTTP :// A.COM / Rome"),
        ("Go Www.Rome.de, www.. (WWW.X.ORG/Bo) Bo", "Www . Rome.de , www .. WWW.X.ORG / Bo )"),
        ("Https:/ FTP ://Bo www .Rome www", ""),
        ("ftp://a.b/C d", "ftp://a.b/C"),
    ],
)
def test_urls_in_capitals_are_addresses(text, found):
    tokens = WordTokenizer()(text)
    marked = zip(tokens, addresses(tokens), strict=True)
    assert "".join(t.text for t, address in marked if address) == found.replace(" ", "")


@pytest.mark.parametrize("marks", ["_", "__", "*", "**", "_**"])
def test_emphasis_is_no_part_of_a_name(tagger, marks):
    text = f"I met {marks}Angela Merkel{marks[::-1]} in {marks}Berlin{marks[::-1]}."
    found = [(each.text, text[each.start : each.end]) for each in tagger(text)]
    assert found == [(name, name) for name in ("Angela Merkel", "Berlin")]


def test_a_span_of_underscores_stays():
    assert without_underscores("a __ b", 2, 4) == (2, 4)


@pytest.mark.parametrize(("tag", "expected"), [("B-PER", True), ("O", False)])
def test_a_corpus_tells_whether_addresses_are_names(tag, expected):
    sentences = [(["@ada", "met", "@bo"], [tag, "O", "O"]), (["@eve"], [tag])]
    assert labelled_addresses(sentences) is expected
    assert labelled_addresses([(["Ada", "@"], ["B-PER", "B-PER"])]) is False
    assert labelled_addresses([(["@", "ada"], [tag, tag]), (["x"], ["O"])]) is expected
