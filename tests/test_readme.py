"""The README is true: its tables are what was measured, its Python runs."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def readme_script():
    spec = importlib.util.spec_from_file_location("readme", ROOT / "benchmarks" / "readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_are_those_that_the_command_writes(readme_script):
    assert readme_script.filled(README) == README


def test_every_table_has_its_place(readme_script):
    for name in readme_script.TABLES:
        assert README.count(f"<!-- table:{name} -->") == 1, name


def test_a_table_typed_by_hand_is_replaced(readme_script):
    forged = README.replace("366,592", "366,593")
    assert forged != README
    assert readme_script.filled(forged) == README


def test_python_examples_run():
    examples = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})


def test_files_and_folders_named_are_there():
    named = re.findall(r"`((?:zoo|recipes|saved_models|tests|benchmarks)(?:/[\w./]+)?)`", README)
    assert named
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []
