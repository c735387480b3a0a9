"""The page holds the text as it is, all pictures, and nothing that would have to be fetched."""

import base64
import re
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

import zoo
from tests.inspect.texts import HEBREW, NAMES, PRAISE, SCRIPT, first_label_tagger
from zoo.inspect import inspect_text, write_page
from zoo.inspect.report.captions import CAPTIONS, TITLES
from zoo.inspect.report.highlight import highlight
from zoo.inspect.report.page import UNREADABLE, page_html

TAGGER, CLASSIFIER = "bilstm-ner-tiny", "bilstm-sentiment-tiny"
load, inspected = cache(zoo.load), cache(inspect_text)
TRAPS = "a \"quoted' & $name ${x} &lt; \x00 \ud800"
VOID = {"meta", "link", "img", "source"}


class Reader(HTMLParser):
    """Reads a page: its passages as plain text, its elements, and whether all are closed."""

    def __init__(self, source):
        super().__init__()
        self.open, self.elements, self.passages = [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if "passage" in (dict(attrs).get("class") or ""):
            self.passages.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "p" in self.open and "bdi" not in self.open and self.passages:
            self.passages[-1] += data


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the folder of the page of a model and a text, each made once."""

    @cache
    def write(name, text):
        folder = tmp_path_factory.mktemp("page")
        write_page(inspected(load(name), text), folder, name)
        return folder

    return write


def source_of(predictor, text):
    """Return the HTML of a page whose pictures are empty: drawing them takes seconds."""
    pictures = dict.fromkeys(CAPTIONS, (b"", b""))
    return page_html(inspected(predictor, text), pictures, "a model")


@pytest.mark.parametrize("name, text", [(TAGGER, NAMES), (CLASSIFIER, PRAISE)])
def test_all_pictures_are_beside_the_page_and_in_it(pages, name, text):
    folder = pages(name, text)
    source = (folder / "index.html").read_text(encoding="utf-8")
    inside = [
        base64.b64decode(each) for each in re.findall(r'src="data:image/png;base64,([^"]+)', source)
    ]
    narrow = re.findall(r'srcset="data:image/png;base64,([^"]+)', source)
    assert len(narrow) == len(inside)
    assert {imread(BytesIO(base64.b64decode(each))).shape[1] for each in narrow} == {720}
    beside = {path.stem: path.read_bytes() for path in folder.glob("*.png")}
    assert set(beside) == set(CAPTIONS) == set(TITLES)
    assert sorted(inside) == sorted(beside.values())
    for path in folder.glob("*.png"):
        assert imread(path).shape[1] == 1600
    for caption in CAPTIONS.values():
        assert caption.partition(".")[0] in source


@pytest.mark.grid
@pytest.mark.parametrize("name", [TAGGER, CLASSIFIER])
@pytest.mark.parametrize(
    "text", [NAMES, SCRIPT, HEBREW, "a \"quoted' & $name ${x} &lt; \x00 \ud800"]
)
def test_the_text_is_shown_as_it_is(name, text):
    reader = Reader(source_of(load(name), text))
    shown = UNREADABLE.sub("\ufffd", text.strip())
    assert reader.passages[0].startswith(shown)
    assert [attrs["dir"] for tag, attrs in reader.elements if attrs.get("class") == "passage"]


@pytest.mark.parametrize("name, text", [(TAGGER, SCRIPT), (CLASSIFIER, SCRIPT), (TAGGER, NAMES)])
def test_nothing_is_fetched_and_no_text_becomes_code(name, text):
    source = source_of(load(name), text)
    assert "http:" not in source and "https:" not in source and "url(" not in source
    elements = Reader(source).elements
    assert [tag for tag, _ in elements].count("script") == 2
    for tag, attrs in elements:
        assert "src" not in attrs or (tag == "img" and attrs["src"].startswith("data:image/png"))
        assert "href" not in attrs or attrs["href"] == "data:,"
    (policy,) = [attrs["content"] for _, attrs in elements if "http-equiv" in attrs]
    assert policy.startswith("default-src 'none'")


def test_marks_carry_their_scores(pages):
    elements = Reader((pages(TAGGER, NAMES) / "index.html").read_text(encoding="utf-8")).elements
    tips = [attrs["data-tip"] for tag, attrs in elements if tag == "mark"]
    first = load(TAGGER)(NAMES)[0]
    assert f"{first.label} {100 * first.score:.1f} %" == tips[0]


def test_every_word_of_a_word_tagger_is_marked_on_the_page():
    source = source_of(first_label_tagger(), "A good film.")
    elements = Reader(source).elements
    assert "4 labelled parts" in source and "--l0: #" in source
    answers = 3  # of both directions and of each alone
    assert [tag for tag, _ in elements].count("mark") == 4 * (1 + answers)
    assert len([attrs for _, attrs in elements if "data-marked" in attrs]) == 4


def test_a_long_text_says_which_part_is_drawn():
    text = f"{'It rained again in the old town . ' * 400}\n\n{NAMES}"
    source = source_of(load(TAGGER), text)
    scope = re.search(r"The figures show tokens ([\d,]+) to ([\d,]+) of ([\d,]+)", source)
    first, last, total = (int(number.replace(",", "")) for number in scope.groups())
    assert total > 2000 and last - first < 40
    assert "This page shows tokens" in source


@given(st.text(st.characters(codec=None), max_size=30), st.data())
def test_any_highlighted_text_reads_as_the_text(text, data):
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [(a, b, "<b>", "</b>") for a, b in zip(edges[::2], edges[1::2], strict=False)]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    plain = highlight(text, pieces, start, end).replace("<b>", "").replace("</b>", "")
    assert plain == highlight(text, [], start, end)


def test_every_picture_is_explained():
    guide = (Path(zoo.__file__).parent / "inspect" / "report" / "PICTURES.md").read_text(
        encoding="utf-8"
    )
    headings = re.findall(r"^## .*`(\w+)`", guide, re.MULTILINE)
    assert set(CAPTIONS) < set(headings)
