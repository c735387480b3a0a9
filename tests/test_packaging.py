"""The distributions: what is inside, and that the wheel works where TensorFlow is not."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import zoo
from tests.hub.folders import make_model

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (".ci", "benchmarks", "docs", "recipes", "saved_models", "tests", "zoo")
FILES = (
    "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "MANIFEST.in", "Makefile",
    "README.md", "constraints.txt", "pyproject.toml", "setup.cfg",
)  # fmt: skip


def run(*command, cwd, code=0):
    """Run a command and return its output; with `code`, it must end with that exit code."""
    # Nothing of the caller's Python, such as a PYTHONPATH, may reach a stranger's.
    variables = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=variables, capture_output=True, text=True
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of what is built, with one more model."""
    source = tmp_path_factory.mktemp("source")
    for name in FILES:
        shutil.copy(ROOT / name, source)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    make_model(source / "saved_models", "tiny-brackets")
    return source


@pytest.fixture(scope="module")
def built(source):
    """The folder with the source distribution, and with the wheel that was made from it."""
    run(sys.executable, "-m", "build", "--no-isolation", cwd=source)
    return source / "dist"


@pytest.fixture(scope="module")
def wheel(built):
    (wheel,) = built.glob("*.whl")
    return zipfile.ZipFile(wheel)


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    """The folder of the unpacked source distribution."""
    folder = tmp_path_factory.mktemp("unpacked")
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as file:
        file.extractall(folder, filter="data")
    (inside,) = folder.iterdir()
    return inside


def files_of(source, folder):
    paths = (p for p in (source / folder).rglob("*") if p.is_file())
    return {p.relative_to(source).as_posix() for p in paths}


def test_every_package_is_listed():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    listed = set(config["options"]["packages"].split())
    there = {".".join(p.parent.relative_to(ROOT).parts) for p in ROOT.glob("zoo/**/__init__.py")}
    assert listed == there | {"zoo.recipes.files", "zoo.saved_models"}


def test_the_source_distribution_holds_all_that_the_tests_need(source, unpacked):
    expected = {*FILES}.union(*(files_of(source, folder) for folder in FOLDERS))
    found = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")}
    assert expected - found == set()


@pytest.mark.exhaustive
@pytest.mark.slow("loads TensorFlow in a new process")
def test_the_tests_in_the_source_distribution_can_be_collected(unpacked):
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    assert re.search(r"\d{4,} tests collected", run(*command, cwd=unpacked))


def test_the_wheel_holds_code_recipes_and_models_and_nothing_else(source, wheel):
    kinds = (".py", ".md", ".html", ".json", "py.typed")
    expected = {name for name in files_of(source, "zoo") if name.endswith(kinds)}
    expected |= {
        f"zoo/recipes/files/{Path(name).name}"
        for name in files_of(source, "recipes")
        if name.endswith(kinds)
    }
    expected |= {f"zoo/{name}" for name in files_of(source, "saved_models")}
    expected |= files_of(source, "zoo/export/device")  # what a device bundle is made of
    assert "zoo/saved_models/tiny-brackets/saved_model/variables/variables.index" in expected
    found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert found == expected


def test_the_models_in_the_wheel_are_those_of_the_source(source, wheel):
    for name in files_of(source, "saved_models"):
        assert wheel.read(f"zoo/{name}") == (source / name).read_bytes()


def test_metadata(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = Parser().parsestr(wheel.read(name).decode())
    assert metadata["Name"] == "bilstm-zoo"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    base = [each for each in metadata.get_all("Requires-Dist") if "extra ==" not in each]
    assert sorted(each.partition("<")[0] for each in base) == ["ai-edge-litert", "numpy"]
    assert wheel.read(name.replace("METADATA", "licenses/LICENSE")) == (
        (ROOT / "LICENSE").read_bytes()
    )


def test_the_readme_can_be_shown_on_a_package_index():
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [to for to in links if not to.startswith(("https://", "#"))] == []


def test_the_citation_is_of_this_version():
    (version,) = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert version == zoo.__version__


@pytest.mark.parametrize("section, option", [("options", "install_requires")] + [
    ("options.extras_require", extra) for extra in ("train", "sklearn", "beam", "dev", "docs")
])  # fmt: skip
def test_versions_are_bounded_and_pinned(section, option):
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split())
    for requirement in config[section][option].split():
        name, _, bounds = requirement.partition(">=")
        assert "<" in bounds, f"{requirement} has no upper bound"
        assert name in pins


@pytest.fixture(scope="module")
def clean(wheel, tmp_path_factory):
    """The `bin` folder of an environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("clean")
    index = [sys.executable, "-m", "pip", "index", "versions", "numpy"]
    if subprocess.run(index, cwd=folder, capture_output=True).returncode:
        pytest.skip("pip reaches no package index to install the wheel's requirements from")
    run(sys.executable, "-m", "venv", "env", cwd=folder)
    pins = ["--constraint", ROOT / "constraints.txt"]
    run("env/bin/pip", "install", "--quiet", *pins, wheel.filename, cwd=folder)
    return folder / "env" / "bin"


@pytest.mark.slow("makes an environment and installs into it")
def test_the_installed_wheel_lists_its_models_without_tensorflow(clean, tmp_path):
    code = """
import importlib.util, sys
import zoo
assert "tiny-brackets" in zoo.list_models(), zoo.list_models()
assert zoo.info("tiny-brackets").task == "token-tagging"
assert importlib.util.find_spec("tensorflow") is None
assert importlib.util.find_spec("keras") is None
print(zoo.__file__)
"""
    assert str(clean.parent) in run(clean / "python", "-c", code, cwd=tmp_path)


@pytest.mark.slow("makes an environment and installs into it")
def test_the_installed_wheel_loads_a_model_and_answers(clean, tmp_path):
    code = "import zoo; print(zoo.load('bilstm-brackets')('a(b)c'))"
    assert run(clean / "python", "-c", code, cwd=tmp_path).strip()


@pytest.mark.slow("makes an environment and installs into it")
def test_the_installed_command(clean, tmp_path):
    assert "tiny-brackets" in run(clean / "zoo", "list", cwd=tmp_path)
    assert "bilstm-zoo[train]" in run(clean / "zoo", "train", "brackets", cwd=tmp_path, code=2)
