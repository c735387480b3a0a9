"""What `import zoo` costs and what it leaves alone, each in a fresh process."""

import subprocess
import sys

import pytest

import zoo

HEAVY = ("tensorflow", "keras", "jax", "torch", "matplotlib")
TIMED = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def heavy_after(code):
    return run(f"{code}; import sys; print(*[m for m in {HEAVY} if m in sys.modules])").split()


def test_import_takes_less_than_that_of_numpy():
    # By turns, and the best of three: the others tell how busy the machine is.
    seconds = [[float(run(TIMED.format(name))) for name in ("zoo", "numpy")] for _ in range(3)]
    ours, theirs = map(min, zip(*seconds, strict=True))
    assert ours < theirs


@pytest.mark.parametrize(
    "code",
    [
        "import zoo",
        "import zoo; dir(zoo)",
        "import zoo; zoo.list_models()",
        "import zoo; zoo.info('bilstm-brackets')",
        "import zoo; zoo.text, zoo.hub, zoo.runtime",
        "import zoo; zoo.load('bilstm-brackets')('a(b)c')",
        "import zoo.cli",
        "import zoo.metrics",
    ],
)
def test_using_a_model_imports_nothing_heavy(code):
    assert heavy_after(code) == []


@pytest.mark.parametrize("extra", ["sklearn", "spacy"])
def test_a_missing_extra_is_named(extra):
    missing = f"import sys; sys.modules[{extra!r}] = None"
    code = f"{missing}\ntry: import zoo.{extra}\nexcept ModuleNotFoundError as error: print(error)"
    assert f"{extra} is missing; install it with: pip install 'bilstm-zoo[{extra}]'" in run(code)


def test_the_probe_sees_a_heavy_import():
    assert heavy_after("import zoo; import matplotlib") == ["matplotlib"]


def test_every_public_name_is_there():
    assert set(zoo.__all__) <= set(dir(zoo))
    assert [name for name in zoo.__all__ if getattr(zoo, name, None) is None] == []


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match="no attribute 'bananas'"):
        zoo.bananas  # noqa: B018


BASE_INSTALL = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("keras", "tensorflow", "apache_beam"):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
for code in {codes!r}:
    try:
        exec(code)
        print(code)
    except ModuleNotFoundError as error:
        print(error)
"""
NEEDS_EXTRA = {
    **{f"import zoo.{name}": "train" for name in (
        "callbacks", "export", "inspect", "layers", "models", "ops.crf", "training", "tuning"
    )},
    "from zoo import layers": "train",
    "from zoo.export.tflite import convert": "train",
    "import zoo; zoo.load('bilstm-brackets').model": "train",
    "import zoo; zoo.load('bilstm-brackets', runtime='keras')": "train",
    "import zoo; zoo.load('bilstm-brackets', runtime='saved_model')": "train",
    "from zoo.pipeline import tag_corpus": "beam",
}  # fmt: skip


def test_an_import_says_which_extra_is_missing():
    lines = run(BASE_INSTALL.format(codes=list(NEEDS_EXTRA))).splitlines()
    hints = [line.partition("pip install ")[2] for line in lines]
    assert hints == [f"'bilstm-zoo[{extra}]'" for extra in NEEDS_EXTRA.values()]


@pytest.mark.parametrize("optimized", ["-O", "-OO"])
def test_the_package_runs_as_the_command(optimized):
    command = [sys.executable, optimized, "-m", "zoo", "list", "bilstm-brackets"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and "bilstm-brackets" in done.stdout, done.stderr
