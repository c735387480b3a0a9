"""Sites of the target "web" in Chromium: the answers of this package, on a page."""

import json

import numpy as np
import pytest

import zoo
from tests.inspect.chromium import CHROMIUM, MISSING, browser, serve
from tests.inspect.test_browser import BEYOND, PALE, PHONE, assert_drawn
from zoo.export import ExportError, write_target
from zoo.export.device.golden_texts import TEXTS, long_text
from zoo.export.device.litertjs import install_packages, write_runtime
from zoo.hub import resolve
from zoo.inspect import ablate_direction

browses = [
    pytest.mark.slow("opens a browser, and converts models for it"),
    pytest.mark.skipif(CHROMIUM is None, reason=MISSING),
    pytest.mark.xdist_group("browser"),
]
MODELS = ["bilstm-ner-tiny", "bilstm-sentiment-tiny", "bilstm-brackets"]
QUANTIZED = "quantized"  # the site of the first one, with weights in 8 bits
TEXT = "George Washington, a great (old) man, went to see a film in New York. It was dull."
OTHER = {"forward": "backward", "backward": "forward"}
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    try:
        return install_packages(tmp_path_factory.mktemp("npm"))
    except ExportError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def sites(packages, tmp_path_factory):
    """The address of a server of all sites."""
    folder = tmp_path_factory.mktemp("sites")
    for name in MODELS:
        write_target(resolve(name), folder / name, "web", litert=packages)
    options = {"litert": packages, "quantization": "dynamic"}
    write_target(resolve(MODELS[0]), folder / QUANTIZED, "web", **options)
    with serve(folder) as address:
        yield address


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("chromium")) as page:
        yield page


@pytest.fixture
def site(sites, page, name):
    """The address of a model's site, open in the browser; the module's predictor is `model`."""
    address = f"{sites}/{name}/"
    page.problems.clear()
    page.requests.clear()
    page.open(address, until=ANSWERED)
    page.evaluate(
        "import('./zoo.mjs').then(async ({ load }) => { window.model = await load('model/'); })"
    )
    return address


ANSWERED = "performance.getEntriesByName('first answer').length > 0"
each_model = pytest.mark.parametrize("name", MODELS)


def on_page(page, call, *arguments):
    """Return what a method of the module's predictor returns; "" for the predictor itself."""
    return page.evaluate(f"model{call}(...{json.dumps(arguments)})")


def units_of(text):
    """Return the offset in UTF-16 units of each code point, and of the end."""
    return np.cumsum([0, *(1 + (c > "\uffff") for c in text)]).tolist()


def plain(text, answer):
    """Return an answer without its scores, its offsets in UTF-16 units, and the scores."""
    given = answer.to_dict()
    if isinstance(given, dict):
        return given["label"], [given["score"]]
    units = units_of(text)
    parts = [(e["text"], e["label"], units[e["start"]], units[e["end"]]) for e in given]
    return parts, [each["score"] for each in given]


def plain_on_page(answer):
    if isinstance(answer, dict):
        return answer["label"], [answer["score"]]
    parts = [(e["text"], e["label"], e["start"], e["end"]) for e in answer]
    return parts, [each["score"] for each in answer]


def assert_same(found, expected):
    assert found[0] == expected[0]
    np.testing.assert_allclose(found[1], expected[1], atol=TOLERANCE)


@each_model
class TestWeb:
    pytestmark = browses

    def test_the_module_gives_the_answers_of_this_package(self, page, site, name):
        predictor = zoo.load(name)
        for text in (*TEXTS.values(), long_text(301)):
            found = plain_on_page(on_page(page, "", text))
            assert_same(found, plain(text, predictor(text)))
            tokens = [token["text"] for token in on_page(page, ".tokens", text)]
            assert len(tokens) == len(predictor.tokens(text))

    @pytest.mark.parametrize("direction", OTHER)
    def test_a_direction_alone_answers_as_with_the_other_one_silent(
        self, page, site, name, direction
    ):
        predictor = zoo.load(name, runtime="keras")
        found = plain_on_page(on_page(page, "", TEXT, {"direction": direction}))
        with ablate_direction(predictor.model.recurrent.rnns, OTHER[direction]):
            expected = plain(TEXT, predictor(TEXT))
        assert_same(found, expected)
        assert expected != plain(TEXT, predictor(TEXT))

    def test_the_page(self, page, site, name, tmp_path):
        for width, dark in [(1280, False), (1280, True), (PHONE, False), (PHONE, True)]:
            page.open(site, width=width, dark=dark, until=ANSWERED)
            page.evaluate("document.getElementById('text').select()")
            page.call("Input.insertText", text=TEXT)
            page.wait("document.getElementById('marks').innerText.includes('George')")
            page.wait("document.querySelectorAll('#marks mark').length > 0")
            page.wait("document.querySelectorAll('#directions .name').length === 2")
            page.screenshot(tmp_path / "shot.png")
            assert_drawn(tmp_path / "shot.png")
            # The marks lie under the same text of the field, in no colour of their own.
            page.evaluate("document.getElementById('marks').replaceChildren()")
            assert page.evaluate(PALE) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(BEYOND) == []
        assert page.problems == []
        origin = site.rsplit("/", 2)[0]
        assert all(url.startswith((origin, "data:")) for url in page.requests)

    def test_what_cannot_be_answered_is_an_error(self, page, site, name):
        for call, message in [
            ("model('a', { direction: 'up' })", "RangeError: direction must be both, forward or"),
            ("import('./zoo.mjs').then(({ load }) => load('nowhere/'))", ": 404 File not found"),
        ]:
            assert message in page.evaluate(f"{call}.catch(String)")


@pytest.mark.parametrize("name", [QUANTIZED])
class TestQuantized:
    pytestmark = browses

    def test_it_gives_its_golden_vectors_and_says_what_it_is(self, page, site, name):
        texts = page.evaluate("fetch('model/golden.json').then((file) => file.json())")["texts"]
        for vector in texts:
            units = units_of(vector["text"])
            expected = [
                {**e, "start": units[e["start"]], "end": units[e["end"]]} for e in vector["answer"]
            ]
            found = plain_on_page(on_page(page, "", vector["text"]))
            assert_same(found, plain_on_page(expected))
        assert page.evaluate("model.quantization") == "dynamic"
        shown = page.evaluate("document.getElementById('model').innerText")
        assert shown == f"{MODELS[0]}, dynamic"


@pytest.mark.parametrize("name", ["bilstm-sentiment-tiny"])
class TestExplanation:
    pytestmark = browses

    @pytest.mark.parametrize("text", [TEXT, long_text(450), ""], ids=["short", "long", "empty"])
    def test_words_have_the_weights_of_this_package(self, page, site, name, text):
        expected = zoo.load(name).explain(text)
        found = on_page(page, ".explain", text)
        assert [(w["text"], w["start"], w["end"]) for w in found] == [
            (w.text, w.start, w.end) for w in expected
        ]
        weights = [word["weight"] for word in found]
        np.testing.assert_allclose(weights, [word.weight for word in expected], atol=TOLERANCE)


def test_a_folder_without_the_runtime_is_refused(tmp_path):
    with pytest.raises(ValueError, match="`litert` must be a folder node_modules; there is no"):
        write_runtime(tmp_path / "litert", tmp_path)
    assert not (tmp_path / "litert").exists()


def test_without_npm_the_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExportError, match="npm is not installed.*give `litert`"):
        write_runtime(tmp_path / "litert")
