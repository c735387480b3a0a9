"""The page and TensorBoard in a real browser: something is drawn, and nothing is wrong."""

import re
import subprocess
import sys
import time
from functools import cache

import numpy as np
import pytest
from matplotlib.image import imread

import zoo
from tests.inspect.chromium import CHROMIUM, MISSING, browser
from tests.inspect.texts import HEBREW, LONG, NAMES, PRAISE, SCRIPT, word_tagger
from zoo.callbacks.events import write_figures
from zoo.inspect import inspect_text, state_evolution, write_page

pytestmark = [
    pytest.mark.slow("opens a browser"),
    pytest.mark.skipif(CHROMIUM is None, reason=MISSING),
]

MANY = [f"{kind}_OF_A_LONG_NAME_{i}" for i in range(8) for kind in ("NOUN", "VERB", "OTHER")]
PAGES = {
    "names": ("bilstm-ner-tiny", f"{NAMES} {SCRIPT}"),
    "sentiment": ("bilstm-sentiment-tiny", f"{PRAISE} {SCRIPT}"),
    "right to left": ("bilstm-ner-tiny", HEBREW),
    "long": ("bilstm-ner-tiny", LONG),
    "many labels": (word_tagger, "The good film, the film: good, the the. " * 4),
}
PHONE = 375  # pixels
# What a page shows beyond its width, and the texts whose contrast is below level AA of WCAG 2.
BEYOND = """
[...document.body.querySelectorAll("*")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth && e.checkVisibility())
  .map((e) => e.outerHTML.slice(0, 80))
"""
PALE = """
(() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parts = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, i) => a * part + (1 - a) * below[i]);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (e) =>
    e ? over(parts(getComputedStyle(e).backgroundColor), behind(e.parentElement)) : [1, 1, 1];
  const contrast = (e) => {
    const back = behind(e), { color, opacity } = getComputedStyle(e), ink = parts(color);
    const [low, high] = [light(back), light(over([...ink.slice(0, 3), ink[3] * opacity], back))]
      .sort((one, other) => one - other);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = [...document.body.querySelectorAll("*:not(script)")].filter((e) =>
    [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));
  return texts.filter((e) => contrast(e) < 4.5).map((e) => [contrast(e), e.outerHTML.slice(0, 80)]);
})()
"""
LOADED = "[...document.images].every((i) => i.complete && i.naturalWidth > 0)"
PATIENCE = 60


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("chromium")) as page:
        yield page


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the file of a page in `PAGES`, each written once."""

    @cache
    def write(key):
        model, text = PAGES[key]
        predictor = zoo.load(model) if isinstance(model, str) else model(MANY)
        return write_page(inspect_text(predictor, text), tmp_path_factory.mktemp("page"), key)

    return write


def assert_drawn(path, least=50):
    """A screenshot is no blank sheet: it has many colours, and no one of them fills it."""
    pixels = (255 * imread(path)[..., :3]).astype(int) @ [65536, 256, 1]
    counts = np.unique(pixels, return_counts=True)[1]
    assert len(counts) > least
    assert counts.max() < 0.97 * pixels.size


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("key", PAGES)
def test_the_page(page, pages, tmp_path, key, dark):
    path = pages(key)
    page.problems.clear()
    page.requests.clear()
    page.open(path.as_uri(), dark=dark, until=LOADED)
    page.screenshot(tmp_path / "shot.png")
    assert_drawn(tmp_path / "shot.png")
    luminance = page.evaluate(
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert (np.mean(luminance) < 60) == dark
    assert page.evaluate("document.images.length") == len(list(path.parent.glob("*.png")))
    assert page.evaluate(PALE) == []
    page.open(path.as_uri(), width=PHONE, dark=dark, until=LOADED)
    assert_fits(page)
    assert page.problems == []
    assert {re.match("[a-z]+", url)[0] for url in page.requests} == {"file", "data"}


def assert_fits(page):
    """Nothing is cut off at the side of a phone, and all of it can be read."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.evaluate(BEYOND) == []
    assert page.evaluate(PALE) == []


