"""How fast do the models answer in a browser, and do they answer as Python does?

    python benchmarks/browser.py
    python benchmarks/browser.py --models bilstm-ner --litert node_modules

Writes the site of each model as `zoo export --target web` does, serves it, and opens it in headless
Chromium. `first answer s` is the time from the start of the navigation to the first answer on the
page, the median of `--loads` loads with an empty cache. Then the page answers the first 500 texts
of the development split: `same answers` are those with the labels and offsets of Python, and
`largest difference` is that of a score. `ms` is the time of one call of the module for a text of
16 words or brackets, from the text to the answer. `site MB` are the files that the page loads,
without the runtime. Writes `browser.csv`; run it on a machine that does nothing else.
"""

import argparse
import json
import statistics
import sys
import tempfile
from itertools import accumulate
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import zoo  # noqa: E402
from export_table import EXAMPLES  # noqa: E402
from suite_times import processor  # noqa: E402
from tables import put_rows  # noqa: E402
from tests.inspect.chromium import browser, serve  # noqa: E402
from zoo.export import export  # noqa: E402
from zoo.export.device.targets import RUNTIME_FOLDER  # noqa: E402

TIMED_WORDS = 16
ANSWERED = "performance.getEntriesByName('first answer')[0]?.startTime ?? 0"
LOAD = "import('./zoo.mjs').then(async ({ load }) => { window.model = await load('model/'); })"
MEASURE = """(async () => {
  const found = [];
  for (const text of TEXTS) {
    const start = performance.now(), answer = await model(text);
    found.push([answer, performance.now() - start]);
  }
  return found;
})()"""


def measure(name, options):
    """Return the row of a model."""
    glue, words = texts_of(name, options)
    texts = [glue.join(each) for each in words]
    timed = [glue.join(each[:TIMED_WORDS]) for each in words if len(each) >= TIMED_WORDS]
    with tempfile.TemporaryDirectory() as work:
        site = export(name, Path(work, "site"), "web", litert=options.litert)
        with serve(site) as address, browser(Path(work, "chromium")) as page:
            page.call("Network.setCacheDisabled", cacheDisabled=True)
            first = statistics.median(first_answer(page, address) for _ in range(options.loads))
            loaded = {url[len(address) + 1 :] or "index.html" for url in page.requests}
            page.evaluate(LOAD)
            answers = [answer for answer, _ in answered(page, texts)]
            times = [ms for _ in range(options.rounds) for _, ms in answered(page, timed)]
        sizes = {path: (site / path).stat().st_size for path in loaded if (site / path).is_file()}
    same, difference = compared(zoo.load(name), texts, answers)
    runtime = sum(size for path, size in sizes.items() if path.startswith(RUNTIME_FOLDER))
    deciles = statistics.quantiles(times, n=10)
    return {
        "model": name,
        "texts": len(texts),
        "same answers": same,
        "largest difference": f"{difference:.1g}",
        f"ms, {TIMED_WORDS} words, p50": f"{statistics.median(times):.1f}",
        "p90": f"{deciles[8]:.1f}",
        "first answer s": f"{first / 1000:.2f}",
        "site MB": f"{(sum(sizes.values()) - runtime) / 1e6:.2f}",
        "runtime MB": f"{runtime / 1e6:.2f}",
        "processor": processor(),
    }


def texts_of(name, options):
    """Return the first texts of the development split of a model's task, as lists of words."""
    task = zoo.info(name).task
    options.examples = options.texts
    read = [example[0] for example in EXAMPLES[task](options)[: options.texts]]
    words = [each.split() if isinstance(each, str) else list(each) for each in read]
    return ("" if task == "token-tagging" else " "), words


def first_answer(page, address):
    """Open a page and return the milliseconds until its first answer."""
    page.open("about:blank")
    page.open(f"{address}/", until=ANSWERED)
    return page.evaluate(ANSWERED)


def answered(page, texts):
    """Return pairs of an answer and its milliseconds."""
    return page.evaluate(MEASURE.replace("TEXTS", json.dumps(texts)))


def compared(predictor, texts, answers):
    """Return how many answers are those of a predictor, and the largest difference of a score."""
    same, largest = 0, 0.0
    for text, answer in zip(texts, answers, strict=True):
        expected = predictor(text).to_dict()
        found = answer if isinstance(expected, list) else [answer]
        expected = in_units(text, expected) if isinstance(expected, list) else [expected]
        if [{**each, "score": None} for each in found] == [
            {**each, "score": None} for each in expected
        ]:
            same += 1
            pairs = zip(found, expected, strict=True)
            largest = max([largest, *(abs(a["score"] - b["score"]) for a, b in pairs)])
    return same, largest


def in_units(text, answer):
    """Return an answer with offsets in UTF-16 units."""
    units = [0, *accumulate(1 + (character > "\uffff") for character in text)]
    return [{**e, "start": units[e["start"]], "end": units[e["end"]]} for e in answer]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", default=zoo.list_models())
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--litert", help="a folder node_modules with @litertjs/core")
    parser.add_argument("--data-dir", default=None)
    parser.add_argument("--output", type=Path, default=HERE / "browser.csv")
    options = parser.parse_args()
    for name in options.models:
        row = measure(name, options)
        print(row, flush=True)
        put_rows([row], options.output, ["model"])


if __name__ == "__main__":
    main()
