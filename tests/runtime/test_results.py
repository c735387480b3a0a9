"""Laws of results: plain data, which pickles, converts to JSON and shows itself in a notebook."""

import json
import pickle
from dataclasses import fields
from functools import cache
from html.parser import HTMLParser

import pytest

import zoo
from zoo.runtime import Classification, ResultList, TaggedToken

TEXTS = {
    "bilstm-brackets": "a(b)<",
    "bilstm-ner-tiny": "George Washington went to Washington.",
    "bilstm-sentiment-tiny": "One of the best films.",
}


@cache
def answer(name):
    return zoo.load(name)(TEXTS[name])


def explanation():
    return zoo.load("bilstm-sentiment-tiny").explain(TEXTS["bilstm-sentiment-tiny"])


ANSWERS = {**{name: lambda name=name: answer(name) for name in TEXTS}, "explain": explanation}


@pytest.mark.parametrize("case", ANSWERS)
def test_answers_pickle_and_convert_to_json(case):
    found = ANSWERS[case]()
    again = pickle.loads(pickle.dumps(found))
    assert again == found and type(again) is type(found)
    read = json.loads(json.dumps(found.to_dict()))
    rows, results = (read, found) if isinstance(found, list) else ([read], [found])
    assert len(results) > 0
    for row, result in zip(rows, results, strict=True):
        assert [*row] == [field.name for field in fields(result)]
        assert type(result)(**row) == result


class Cells(HTMLParser):
    """Collects the texts of the rows of a table."""

    def __init__(self, page):
        super().__init__()
        self.rows = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data):
        self.rows[-1].append(data)


def test_a_list_is_shown_as_a_table():
    tokens = answer("bilstm-brackets")
    head, *rows = Cells(ResultList(tokens)._repr_html_()).rows
    assert head == ["text", "label", "start", "end", "score"]
    assert [row[0] for row in rows] == list("a(b)<")
    assert rows[0][1:] == ["outside", "0", "1", f"{tokens[0].score:.3f}"]


def test_an_empty_list_says_so():
    assert Cells(ResultList()._repr_html_()).rows == [["no results"]]
    assert ResultList() == [] and ResultList().to_dict() == []


def test_a_list_is_a_list():
    tokens = [TaggedToken("a", "outside", 0, 1, 0.5)]
    assert ResultList(tokens) == tokens and repr(ResultList(tokens)) == repr(tokens)


def test_a_text_without_words_is_json_too():
    assert Classification(None, 0.0).to_dict() == {"label": None, "score": 0.0}
