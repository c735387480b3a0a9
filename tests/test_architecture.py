"""The arrows between the rooms of the package, read off the import statements."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "zoo"

# Room -> the rooms that it may import, at any depth of its code; so it may what those may.
ARROWS = {
    "errors": set(),
    "ops": {"text", "train_extra"},  # the table of tag schemes
    "text": set(),
    "cost": set(),
    "extras": set(),
    "train_extra": {"extras"},
    "printing": set(),
    "hub": set(),
    "tasks": set(),  # it names what others hold by path, and imports none of it
    "layers": {"ops", "errors"},
    "models": {"layers", "text", "tasks"},
    "data": {"text", "errors"},
    "metrics": {"data", "tasks"},
    "evaluation": {"metrics", "hub"},
    "recipes": {"tasks", "hub", "data", "printing"},
    # The model of a warm start; the folder that a recipe writes.
    "training": {"models", "metrics", "runtime", "callbacks", "recipes", "export"},
    "callbacks": {"inspect", "data"},
    "tuning": {"recipes", "errors", "train_extra"},
    "trust": {"text", "hub"},
    "runtime": {"text", "hub", "errors", "tasks", "extras", "trust"},
    "export": {"models", "runtime"},
    "inspect": {"models"},
    "pipeline": {"runtime", "hub", "errors", "tasks"},
    "sklearn": {"training", "extras"},
    "spacy": {"runtime", "extras"},
}
# Arrows that point back, followed only inside of functions: loading a model opens its predictor,
# and the predictor hands out its Keras model when it is asked for.
BACK = {"zoo/hub/load.py": "runtime", "zoo/runtime/keras_engines.py": "models"}
# The root and the command line stand above all rooms.
ABOVE_ALL = {"__init__", "__main__", "cli"}

# These never load a tensor library by being imported; those of `LIGHT` alone may do so when they
# are asked to.
LIGHT_AT_ALL_DEPTHS = {
    *("__init__", "cli", "cost", "errors", "extras", "hub", "printing", "recipes", "tasks", "text"),
}
LIGHT = LIGHT_AT_ALL_DEPTHS | {"runtime", "sklearn", "spacy"}
HEAVY = {"tensorflow", "keras", "jax", "torch", "matplotlib", "tensorflow_datasets"}

MODULES = sorted(PACKAGE.rglob("*.py"))
RECIPES = sorted((ROOT / "recipes").glob("*.py"))


def room_of(path):
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(tree, depths=ast.walk):
    """Yield the dotted name of everything that is imported."""
    for node in depths(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def outside_functions(tree):
    """Walk what runs when the module is imported."""
    return what_runs(tree, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def what_runs(tree, left_out=()):
    """Walk what runs at some time, but for nodes of some types."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, left_out):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            child = ast.Module(child.orelse, [])  # the rest is read by a checker alone
        yield child
        yield from what_runs(child, left_out)


def rooms_in(names):
    """Return the rooms among dotted names: `zoo.text.spans` is in "text"."""
    parts = [name.split(".") for name in names]
    return {each[1] for each in parts if each[0] == "zoo" and len(each) > 1}


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def ident(path):
    return path.relative_to(ROOT).as_posix()


def test_every_module_has_its_room():
    assert MODULES
    assert {room_of(path) for path in MODULES} <= ARROWS.keys() | ABOVE_ALL


def reach(room):
    """Return the rooms that `room` comes to along the arrows."""
    return ARROWS[room].union(*map(reach, ARROWS[room]))


def test_the_arrows_make_no_circle():
    for room in ARROWS:  # a circle would recurse for ever
        assert room not in reach(room)


def test_no_module_imports_itself_by_way_of_others():
    modules = {module_name(path): path for path in MODULES}
    graph = {
        name: {*modules_in(imports(parse(path), what_runs), modules)}
        for name, path in modules.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def modules_in(names, modules):
    """Yield the modules among dotted names: of `zoo.text.spans.Span` it is `zoo.text.spans`."""
    for name in names:
        yield from [each for each in (name, name.rpartition(".")[0]) if each in modules][:1]


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_arrows(path):
    room = room_of(path)
    allowed = ARROWS.keys() | ABOVE_ALL if room in ABOVE_ALL else reach(room)
    reached = rooms_in(imports(parse(path))) - {room}
    assert reached <= allowed | {BACK.get(ident(path))}


@pytest.mark.parametrize("module, room", BACK.items())
def test_an_arrow_that_points_back_is_followed_only_in_a_call(module, room):
    assert room in rooms_in(imports(parse(ROOT / module)))
    assert room not in rooms_in(imports(parse(ROOT / module), outside_functions))


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) in LIGHT], ids=ident)
def test_using_a_model_needs_nothing_heavy(path):
    depths = ast.walk if room_of(path) in LIGHT_AT_ALL_DEPTHS else outside_functions
    assert {name.partition(".")[0] for name in imports(parse(path), depths)} & HEAVY == set()


@pytest.mark.parametrize("path", RECIPES, ids=ident)
def test_a_recipe_loads_nothing_heavy_before_it_trains(path):
    assert {n.partition(".")[0] for n in imports(parse(path), outside_functions)} & HEAVY == set()


@pytest.mark.parametrize("path", RECIPES, ids=ident)
def test_recipes_use_public_names(path):
    names = [name for name in imports(parse(path)) if name.partition(".")[0] == "zoo"]
    assert [n for n in names if any(part.startswith("_") for part in n.split("."))] == []
    assert rooms_in(names) <= ARROWS.keys() | {"info", "list_models", "load"}
    assert not rooms_in(names) & {"cli"}


@pytest.mark.parametrize(
    "code, names",
    [
        ("import zoo.text", ["zoo.text"]),
        ("from zoo.text import spans", ["zoo.text.spans"]),
        ("from zoo import hub", ["zoo.hub"]),
        ("if True:\n    import keras", ["keras"]),
        ("class A:\n    import keras", ["keras"]),
        ("def f():\n    import keras", []),
        ("if TYPE_CHECKING:\n    import keras\nelse:\n    import zoo", ["zoo"]),
        ("class A:\n    def f(self):\n        import keras", []),
    ],
)
def test_the_reader_of_imports(code, names):
    assert list(imports(ast.parse(code), outside_functions)) == names