NOTEBOOK = """<!doctype html><meta charset="utf-8">
<style>:root { color-scheme: light dark } body { background: #fff; color: #000 }
@media (prefers-color-scheme: dark) { body { background: #111; color: #e0e0e0 } }</style>"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_results_in_a_notebook(page, tmp_path, dark):
    tagger, classifier = zoo.load("bilstm-ner-tiny"), zoo.load("bilstm-sentiment-tiny")
    found = [tagger(text) for text in (NAMES, SCRIPT, HEBREW, LONG)]
    found += [classifier.explain(text) for text in (PRAISE, LONG)]
    found += [word_tagger(MANY)("The good film."), type(found[0])(found[0])]
    path = tmp_path / "cells.html"
    shown = "<hr>".join(each._repr_html_() for each in found)
    path.write_text(f"{NOTEBOOK}<body>{shown}</body>", encoding="utf-8")
    page.open(path.as_uri(), width=PHONE, dark=dark)
    assert_fits(page)


def test_a_word_shows_what_drives_it(page, pages):
    page.problems.clear()
    page.open(pages("names").as_uri(), until=LOADED)
    said = "document.getElementById('says').textContent"
    assert page.evaluate(said).startswith("George: PER")
    assert page.evaluate("document.querySelectorAll('.pick .up, .pick .down').length") > 0
    page.evaluate("document.querySelectorAll('.pick .word')[2].click()")
    assert page.evaluate(said).startswith("left: O")
    assert page.evaluate("document.querySelector('.pick .chosen').textContent") == "left"
    assert page.evaluate("document.querySelector('.pick .word').dataset.tip").endswith("points")
    shown = "getComputedStyle(document.querySelector('mark'), '::after').content"
    assert page.evaluate(shown) == "none"
    box = "(() => { const b = document.querySelector('mark').getBoundingClientRect();"
    x, y = page.evaluate(f"{box} return [b.x + b.width / 2, b.y + b.height / 2]; }})()")
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    page.wait(f"{shown} !== 'none'")
    assert re.fullmatch(r'"PER \d+\.\d %"', page.evaluate(shown))
    assert page.problems == []


def test_right_to_left_text_begins_at_the_right(page, pages):
    page.open(pages("right to left").as_uri(), until=LOADED)
    direction = "getComputedStyle(document.querySelector('.passage')).direction"
    assert page.evaluate(direction) == "rtl"


@pytest.fixture
def tensorboard(tmp_path):
    """Start TensorBoard on a small folder of logs, and give its address."""
    import tensorflow as tf

    logs = tmp_path / "logs"
    with tf.summary.create_file_writer(str(logs)).as_default():
        for step in range(20):
            tf.summary.scalar("dev_f1", 1 - 1 / (1 + step), step)
    figures = {"state_evolution": state_evolution({"forward": [1, 2, 3], "backward": [3, 2, 1]})}
    write_figures(figures, logs, step=1)
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--port", "0"]
    said = tmp_path / "tensorboard.txt"
    output = said.open("w")
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + PATIENCE
        while not (
            found := re.search(r"http://\S+:(\d+)/", (tmp_path / "tensorboard.txt").read_text())
        ):
            assert process.poll() is None and time.monotonic() < end, output
            time.sleep(0.2)
        yield f"http://localhost:{found[1]}/"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
        output.close()


def coloured_pixels(path):
    """Return how many pixels of a PNG file are not grey."""
    pixels = imread(path)[..., :3]
    return int((np.ptp(pixels, axis=-1) > 0.03).sum())


def test_tensorboard(page, tensorboard, tmp_path):
    page.problems.clear()
    drawn = "[...document.querySelectorAll('image-card img')]"
    page.open(f"{tensorboard}#timeseries", width=1400, until=f"{drawn}.length === 1")
    page.wait(f"{drawn}.every((i) => i.complete && i.naturalWidth === 800)")
    shown = page.evaluate("document.body.innerText")
    assert "dev_f1" in shown and "state_evolution" in shown
    # The line is drawn beside the page's own work, on a sheet with a grey grid.
    chart, end = tmp_path / "chart.png", time.monotonic() + PATIENCE
    while True:
        page.screenshot(chart, of="document.querySelector('scalar-card line-chart canvas')")
        if coloured_pixels(chart) > 100:
            break
        assert time.monotonic() < end, "the line never came"
        time.sleep(0.2)
    page.screenshot(tmp_path / "shot.png")
    assert_drawn(tmp_path / "shot.png")
    assert page.problems == []
