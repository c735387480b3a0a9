"""Find recipes by name or by file."""

from difflib import get_close_matches
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from zoo.recipes.recipe import Recipe, recipe_files


def all_recipes() -> dict[str, Recipe]:
    """Return all recipes by name: the `RECIPE` of each file that defines one."""
    modules = (import_module(f"zoo.recipes.{path.stem}") for path in recipe_files().glob("*.py"))
    found = [module.RECIPE for module in modules if hasattr(module, "RECIPE")]
    return {recipe.name: recipe for recipe in sorted(found, key=lambda each: each.name)}


def recipe_named(name: str) -> Recipe:
    """Return the recipe with a name, or the recipe in a file.

    Args:
        name: name of a recipe, or path of a file, such as "my_recipe.py".

    Raises:
        ValueError: there is no such recipe.
    """
    if name.endswith(".py"):
        return _recipe_of(Path(name))
    recipes = all_recipes()
    if name not in recipes:
        close = get_close_matches(name, recipes, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"no recipe is named {name!r}.{hint} Recipes: {', '.join(recipes)}")
    return recipes[name]


def _recipe_of(path: Path) -> Recipe:
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    if path.resolve().parent == recipe_files().resolve():
        module = import_module(f"zoo.recipes.{path.stem}")
    else:
        spec = spec_from_file_location(path.stem, path.resolve())
        assert spec and spec.loader  # never None for a name that ends in .py
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    if not isinstance(getattr(module, "RECIPE", None), Recipe):
        raise ValueError(f"{path}: must define `RECIPE`, a zoo.recipes.Recipe")
    return module.RECIPE
