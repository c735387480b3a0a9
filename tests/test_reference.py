"""The API reference shows every public function and class of the package."""

import ast
import doctest
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = [
    path
    for path in sorted((ROOT / "zoo").glob("*/**/*.py")) + sorted((ROOT / "zoo").glob("*.py"))
    if (path.parent / "__init__.py").is_file() and path != ROOT / "zoo" / "__init__.py"
]


def load(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = load("reference")
PAGES = reference.pages()


def shown(text):
    """Return the members that a page shows of each module; of a room itself None, for `__all__`."""
    pattern = r"^::: (\S+)\n(?:    options:\n.*\n      members: \[(.*)\])?"
    found = re.findall(pattern, text, flags=re.MULTILINE)
    return {name: members.split(", ") if members else None for name, members in found}


def ident(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_every_public_name_is_on_the_page_of_its_room(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    module, room = ".".join(parts).removesuffix(".__init__"), f"zoo.{parts[1]}"
    members = shown(PAGES[f"api/{parts[1]}.md"])
    assert members[room] is None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    listed = reference.exported(tree)
    names = {n for n in names if (n in listed if listed else not n.startswith("_"))}
    if module != room:
        rest = names - set(members.get(module) or [])
        taken = reference.reexported(ast.parse(room_file(parts[1]).read_text(encoding="utf-8")))
        assert {(module, name) for name in rest} <= taken


def room_file(name):
    folder = ROOT / "zoo" / name
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


def test_new_modules_appear(tmp_path):
    package = tmp_path / "house"
    for name, text in {
        "__init__.py": "",
        "cost.py": "def price(): ...",
        "room/__init__.py": "from house.room.table import Table\n__all__ = ['Table']",
        "room/table.py": "class Table: ...\ndef lay(): ...\ndef _wipe(): ...",
        "room/corner/__init__.py": "",
        "room/corner/chair.py": "class Chair: ...",
        "room/files/example.py": "def main(): ...",  # data, not a module
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    pages = reference.pages(package)
    assert sorted(pages) == ["api/cost.md", "api/room.md"]
    assert shown(pages["api/room.md"]) == {
        "house.room": None,
        "house.room.corner.chair": ["Chair"],
        "house.room.table": ["lay"],
    }


def test_the_overview_has_a_row_for_each_page():
    text = (ROOT / "docs" / "pages" / "api" / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"\]\((\w+)\.md\) \| (.+) \|$", reference.on_page_markdown(text, None), re.M)
    assert [f"api/{name}.md" for name, _ in rows] == list(PAGES)


def test_examples_in_docstrings_become_code_blocks():
    pytest.importorskip("griffe", reason="the tools of the site are not installed")
    blocks = load("doctest_blocks")
    assert doctest.testmod(blocks) == (0, 1)
    text = "One.\n\n```\n>>> inside of a fence\n```\n\n    >>> 1\n    1\n\n    >>> 2\n    2\n"
    assert blocks.fence(text).count("```") == 4
