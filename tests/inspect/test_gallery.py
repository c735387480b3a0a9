"""The pictures that the site shows: small, of one width, and made by a command."""

import ast
from pathlib import Path

import pytest
from matplotlib.image import imread

ROOT = Path(__file__).resolve().parents[2]
GALLERY = sorted((ROOT / "docs" / "pages" / "gallery").glob("*.png"))


def test_they_are_those_that_the_scripts_make():
    tree = ast.parse((ROOT / "benchmarks" / "gallery.py").read_text(encoding="utf-8"))
    (shown,) = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "SHOWN"
    ]
    made = {f"{model}_{name}" for model, (_, names) in shown.items() for name in names}
    assert {path.stem for path in GALLERY} == made | {"diagnostics", "direction_study"}


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_each_is_small_and_of_the_right_width(path):
    assert path.stat().st_size < 60_000
    height, width, _ = imread(path).shape
    assert width == 800 and height < 800
