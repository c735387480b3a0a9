"""Recipes: how to train a model, one file each; found by name, configured from the command line.

The files are in `recipes/` in the repository and in `zoo/recipes/files/` in an installed package.
Both are imported as `zoo.recipes.NAME`.

>>> sorted(all_recipes())
['brackets', 'ner', 'sentiment']
>>> from zoo.recipes import conll_ner
>>> recipe_named("ner") is conll_ner.RECIPE
True
"""

from pathlib import Path

from zoo.recipes.configuration import Key
from zoo.recipes.recipe import Recipe, recipe_files
from zoo.recipes.registry import all_recipes, recipe_named
from zoo.recipes.train import train

__all__ = ["Key", "Recipe", "all_recipes", "recipe_files", "recipe_named", "train"]

__path__.append(str(recipe_files(Path(__file__).parent)))
