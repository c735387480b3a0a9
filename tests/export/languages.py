"""Texts of all of Unicode through Python, JavaScript and Java: the same tokens, offsets and ids.

    python -m tests.export.languages --texts 10000

Prints a line for each model and language; the exit code is 1 if a text is read differently.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

import zoo
from tests.export.unicode_texts import unicode_texts
from zoo.export.device.bundle import DEVICE_FILES, write_bundle
from zoo.export.device.golden import RecordingEngine
from zoo.export.device.vocabulary_file import pack_vocabulary
from zoo.hub import resolve
from zoo.runtime import open_with
from zoo.tasks import task_named
from zoo.text import Vocabulary, WordTokenizer
from zoo.text.word_encoder import normalize

PROGRAMS = Path(__file__).parent / "programs"
ANDROID = DEVICE_FILES / "android"
NODE = shutil.which("node")
JAVA = shutil.which("javac")


@cache
def java_classes() -> Path:
    """Compile the Java sources of the bundle and of the tests, once; return the classes' folder."""
    folder = Path(tempfile.mkdtemp(prefix="classes"))
    sources = [*ANDROID.glob("java/zoo/*.java"), *ANDROID.glob("check/*.java")]
    command = ["javac", "-Xlint:all", "-Werror", "--release", "17", "-d", folder]
    subprocess.run([*command, *sources, PROGRAMS / "Read.java"], check=True)
    return folder


def commands(bundle: Path, texts: Path) -> dict[str, list[Any]]:
    """Return the command that reads a file of texts in each language that is here."""
    found: dict[str, list[Any]] = {}
    if NODE:
        module = DEVICE_FILES / "web" / "zoo.mjs"
        found["JavaScript"] = [NODE, PROGRAMS / "read.mjs", module, bundle, texts]
    if JAVA:
        found["Java"] = ["java", "-cp", java_classes(), "zoo.Read", bundle, texts]
    return found


def read(folder: Path, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield what this package makes of each text: its tokens and the model's inputs, flat."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    record = RecordingEngine(_no_model(config))
    predictor = open_with(task_named(config["task"]), folder, config, record)
    for text in texts:
        record.runs = []
        predictor(text)
        units = [*accumulate((1 + (c > "\uffff") for c in text), initial=0)]
        yield {
            "tokens": [[*t, units[t.start], units[t.end]] for t in predictor.tokens(text)],
            "inputs": [
                {name: np.ravel(values).tolist() for name, values in run["inputs"].items()}
                for run in record.runs
            ],
        }


def _no_model(config):
    def engine(inputs):
        length = len(next(iter(inputs.values())))
        shape = () if config["task"] == "sequence-classification" else (length,)
        scores = np.zeros((*shape, len(config["model"].get("labels", config["labels"]))))
        return {"tags" if shape else "label": np.zeros(shape, "int32"), "scores": scores}

    return engine


def differences(
    folder: Path, bundle: Path, texts: Sequence[str]
) -> dict[str, list[tuple[str, Any, Any]]]:
    """Return, for each language, the texts that it reads otherwise than Python, with both readings.

    Args:
        folder: a model folder.
        bundle: its device bundle.
        texts: strings.
    """
    expected = [*read(folder, texts)]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "texts.jsonl"
        path.write_text("".join(f"{json.dumps(text)}\n" for text in texts), encoding="ascii")
        found: dict[str, list[tuple[str, Any, Any]]] = {}
        for language, command in commands(bundle, path).items():
            done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
            lines = map(json.loads, done.stdout.splitlines())
            rows = zip(texts, expected, lines, strict=True)
            found[language] = [row for row in rows if row[1] != row[2]]
    return found


def of_own_words(folder: Path, texts: Sequence[str], scratch: Path) -> tuple[Path, Path]:
    """Return copies of a model folder and its bundle that know half of the texts' tokens.

    A shipped vocabulary has few words beyond English, so that nearly all of Unicode is unknown to
    it, whatever becomes of a word in lower case.

    Args:
        folder: a model folder.
        texts: strings.
        scratch: a folder to write to.
    """
    bundle = write_bundle(folder, scratch / "model")
    copy = shutil.copytree(folder, scratch / "folder")
    tokens = {token.text for text in texts for token in WordTokenizer()(text)}
    forms = {"words": {normalize(token) for token in tokens} | {token.lower() for token in tokens}}
    for path in copy.glob("*.txt"):
        known = sorted(_in_utf8(forms.get(path.stem, set("".join(texts)))))[::2]
        vocabulary = Vocabulary(["[PAD]", "[UNK]", *known])
        vocabulary.save(path)
        (bundle / f"{path.stem}.vocab").write_bytes(pack_vocabulary(vocabulary))
    return copy, bundle


def _in_utf8(tokens):
    return {token for token in tokens - {"\n"} if not re.search("[\ud800-\udfff]", token)}


def main() -> int:
    """Compare the languages on every model of the zoo; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=10_000, help="number of texts")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    texts, wrong = unicode_texts(options.texts, options.seed), 0
    for name in zoo.list_models():
        with tempfile.TemporaryDirectory() as scratch:
            own = of_own_words(resolve(name), texts, Path(scratch))
            for language, rows in differences(*own, texts).items():
                wrong += len(rows)
                print(f"{name}: {len(texts)} texts, {len(rows)} read differently by {language}")
                print(*(f"  {row!a:.1000}" for row in rows[:3]), sep="\n", end="\n" * bool(rows))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
