"""Annotations: that they are there, and that a checker reads them right in a user's program."""

import ast
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args, get_overloads, get_type_hints

import pytest

import zoo
import zoo.runtime
from zoo.hub import load as hub_load
from zoo.hub.card import read_json
from zoo.runtime.predictor import Predictor
from zoo.tasks import task_named

ROOT = Path(__file__).resolve().parent.parent
ANNOTATED = "__init__ callbacks cli cost data errors export hub inspect layers metrics".split()
ANNOTATED += "models ops pipeline printing recipes runtime tasks text".split()
ANNOTATED += "sklearn spacy training tuning".split()
MODULES = [
    path
    for room in ANNOTATED
    for path in (ROOT / "zoo").glob(
        f"{room}/**/*.py" if (ROOT / "zoo" / room).is_dir() else f"{room}.py"
    )
]

# What a user writes. A line with the comment `wrong` is an error, all others are none.
PROGRAM = """
from pathlib import Path
from typing import Any, assert_type

import zoo
import zoo.hub
from zoo.hub import ModelCard
from zoo.runtime import (
    Entity,
    EntityTagger,
    ResultList,
    Classification,
    TextClassifier,
    TokenTaggingPredictor,
)
from zoo.runtime.predictor import Predictor
from zoo.text import Span, Token, WordTokenizer, tags_to_spans


def answer(name: str, folder: Path) -> None:
    assert_type(zoo.load("bilstm-ner"), EntityTagger)
    assert_type(zoo.load("bilstm-ner-tiny", runtime="keras"), EntityTagger)
    assert_type(zoo.load("bilstm-sentiment"), TextClassifier)
    assert_type(zoo.load("bilstm-sentiment-tiny"), TextClassifier)
    assert_type(zoo.load("bilstm-brackets"), TokenTaggingPredictor)
    assert_type(zoo.load(name), Predictor[Any])
    assert_type(zoo.load(f"path:{folder}"), Predictor[Any])
    assert_type(zoo.hub.load("bilstm-ner"), EntityTagger)
    assert_type(zoo.load("bilstm-ner")("Ada met Bo."), ResultList[Entity])
    assert_type(zoo.load("bilstm-ner")("Ada met Bo.").to_dict(), list[dict[str, Any]])
    assert_type(zoo.load("bilstm-sentiment")(["Fine."]), list[Classification])
    assert_type(zoo.list_models("*ner*"), list[str])
    assert_type(zoo.info(name), ModelCard)
    assert_type(zoo.info(name).metrics[0].value, float)
    assert_type(WordTokenizer()("a (b)"), list[Token])
    assert_type(tags_to_spans(["B-PER", "O"]), list[Span])
    zoo.load("bilstm-sentiment").explain("Fine.")[0].to_dict()
    zoo.load("bilstm-ner").predict_words([["EU"]])
    zoo.load("bilstm-ner").explain("Fine.")  # wrong: it weighs no words
    zoo.load("bilstm-ner", runtime="tflite")  # wrong: no such runtime
    zoo.load(folder)  # wrong: no name
    zoo.laod("bilstm-ner")  # wrong: misspelt
    zoo.info("bilstm-ner").metric  # wrong: misspelt
    zoo.text.spans_to_tags(["PER"], 1, "BIO")  # wrong: no spans
"""


def public_functions(tree):
    """Yield the functions that others call, methods among them."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node)
        elif isinstance(node, ast.FunctionDef):
            if not node.name.startswith("_") or node.name in ("__init__", "__call__"):
                yield node


def lacking(function):
    """Return the parameters without an annotation, and "return" where that has none."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    names = [each.arg for each in named if each and each.annotation is None]
    missing = [name for name in names if name not in ("self", "cls")]
    return missing + ["return"] * (function.returns is None)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_public_functions_are_annotated(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert {f.name: lacking(f) for f in public_functions(tree) if lacking(f)} == {}


def test_a_name_has_the_type_of_the_predictor_that_it_loads():
    names = {**vars(zoo.runtime), "Predictor": Predictor}
    hints = [
        get_type_hints(each, {**vars(sys.modules[hub_load.__module__]), **names})
        for each in get_overloads(hub_load)
    ]
    found = {name: hint["return"] for hint in hints for name in get_args(hint["name"])}
    tasks = {
        name: read_json(zoo.hub.resolve(name) / "config.json")["task"] for name in zoo.list_models()
    }
    assert found == {name: task_named(task).predictor for name, task in tasks.items()}
    assert hints[-1]["name"] is str and hints[-1]["return"] == Predictor[Any]


needs_pyright = pytest.mark.skipif(find_spec("pyright") is None, reason="pyright is not installed")


def pyright(folder):
    """Return the diagnostics of pyright on the project of a folder."""
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if not done.stdout.startswith("{"):
        pytest.skip(f"pyright does not run here: {done.stderr[-200:]}")
    return json.loads(done.stdout)["generalDiagnostics"]


@needs_pyright
@pytest.mark.slow("runs pyright")
def test_pyright_finds_no_error_in_the_package():
    assert [(each["file"], each["range"], each["message"]) for each in pyright(ROOT)] == []


@needs_pyright
@pytest.mark.slow("runs pyright")
def test_a_program_is_read_right(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    settings = {"include": ["program.py"], "extraPaths": [str(ROOT)], "pythonVersion": "3.11"}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    errors = pyright(tmp_path)
    found = {each["range"]["start"]["line"]: each["message"] for each in errors}
    wrong = [number for number, line in enumerate(PROGRAM.split("\n")) if "# wrong" in line]
    assert sorted(found) == wrong, found
