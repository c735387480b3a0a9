"""The README and its pages are true: their tables are what was measured, their Python runs."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "benchmarks").glob("[A-Z]*.md")]
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in FILES}
README = PAGES["README.md"]
page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def readme_script():
    spec = importlib.util.spec_from_file_location("readme", ROOT / "benchmarks" / "readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@page
def test_tables_are_those_that_the_command_writes(readme_script, name):
    assert ROOT / name in readme_script.PAGES
    assert readme_script.filled(PAGES[name]) == PAGES[name]


def test_every_table_has_its_place(readme_script):
    everything = "".join(PAGES.values())
    for name in readme_script.TABLES:
        assert everything.count(f"<!-- table:{name} -->") == 1, name


def test_a_table_typed_by_hand_is_replaced(readme_script):
    forged = README.replace("366,592", "366,593")
    assert forged != README
    assert readme_script.filled(forged) == README


def test_python_examples_run():
    examples = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})


@page
def test_files_and_folders_named_are_there(name):
    pattern = r"`((?:zoo|recipes|saved_models|tests|benchmarks)(?:/[\w./]+)?)`"
    named = re.findall(pattern, PAGES[name])
    assert named
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_links_lead_somewhere():
    links = [(name, to) for name in PAGES for to in re.findall(r"\]\(([^)#:]+)\)", PAGES[name])]
    assert links
    assert [pair for pair in links if not (ROOT / pair[0]).parent.joinpath(pair[1]).exists()] == []
