"""The README and the site are true: their tables are what was measured, their Python runs."""

import doctest
import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from zoo.cli import parser
from zoo.recipes import recipe_named

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "docs" / "pages"
DEVICES = ROOT / "zoo" / "export" / "device" / "files"
FILES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(SITE.rglob("*.md"))]
FILES += sorted(DEVICES.glob("*/README.md"))
PAGES = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in FILES}
COST = PAGES["docs/pages/benchmarks/speed.md"]
EXAMPLES = {name: text for name, text in PAGES.items() if re.search("```(python|pycon)\n", text)}
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
    forged = COST.replace("366,592", "366,593")
    assert forged != COST
    assert readme_script.filled(forged) == COST


def test_the_readme_has_examples_and_is_short():
    assert "```pycon" in PAGES["README.md"] and "```python" in PAGES["README.md"]
    assert len(PAGES["README.md"].splitlines()) <= 150


@pytest.mark.usefixtures("conversion_here")
@pytest.mark.parametrize("name", EXAMPLES)
def test_python_examples_run(name):
    """Of `python` all lines run; of `pycon` they also print what is shown; `py` is not run."""
    variables = {}
    for example in re.findall(r"```python\n(.*?)```", EXAMPLES[name], flags=re.DOTALL):
        exec(compile(example, name, "exec"), variables)
    sessions = "".join(re.findall(r"```pycon\n(.*?)```", EXAMPLES[name], flags=re.DOTALL))
    test = doctest.DocTestParser().get_doctest(sessions, {}, name, name, 0)
    assert doctest.DocTestRunner().run(test).failed == 0


# What the page of searches abbreviates.
STEPS = '{"adversarial": {"size": 0.02, "weight": 1.0}, "matmul_dtype": "bfloat16"}'
# Commands at the beginning of a line, or in the second column of a table.
COMMAND = re.compile(r"^(?:\| \w+ \| `)?(zoo [a-z](?:\\\n|[^`\n])*)", re.MULTILINE)
COMMANDS = {name: found for name, text in PAGES.items() if (found := COMMAND.findall(text))}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_parse(name, capsys):
    for command in COMMANDS[name]:
        words = shlex.split(command.replace("\\\n", " "), comments=True)[1:]
        words = [STEPS if word == "STEPS" else word for word in words]
        try:
            options = parser().parse_args(words)
            if hasattr(options, "arguments"):  # those of the recipe
                recipe_named(options.recipe).parse(options.arguments)
        except SystemExit as end:
            assert end.code == 0, f"{command}: {capsys.readouterr().err}"


@page
def test_files_and_folders_named_are_there(name):
    pattern = r"`((?:zoo|recipes|saved_models|tests|benchmarks)(?:/[\w./]+)?)`"
    named = re.findall(pattern, PAGES[name])
    assert [each for each in named if not (ROOT / each).exists()] == []


def test_links_lead_somewhere():
    link = r"\]\(([^)#:\s]+)(?:#[^)]*)?\)"
    links = [(name, to) for name in PAGES for to in re.findall(link, PAGES[name])]
    assert links
    targets = {pair: (ROOT / pair[0]).parent.joinpath(pair[1]).resolve() for pair in links}
    # `docs/reference.py` writes a page for each subpackage and module.
    names = {path.stem for path in (ROOT / "zoo").glob("*")}
    reference = {SITE / "api" / f"{name}.md" for name in names}
    assert [p for p, path in targets.items() if not path.exists() and path not in reference] == []


def test_every_page_is_in_the_navigation():
    navigation = (SITE.parent / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    listed = re.findall(r"([\w/-]+\.md)$", navigation, flags=re.MULTILINE)
    there = [path.relative_to(SITE).as_posix() for path in SITE.rglob("*.md")]
    assert sorted(listed) == sorted(there)
