"""The page of `zoo data`: all that was found, nothing unescaped, legible on a telephone."""

import json
import re
from html.parser import HTMLParser

import pytest

from tests.inspect.chromium import CHROMIUM, MISSING, browser
from zoo import cli
from zoo.data import data_report
from zoo.data.report.file_report import EXAMPLES, MOST

TRAPS = "<script>alert(1)</script> &amp; $name \"quoted' \u200b\u202e"
LONG = "Donaudampfschifffahrtsgesellschaft" * 9
VOID = {"meta", "link"}
SENTENCES = "".join(
    f"Ada\tB-PER\nLovelace\tI-PER\nlives\tO\nin\tO\n{place}\tB-LOC\n.\tO\n\n"
    for place in ("Rome", "Bonn", LONG, "a<b>&amp;", "Bo\u200bnn\u202e")
)


class Reader(HTMLParser):
    """Reads a page: its elements, its text, and whether all elements are closed."""

    def __init__(self, source):
        super().__init__()
        self.open, self.elements, self.text = [], [], ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open += [] if tag in VOID else [tag]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += "" if "style" in self.open else data

    def count(self, tag):
        return sum(each == tag for each, _ in self.elements)


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


def test_names_are_highlighted_in_their_sentences(write):
    page = Reader(data_report(write("a.conll", SENTENCES)).to_html())
    # Four sentences of each of two labels, with both names in each.
    assert page.count("mark") == 2 * EXAMPLES * 2
    assert "Can be trained on" in page.text
    assert page.text.count("Ada LovelacePER lives in RomeLOC .") == 2
    for part in ("PER", "5", "a.conll", "tags in BIO", "line 1", "U+200B ZERO WIDTH SPACE: 1"):
        assert part in page.text
    assert "a<b>&amp;" in page.text and "\u200b" not in page.text and "\u202e" not in page.text


@pytest.mark.parametrize("kind", ["texts", "tags", "entities"])
def test_everything_is_escaped(write, kind):
    rows = [{"text": f"{TRAPS} {i}", "label": f"{TRAPS}{i % 2}"} for i in range(40)]
    if kind != "texts":
        tags = [f"B-{TRAPS.strip()}", "O"] if kind == "entities" else [TRAPS, "x"]
        rows = [{"tokens": [TRAPS, f"b{i}"], "tags": tags} for i in range(40)]
    path = write("<b>.jsonl", "\n".join(map(json.dumps, rows)))
    report = data_report(path, kind=kind)
    assert report.refusals == []
    source = report.to_html()
    page = Reader(source)
    assert page.count("script") == page.count("b") == 0
    assert "<script>alert(1)</script> &amp; $name \"quoted' U+200B" in page.text
    assert not re.search("(src|href)=.(?!data:)", source)


def test_a_refusal_is_on_the_page_and_the_exit_code_is_1(write, tmp_path, capsys):
    path, page = write("a.csv", "text,label\n" + "a\n" * 12), tmp_path / "page.html"
    assert cli.main(["data", str(path), f"--page={page}"]) == 1
    shown = Reader(page.read_text(encoding="utf-8"))
    assert "Cannot be trained on" in shown.text
    assert "a.csv:2: 1 fields, the header has 2: ['a']. The --delimiter is ','." in shown.text
    assert "12 faulty places in all." in shown.text


def test_many_labels_are_cut_off(write):
    rows = "".join(f"text {i},label {i % 99}\n" for i in range(990))
    page = Reader(data_report(write("a.csv", f"text,label\n{rows}")).to_html())
    assert page.count("tr") == page.count("h3") == MOST
    assert f"without {99 - MOST} rarer ones" in page.text


def test_a_page_takes_the_place_of_no_data(write, tmp_path, capsys):
    path = write("a.conll", SENTENCES)
    assert cli.main(["data", str(path), f"--page={path}"]) == 2
    assert "--page must not be one of the files of data" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == SENTENCES
    assert cli.main(["data", str(path), f"--page={tmp_path}"]) == 2
    assert "--page cannot be written" in capsys.readouterr().err


@pytest.mark.slow("opens a browser")
@pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
def test_nothing_is_cut_off_on_a_telephone_and_in_the_dark(write, tmp_path):
    paths = {
        "names": data_report(write("a.conll", SENTENCES)),
        "refused": data_report(write(f"{'a' * 90}.csv", "text,label\n" + f"{LONG}\n" * 12)),
    }
    with browser(tmp_path / "chromium") as page:
        for name, report in paths.items():
            path = write(f"{name}.html", report.to_html())
            for dark in (False, True):
                page.open(path.as_uri(), width=375, dark=dark)
                assert page.evaluate("document.documentElement.scrollWidth") <= 375
                colour = "getComputedStyle(document.body).{}.match(/\\d+/g).map(Number)"
                ink, paper = (
                    sum(page.evaluate(colour.format(each))) / 3
                    for each in ("color", "backgroundColor")
                )
                assert (paper < 60 and ink > 180) if dark else (paper > 230 and ink < 60)
        assert page.problems == []
        assert {re.match("[a-z]+", url)[0] for url in page.requests} <= {"file", "data"}
