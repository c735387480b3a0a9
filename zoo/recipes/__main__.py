"""Train a recipe: `python -m zoo.recipes NAME ...`, the same as `zoo train NAME ...`."""

import sys

from zoo.recipes import recipe_named

if __name__ == "__main__":
    recipe_named(sys.argv[1]).main(sys.argv[2:])
