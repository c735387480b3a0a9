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
from tests.inspect.texts import HEBREW, NAMES, PRAISE, SCRIPT
from zoo.callbacks.events import write_figures
from zoo.inspect import inspect_text, state_evolution, write_page

pytestmark = [
    pytest.mark.slow("opens a browser"),
    pytest.mark.skipif(CHROMIUM is None, reason=MISSING),
    pytest.mark.xdist_group("browser"),
]

PAGES = {
    "names": ("bilstm-ner-tiny", f"{NAMES} {SCRIPT}"),
    "sentiment": ("bilstm-sentiment-tiny", f"{PRAISE} {SCRIPT}"),
    "right to left": ("bilstm-ner-tiny", HEBREW),
}
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
        name, text = PAGES[key]
        return write_page(inspect_text(zoo.load(name), text), tmp_path_factory.mktemp("page"), name)

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
    # On a small screen nothing is cut off at the side.
    page.open(path.as_uri(), width=400, dark=dark, until=LOADED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.problems == []
    assert {re.match("[a-z]+", url)[0] for url in page.requests} == {"file", "data"}


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
