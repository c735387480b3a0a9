"""Where the recipes are, and which one has a name."""

from difflib import get_close_matches
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from zoo.recipes.recipe import Recipe

_HERE = Path(__file__).parent


def recipe_files(package: Path = _HERE) -> Path:
    """Return the folder of the recipes' files.

    Args:
        package: the folder of `zoo.recipes`: an installed one holds them, a checkout has them at
            its top.
    """
    inside = package / "files"
    return inside if inside.is_dir() else package.parents[1] / "recipes"


def all_recipes() -> dict[str, Recipe]:
    """Return the recipes by name: the `RECIPE` of every file that has one."""
    modules = (import_module(f"zoo.recipes.{path.stem}") for path in recipe_files().glob("*.py"))
    found = [module.RECIPE for module in modules if hasattr(module, "RECIPE")]
    return {recipe.name: recipe for recipe in sorted(found, key=lambda each: each.name)}


def recipe_named(name: str) -> Recipe:
    """Return the recipe of a name, or that of a file, "my_recipe.py".

    Raises:
        ValueError: there is none.
    """
    if name.endswith(".py"):
        return _recipe_of(Path(name))
    recipes = all_recipes()
    if name not in recipes:
        close = get_close_matches(name, recipes, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"no recipe is named {name!r}.{hint} There are: {', '.join(recipes)}")
    return recipes[name]


def _recipe_of(path: Path) -> Recipe:
    if not path.is_file():
        raise ValueError(f"{path}: there is no such file")
    if path.resolve().parent == recipe_files().resolve():
        module = import_module(f"zoo.recipes.{path.stem}")
    else:
        spec = spec_from_file_location(path.stem, path.resolve())
        assert spec and spec.loader  # of a file whose name ends in .py there are
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    if not isinstance(getattr(module, "RECIPE", None), Recipe):
        raise ValueError(f"{path}: holds no `RECIPE`, a zoo.recipes.Recipe")
    return module.RECIPE
